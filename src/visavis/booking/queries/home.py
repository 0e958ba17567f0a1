"""SQL of both homes: everything that a home shows in as few statements as can be."""

from uuid import UUID

import msgspec

from visavis.booking.queries.history import EventRow
from visavis.booking.queries.sessions import SESSION, SessionRow
from visavis.kit.sql import Query

_OPEN = "status in ('pending_approval', 'approved', 'payment_submitted', 'confirmed', 'in_progress')"
_OVER = "status in ('completed', 'declined', 'cancelled', 'expired', 'no_show')"

home_of_client = Query(
    SessionRow,
    "What a client's home shows: what is open, and the latest $2 of what is over.",
    f"""
    with shown as (
        (select id from session where client_id = $1 and {_OPEN} order by listed_at limit 200)
        union all
        (select id from session where client_id = $1 and {_OVER} order by listed_at desc, id limit $2))
    {SESSION} where s.id in (select id from shown) order by s.listed_at, s.id
    """,
)
home_of_practitioner = Query(
    SessionRow,
    "What a practitioner's home shows: likewise, and what took place between $3 and $4, today.",
    f"""
    with shown as (
        (select id from session where practitioner_id = $1 and {_OPEN} order by listed_at limit 200)
        union
        (select id from session where practitioner_id = $1 and {_OVER} order by listed_at desc, id limit $2)
        union
        (select id from session where practitioner_id = $1 and listed_at >= $3 and listed_at < $4
            and status in ('completed', 'no_show') limit 50))
    {SESSION} where s.id in (select id from shown) order by s.listed_at, s.id
    """,
)


class FigureRow(msgspec.Struct, frozen=True):
    """What certain sessions that begin in a span of time come to, in one currency."""

    span: str
    currency: str
    sessions: int
    minutes: int
    paid_minor: int


figures = Query(
    FigureRow,
    "What is certain or took place in each of the spans $2, from $3 until $4, all of them within $5 and $6.",
    """
    select span.name as span, s.currency,
        (count(*) filter (where s.status <> 'no_show'))::int as sessions,
        coalesce(sum(s.length_minutes) filter (where s.status <> 'no_show'), 0)::int8 as minutes,
        coalesce(sum(s.price_minor) filter (where s.policy->>'payment' <> 'none'), 0)::int8 as paid_minor
    from unnest($2::text[], $3::timestamptz[], $4::timestamptz[]) span (name, first, last)
    join session s on s.practitioner_id = $1 and s.listed_at >= $5 and s.listed_at < $6
        and s.starts_at >= span.first and s.starts_at < span.last
        and s.status in ('confirmed', 'in_progress', 'completed', 'no_show')
    group by 1, 2 order by 1, 5 desc, 2
    """,
)


class ActivityRow(EventRow, frozen=True):
    """Something that happened to a session of a practitioner."""

    session_id: UUID
    client_name: str


activity = Query(
    ActivityRow,
    "What happened lately in a practice, latest first.",
    """
    select e.at, e.verb, case when e.actor_id = s.client_id then c.name else '' end as actor_name, e.details,
        e.actor_id, e.subject_id as session_id, c.name as client_name
    from audit_event e join session s on s.id = e.subject_id join person c on c.id = s.client_id
    where e.concerns[1] = $1 and e.subject_type = 'session' order by e.at desc, e.id desc limit $2
    """,
)
