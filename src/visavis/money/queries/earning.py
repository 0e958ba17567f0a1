"""SQL of what a practitioner earns: balances, months, entries, refunds, payouts."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

import msgspec

from visavis.kit.sql import Query, Statement


class BalanceRow(msgspec.Struct, frozen=True):
    """What the books owe a practitioner (below nothing: they owe), and what of it can be paid out.

    `details` says how they want to be paid; it is shown to operators and to themselves.
    """

    practitioner_id: UUID
    name: str
    email: str
    currency: str
    balance_minor: int
    payable_minor: int
    details: str


class MonthRow(msgspec.Struct, frozen=True):
    """A month of a practitioner in one currency: what went up is above nothing, what went down below."""

    month: date
    currency: str
    gross_minor: int
    commission_minor: int
    refunds_minor: int
    in_hand_minor: int  # received by the practitioner directly, less what they sent back
    paid_out_minor: int  # by the platform; what they paid to it is above nothing
    expired_minor: int  # credits that nobody came for, or that were sold by card


class EntryRow(msgspec.Struct, frozen=True):
    """One posting as its practitioner reads it, and the session it was for; `direct`: the card provider gave
    them their share, or took it back, itself."""

    id: int
    at: datetime
    cause: Literal["session", "purchase", "lot", "payout", "settlement"]
    cause_id: UUID
    step: str
    currency: str
    words: str
    gross_minor: int
    commission_minor: int
    in_hand_minor: int
    others_minor: int
    client_name: str | None
    offering_name: str | None
    starts_at: datetime | None
    commission_bp: int | None
    direct: bool


class RefundRow(msgspec.Struct, frozen=True):
    """What a client is owed of a session that was called off, or that could not be had; `by_card`: the card
    provider sends it."""

    session_id: UUID
    practitioner_id: UUID
    client_id: UUID
    client_name: str
    offering_name: str
    currency: str
    price_minor: int
    amount_minor: int
    owed_at: datetime
    sent_at: datetime | None
    note: str
    by_card: bool
    bounced: bool  # the card did not take it: the platform sends it in another way


class LateRow(msgspec.Struct, frozen=True):
    """A session that was called off while its proof waited: did the money come, and what is owed then?"""

    session_id: UUID
    practitioner_id: UUID
    client_name: str
    offering_name: str
    currency: str
    price_minor: int
    back_minor: int
    asked_at: datetime
    answered_at: datetime | None
    arrived: bool | None


class PayoutRow(msgspec.Struct, frozen=True):
    """Money on its way to a practitioner."""

    id: UUID
    run_id: UUID
    practitioner_id: UUID
    currency: str
    amount_minor: int
    status: Literal["begun", "paid", "failed"]
    reason: str
    made_at: datetime
    decided_at: datetime | None


balances = Query(
    BalanceRow,
    "What the books owe practitioners ($1: one), in a currency or in each; of others, for operators only.",
    """
    select practitioner_id, name, email, currency, balance_minor, payable_minor, details
    from money_of_practitioners($1, $2, $3, $4)
    """,
)
months = Query(
    MonthRow,
    "The latest months of a practitioner, latest first; only the month $3 where it is given.",
    """
    select m.month, a.currency,
        coalesce(sum(m.amount_minor) filter (where m.part = 'price'), 0)::bigint as gross_minor,
        coalesce(sum(m.amount_minor) filter (where m.part in ('commission', 'commission_back')), 0)::bigint
            as commission_minor,
        coalesce(sum(m.amount_minor) filter (where m.part = 'refund'), 0)::bigint as refunds_minor,
        coalesce(sum(m.amount_minor) filter (where m.part in ('received', 'sent')), 0)::bigint
            as in_hand_minor,
        coalesce(sum(m.amount_minor) filter (where m.part in ('payout', 'settlement')), 0)::bigint
            as paid_out_minor,
        coalesce(sum(m.amount_minor) filter (where m.part in ('expired', 'sold')), 0)::bigint as expired_minor
    from money_account a join money_month m on m.account_id = a.id
    where a.kind = 'practitioner' and a.holder_id = $1 and ($3::date is null or m.month = $3)
    group by m.month, a.currency order by m.month desc, a.currency limit $2
    """,
)
_ENTRY = """
    select p.id, p.at, p.cause, p.cause_id, p.step, p.currency, p.words, l.gross_minor, l.commission_minor,
        l.in_hand_minor, l.others_minor, n.name as client_name,
        coalesce(s.offering_name, b.name) as offering_name, s.starts_at, s.commission_bp,
        exists (select from card_payment c where c.destination is not null and c.outcome = 'settled'
            and (c.session_id = s.id or c.purchase_id = b.id)) as direct
    from {which} of (posting_id) join money_posting p on p.id = of.posting_id
    cross join lateral (select
            sum(case when l.part in ('price', 'refund') then l.amount_minor else 0 end)::bigint
                as gross_minor,
            sum(case when l.part in ('commission', 'commission_back') then l.amount_minor else 0 end)::bigint
                as commission_minor,
            sum(case when l.part in ('received', 'sent') then l.amount_minor else 0 end)::bigint
                as in_hand_minor,
            sum(case when l.part in ('payout', 'settlement', 'expired', 'sold') then l.amount_minor else 0
                end)::bigint as others_minor
        from money_line l join money_account a on a.id = l.account_id
        where l.posting_id = p.id and a.kind = 'practitioner' and a.holder_id = $1) l
    left join session s on p.cause = 'session' and s.id = p.cause_id
    left join person n on n.id = s.client_id
    left join credit_purchase b on p.cause = 'purchase' and b.id = p.cause_id
    order by p.id desc
