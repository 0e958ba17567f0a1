"""SQL of what goes back of purchases: credits that were bought and not spent."""

from datetime import datetime
from uuid import UUID

import msgspec

from visavis.kit.sql import Query, Statement


class UnspentRow(msgspec.Struct, frozen=True):
    """What is left of a purchase, and what would go back for it, in minor units."""

    credits: int
    back_minor: int
    by_card: bool


class CreditsRefundRow(msgspec.Struct, frozen=True):
    """What a client is owed for credits that their seller (None: the platform) took back unspent; `by_card`:
    the card provider sends it."""

    id: UUID
    purchase_id: UUID
    practitioner_id: UUID | None
    client_id: UUID
    name: str
    credits: int
    currency: str
    price_minor: int
    amount_minor: int
    owed_at: datetime
    sent_at: datetime | None
    note: str
    by_card: bool
    bounced: bool  # the card did not take it: the platform sends it in another way


unspent = Query(
    UnspentRow,
    "What is left of a purchase, for who sold it; no row when nothing is, or it went back before.",
    "select credits, back_minor, by_card from unspent_of_purchase($1)",
)
take_back = Statement(
    "The seller takes back what is left, so many; the refund's id, null when it is not so many.",
    "select refund_purchase($1, $2, $3)",
)
send = Statement(
    "The seller has sent such a refund; false when that was said before.",
    "select send_purchase_refund($1, $2, $3)",
)
_REFUND = """
    select r.id, r.purchase_id, r.practitioner_id, r.client_id, b.name, e.credits, r.currency, r.price_minor,
        r.amount_minor, r.owed_at, r.sent_at, r.note, r.payment_id is not null as by_card,
        r.bounced_at is not null as bounced
    from refund r join credit_purchase b on b.id = r.purchase_id
    cross join lateral (select coalesce(-sum(e.delta), 0)::int as credits
        from credit_entry e join credit_lot l on l.id = e.lot_id
        where l.purchase_id = r.purchase_id and e.reason = 'refunded') e
"""
find_refund = Query(
    CreditsRefundRow,
    "What went back of a purchase, for its two sides.",
    f"{_REFUND} where r.purchase_id = $1",
)
to_send = Query(
    CreditsRefundRow,
    "What a seller (null: the platform) owes clients for unspent credits, longest first.",
    f"""{_REFUND} where r.practitioner_id is not distinct from $1::uuid and r.client_id <> $2
        and r.sent_at is null and r.payment_id is null order by r.owed_at, r.id limit 100""",
)
