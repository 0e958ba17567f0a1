"""SQL of the session manager: one side's sessions under a filter, a page at a time, and what they come to."""

from uuid import UUID

import msgspec

from visavis.booking.queries.sessions import SESSION, SessionRow
from visavis.kit.sql import Query

_PAYMENT = """
    cross join lateral (select case
        when s.credits > 0 then 'credits'
        when s.price_minor = 0 or s.policy->>'payment' = 'none' then 'free'
        when s.status = 'pending_approval' then 'later'
        when s.status = 'approved' then 'due'
        when s.status = 'payment_submitted' then 'checking'
        when s.status in ('confirmed', 'in_progress', 'completed', 'no_show') then 'paid'
        when s.paid_in_hand is not null then 'paid'
        when exists (select from payment_proof v where v.session_id = s.id and v.decision = 'verified')
            then 'paid'
        when exists (select from card_payment w where w.session_id = s.id and w.outcome = 'settled')
            then 'paid'
        else 'void' end as state) payment
"""

# $1 whose, $2 statuses, $3 and $4 begins between, $5 offering, $6 pattern of the other's name, $7 payment;
# null means all.
_WHERE = """
    where s.{mine} = $1
    and ($2::text[] is null or s.status = any ($2))
    and ($3::timestamptz is null or (s.listed_at >= $3 and s.starts_at is not null))
    and ($4::timestamptz is null or (s.listed_at < $4 and s.starts_at is not null))
    and ($5::uuid is null or s.offering_id = $5)
    and ($6::text is null or exists (select from person x where x.id = s.{theirs} and x.name ilike $6))
    and ($7::text is null or payment.state = $7)
"""
_OF_CLIENT = _WHERE.format(mine="client_id", theirs="practitioner_id")
_OF_PRACTITIONER = _WHERE.format(mine="practitioner_id", theirs="client_id")
_SOONEST = """
    and ($8::timestamptz is null or (s.listed_at, s.id) > ($8, $9::uuid)) order by s.listed_at, s.id limit $10
"""
_LATEST = """
    and ($8::timestamptz is null or (s.listed_at, s.id) < ($8, $9::uuid))
    order by s.listed_at desc, s.id desc limit $10
"""

soonest_of_client = Query(
    SessionRow, "A client's sessions, soonest first.", f"{SESSION} {_PAYMENT} {_OF_CLIENT} {_SOONEST}"
)
latest_of_client = Query(
    SessionRow, "A client's sessions, latest first.", f"{SESSION} {_PAYMENT} {_OF_CLIENT} {_LATEST}"
)
soonest_of_practitioner = Query(
    SessionRow,
    "A practitioner's sessions, soonest first.",
    f"{SESSION} {_PAYMENT} {_OF_PRACTITIONER} {_SOONEST}",
)
latest_of_practitioner = Query(
    SessionRow,
    "A practitioner's sessions, latest first.",
    f"{SESSION} {_PAYMENT} {_OF_PRACTITIONER} {_LATEST}",
)


class TotalsRow(msgspec.Struct, frozen=True):
    """What sessions of one currency come to; minutes of those that took place or still will."""

    currency: str
    sessions: int
    minutes: int
    paid_minor: int
    awaited_minor: int
    no_shows: int
    late: int


_TOTALS = """
    select s.currency, count(*)::int as sessions,
        coalesce(sum(s.length_minutes) filter (where s.status in
            ('pending_approval', 'approved', 'payment_submitted', 'confirmed', 'in_progress', 'completed')),
            0)::int8 as minutes,
        coalesce(sum(s.price_minor) filter (where payment.state = 'paid'), 0)::int8 as paid_minor,
        coalesce(sum(s.price_minor) filter (where payment.state in ('due', 'checking')), 0)::int8
            as awaited_minor,
        (count(*) filter (where s.status = 'no_show'))::int as no_shows,
        (count(*) filter (where s.cancelled_late))::int as late
    from session s
"""
totals_of_client = Query(
    TotalsRow,
    "What a client's sessions come to, by currency.",
    f"{_TOTALS} {_PAYMENT} {_OF_CLIENT} group by s.currency order by 2 desc, 1",
)
totals_of_practitioner = Query(
    TotalsRow,
    "What a practitioner's sessions come to, by currency.",
    f"{_TOTALS} {_PAYMENT} {_OF_PRACTITIONER} group by s.currency order by 2 desc, 1",
)


class PaymentRow(msgspec.Struct, frozen=True):
    """How far the payment of a session is: due, checking, paid, free, later or void."""

    id: UUID
    state: str


payments_of = Query(
    PaymentRow,
    "How far the payments of these sessions are.",
    f"select s.id, payment.state from session s {_PAYMENT} where s.id = any ($1)",
)


class NamedRow(msgspec.Struct, frozen=True):
    """Something to choose in the filter."""

    id: UUID
    name: str


offerings_of_practitioner = Query(
    NamedRow,
    "Everything that a practitioner offers or offered.",
    """
    select id, name from offering where practitioner_id = $1
    order by archived_at is not null, position, created_at limit 100
    """,
)
offerings_of_client = Query(
    NamedRow,
    "What a client has booked.",
    """
    select distinct on (s.offering_id) s.offering_id as id, s.offering_name || ' · ' || p.name as name
    from session s join person p on p.id = s.practitioner_id
    where s.client_id = $1 order by s.offering_id, s.listed_at desc limit 100
    """,
)


class ContactRow(msgspec.Struct, frozen=True):
    """Where a client is written to."""

    client_id: UUID
    email: str


contacts = Query(
    ContactRow,
    "Addresses of clients with whom the acting practitioner has agreed on a session.",
    "select client_id, email from addresses_of_clients($1)",
)
