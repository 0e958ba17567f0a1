"""SQL of availability: when a practitioner works, and when somebody is taken."""

from datetime import datetime
from uuid import UUID

import msgspec

from visavis.kit.sql import Query, Statement


class CalendarRow(msgspec.Struct, frozen=True):
    """What decides which starts are free in the asked range.

    `facts` are JSON: time zone, step, buffer before, buffer after, notice, window, most a day, most a week,
    default length; then rows of hours (day, start, end, offerings), overrides (date, minutes, name), travels
    (id, first, last, zone) and switches (from, to, on or off). All instants are epoch seconds.
    """

    practitioner_id: UUID
    facts: str
    busy_from: list[int]
    busy_to: list[int]
    booked: list[int]


calendar_of = Query(
    CalendarRow,
    "All that decides which starts are free between $2 and $3, for a practitioner as the acting account "
    "sees it: the acting account's own sessions block too, since nobody can be in two. $4 is a session that "
    "shall move: it is left out, with the time proposed for it. Names of dates are the practitioner's own.",
    """
    select p.practitioner_id,
        calendar_facts(p.practitioner_id, $2, $3) as facts,
        busy.starts as busy_from, busy.ends as busy_to,
        case when p.most_sessions_a_day is null and p.most_sessions_a_week is null then '{}'
            else array(select date_part('epoch', each)::int8 from booked_starts(p.practitioner_id,
                $2 - interval '9 days', $3 + interval '9 days') as each
                where each is distinct from moved.starts_at) end as booked
    from practice p
    left join session moved on moved.id = $4
    cross join lateral (
        select coalesce(array_agg(floor(date_part('epoch', lower(each)))::int8), '{}') as starts,
            coalesce(array_agg(ceil(date_part('epoch', upper(each)))::int8), '{}') as ends
        from (select each from busy_times($1, $2, $3) as each
            where $4::uuid is null or (each is distinct from moved.blocked and each is distinct from (
                select r.blocked from reschedule r where r.session_id = moved.id and r.status = 'open'))
            union all
            select s.during from session s
            where s.client_id = (select current_account()) and s.during && tstzrange($2, $3)
                and s.id is distinct from $4
                and s.status in ('pending_approval', 'approved', 'payment_submitted', 'confirmed',
                    'in_progress')) as taken
    ) as busy
    where p.practitioner_id = $1
    """,
)

take_turn = Statement(
    "One booking after the other with a practitioner whose days or weeks can be full: what one has counted "
    "holds until it has committed.",
    "select pg_advisory_xact_lock(hashtextextended($1::uuid::text, 20))",
)


class ClashRow(msgspec.Struct, frozen=True):
    """An open session of the acting practitioner."""

    id: UUID
    client_name: str
    offering_name: str
    status: str
    starts_at: datetime
    ends_at: datetime


open_sessions = Query(
    ClashRow,
    "The acting practitioner's open sessions that are not over, in order of time.",
    """
    select s.id, n.name as client_name, s.offering_name, s.status, s.starts_at, s.ends_at
    from session s join person n on n.id = s.client_id
    where s.practitioner_id = (select current_account()) and s.blocked && tstzrange($1, null)
        and s.ends_at > $1
        and s.status in ('pending_approval', 'approved', 'payment_submitted', 'confirmed', 'in_progress')
    order by s.starts_at
    """,
)

next_release = Statement(
    "When the first that others hold of a stretch of a practitioner's time runs out; null when nobody does.",
    "select min(ends) from hold_ends($1, $2, $3, $4) as ends",
)
