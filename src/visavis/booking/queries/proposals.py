"""SQL of another time for a session: proposed, agreed to, taken."""

from datetime import datetime
from uuid import UUID

import msgspec

from visavis.kit.sql import Query, Statement

lock_calendars = Statement(
    "The calendars of practitioner $1 and client $2 are this transaction's alone; everybody takes them in "
    "this order, and before any row.",
    "select lock_calendars($1, $2)",
)
lock_session = Statement(
    "One change of a session at a time; those who close its proposal wait here, too.",
    "select id from session where id = $1 for no key update",
)
insert_proposal = Statement(
    "Another time for a session; one is open at a time.",
    """
    insert into reschedule (session_id, practitioner_id, proposed_by, during, blocked, message, due_at,
        created_at)
    values ($1, $2, $3, tstzrange($4, $5), tstzrange($6, $7), $8, $9, $10) returning id
    """,
)
close_open_proposal = Statement(
    "The open proposal of a session, if there is one, was declined, withdrawn or has lapsed.",
    "update reschedule set status = $2, decided_at = $3 where session_id = $1 and status = 'open'",
)


class BlockedRow(msgspec.Struct, frozen=True):
    """What a session would block at the proposed time: itself and the buffers around it."""

    starts_at: datetime
    ends_at: datetime


find_blocked = Query(
    BlockedRow,
    "What the open proposal of a session keeps free; no row once it has lapsed by the database's clock, too.",
    """
    select lower(blocked) as starts_at, upper(blocked) as ends_at from reschedule
    where session_id = $1 and status = 'open' and due_at > now()
    """,
)
move_session = Statement(
    "Give a session the time that was agreed, or that may be taken at once: 'moved', or 'taken' when "
    "somebody has it. The database refuses any other.",
    "select move_session($1, tstzrange($2, $3), tstzrange($4, $5), $6)",
)

# Jobs


class LapsedRow(msgspec.Struct, frozen=True):
    """A proposal that was not answered in time."""

    id: UUID
    session_id: UUID
    practitioner_id: UUID
    client_id: UUID
    proposed_from: datetime


lapsed_proposal = Query(
    LapsedRow,
    "The next proposal not answered in time, but $2; locked, so that two workers never take the same.",
    """
    select r.id, r.session_id, r.practitioner_id, s.client_id, lower(r.during) as proposed_from
    from reschedule r join session s on s.id = r.session_id
    where r.status = 'open' and r.due_at <= $1 and r.id <> all ($2::uuid[])
    order by r.due_at limit 1 for update of r skip locked
    """,
)
lapse_proposal = Statement(
    "The proposed time is free again.",
    "update reschedule set status = 'lapsed', decided_at = $2 where id = $1",
)