"""
entries = Query(
    EntryRow,
    "One's own latest postings, before one of them.",
    _ENTRY.format(which="latest_postings($1, $2, $3)"),
)
entries_of_month = Query(
    EntryRow,
    "Everything of one's own that was booked in a month, latest first.",
    _ENTRY.format(which="postings_of_month($1, $2, $3)"),
)
_REFUND = """
    select r.session_id, r.practitioner_id, r.client_id, n.name as client_name, s.offering_name, r.currency,
        r.price_minor, r.amount_minor, r.owed_at, r.sent_at, r.note,
        r.payment_id is not null as by_card, r.bounced_at is not null as bounced
    from refund r join session s on s.id = r.session_id join person n on n.id = r.client_id
"""
find_refund = Query(
    RefundRow,
    "The latest refund of a session, for its two people.",
    f"{_REFUND} where r.session_id = $1 order by r.owed_at desc limit 1",
)
refunds_to_send = Query(
    RefundRow,
    "What a practitioner owes clients, longest first.",
    f"""{_REFUND} where r.practitioner_id = $1 and r.sent_at is null and r.payment_id is null
        order by r.owed_at, r.session_id limit 100""",
)
_LATE = """
    select t.session_id, t.practitioner_id, n.name as client_name, s.offering_name, t.currency, t.price_minor,
        t.back_minor, t.asked_at, t.answered_at, t.arrived
    from late_transfer t join session s on s.id = t.session_id join person n on n.id = t.client_id
"""
find_late = Query(
    LateRow,
    "The transfer that nobody had found when its session was called off, for its two people.",
    f"{_LATE} where t.session_id = $1",
)
late_to_answer = Query(
    LateRow,
    "The transfers that a practitioner is asked about, longest first.",
    f"""{_LATE} where t.practitioner_id = $1 and t.answered_at is null
        order by t.asked_at, t.session_id limit 100""",
)
_PAYOUT = """
    select id, run_id, practitioner_id, currency, amount_minor, status, reason, made_at, decided_at
    from payout
"""
payouts_of = Query(
    PayoutRow,
    "The latest payouts of a practitioner.",
    f"{_PAYOUT} where practitioner_id = $1 order by made_at desc, id desc limit $2",
)
payouts_of_run = Query(
    PayoutRow, "Every payout of a run, for operators.", f"{_PAYOUT} where run_id = $1 order by id"
)
find_payout = Query(PayoutRow, "One payout, for operators and its practitioner.", f"{_PAYOUT} where id = $1")
rate_in_force = Statement(
    "The commission of a practitioner's next session, in basis points: their own, else the installation's.",
    """
    select coalesce((select basis_points from commission_rate where practitioner_id = $1
            and offering_id is null),
        (select commission_bp from installation))
    """,
)
