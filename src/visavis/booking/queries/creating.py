"""SQL of sessions that the practitioner makes: for whom, and what stands in the way."""

from datetime import datetime
from uuid import UUID

import msgspec

from visavis.booking.queries.sessions import SESSION, SessionRow
from visavis.kit.sql import Query, Statement


class ClientRow(msgspec.Struct, frozen=True):
    """Somebody with whom the acting practitioner has a session, and when the two last had to do."""

    id: UUID
    name: str
    picture_key: str | None
    time_zone: str
    sessions: int
    last_at: datetime


_CLIENT = """
    select p.id, p.name, p.picture_key, p.time_zone, met.sessions, met.last_at
    from (select s.client_id, count(*)::int as sessions, max(s.created_at) as last_at from session s
        where s.practitioner_id = (select current_account()) group by s.client_id) met
    join person p on p.id = met.client_id
"""
own_clients = Query(
    ClientRow,
    "The acting practitioner's clients whose names match $1 (null: all), those of last first; or, where it "
    "says an @, the addresses of those who have agreed on a session.",
    f"""{_CLIENT} where $1::text is null or p.name ilike $1 or (position('@' in $1) > 0
            and exists (select from addresses_of_clients(array[p.id]) a where a.email ilike $1))
        order by met.last_at desc, p.id limit $2""",
)
find_own_client = Query(ClientRow, "One of them.", f"{_CLIENT} where p.id = $1")

introduce = Statement(
    "The account that signs in with exactly this address, if the acting practitioner may reach it.",
    "select introduce($1)",
)


class WaitingRow(msgspec.Struct, frozen=True):
    """What the acting practitioner has made for a client that has no answer yet."""

    waiting: int
    instants: int


waiting_for = Query(
    WaitingRow,
    "What waits for the answer of the client $1 at $2.",
    """
    select count(*)::int as waiting, (count(*) filter (where s.instant))::int as instants from session s
    where s.practitioner_id = (select current_account()) and s.client_id = $1
        and s.created_by = 'practitioner' and s.status = 'pending_approval' and s.due_at > $2
    """,
)


class InTheWayRow(msgspec.Struct, frozen=True):
    """What of the acting practitioner's own overlaps: a session, or the time proposed for one."""

    client_name: str
    starts_at: datetime
    ends_at: datetime
    proposed: bool


in_the_way = Query(
    InTheWayRow,
    "What of the acting practitioner's own overlaps the stretch from $1 to $2, with buffers; soonest first.",
    """
    select p.name as client_name, taken.starts_at, taken.ends_at, taken.proposed
    from (
        select s.client_id, s.starts_at, s.ends_at, false as proposed from session s
        where s.practitioner_id = (select current_account()) and s.blocked && tstzrange($1, $2)
            and s.status in ('pending_approval', 'approved', 'payment_submitted', 'confirmed', 'in_progress')
        union all
        select s.client_id, lower(r.during), upper(r.during), true from reschedule r
        join session s on s.id = r.session_id
        where r.practitioner_id = (select current_account()) and r.blocked && tstzrange($1, $2)
            and r.status = 'open' and r.due_at > now()
    ) taken join person p on p.id = taken.client_id
    order by taken.starts_at limit 1
    """,
)

asked_of = Query(
    SessionRow,
    "What practitioners made for the client $1 that waits at $2, instant ones first; with $3 only those.",
    f"""{SESSION} where s.client_id = $1 and s.created_by = 'practitioner' and s.status = 'pending_approval'
        and s.due_at > $2 and (s.instant or not $3) order by not s.instant, s.listed_at, s.id limit 50""",
)

waits_for = Query(
    SessionRow,
    "What waits at $2 for the approval of $1, on either side, instant ones first.",
    f"""{SESSION} where s.status = 'pending_approval' and s.due_at > $2
        and ((s.client_id = $1 and s.created_by = 'practitioner')
            or (s.practitioner_id = $1 and s.created_by = 'client'))
        order by not s.instant, s.listed_at, s.id limit 100""",
)
