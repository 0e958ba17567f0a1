"""The only place with SQL of card payments."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from visavis.kit.sql import Query, Statement

PaymentStatus = Literal["begun", "needs_card", "needs_action", "processing", "succeeded", "cancelled"]


class PaymentRow(msgspec.Struct, frozen=True):
    """A payment by card; amounts in minor units of `currency`.

    `destination` is the account that gets all but the commission; None: the platform has it all. `failure`
    is the code of why the latest try failed, `outcome` what became of the money that came.
    `lost_intent_id` is the latest intent that the provider knows no more.
    `due_at` is until when what it pays is kept, `wanted` whether it still is.
    """

    id: UUID
    session_id: UUID | None
    purchase_id: UUID | None
    client_id: UUID
    practitioner_id: UUID | None
    name: str
    amount_minor: int
    currency: str
    commission_minor: int
    intent_id: str | None
    lost_intent_id: str | None
    destination: str | None
    status: PaymentStatus
    charge_id: str | None
    failure: str | None
    brand: str | None
    last4: str | None
    outcome: Literal["settled", "returned"] | None
    due_at: datetime | None
    wanted: bool


_PAYMENT = """
    select c.id, c.session_id, c.purchase_id, c.client_id, c.practitioner_id,
        coalesce(s.offering_name, b.name) as name, c.amount_minor, c.currency, c.commission_minor,
        c.intent_id, c.lost_intent_id, c.destination, c.status, c.charge_id, c.failure, c.brand, c.last4,
        c.outcome, s.due_at,
        coalesce(s.status in ('approved', 'payment_submitted'), b.status in ('requested', 'submitted',
            'refused')) as wanted
    from card_payment c
    left join session s on s.id = c.session_id
    left join credit_purchase b on b.id = c.purchase_id
"""
find_payment = Query(PaymentRow, "A payment by its id.", f"{_PAYMENT} where c.id = $1")
payment_of = Query(
    PaymentRow,
    "The payment of a session ($1) or a purchase ($2).",
    f"{_PAYMENT} where c.session_id = $1 or c.purchase_id = $2",
)
begin_payment = Statement(
    "The payment of the acting client's session or purchase; no row where nothing is to pay by card.",
    "select begin_card_payment($1, $2, $3)",
)
keep_intent = Statement(
    "Keep the provider's id of one's own payment; false when it has another, or now goes elsewhere.",
    "select keep_card_intent($1, $2, $3)",
)
keep_event = Statement(
    "A provider said something about an intent: whose payment it is; null for what is not new.",
    "select keep_card_event($1, $2, $3)",
)

# The worker

lock_payment = Statement(
    "One settles a payment at a time.",
    "select id from card_payment where intent_id = $1 for no key update",
)
note = Statement(
    "What the provider says of an open payment, by its intent; no row when it has come to an end.",
    """
    update card_payment set status = $2, charge_id = $3, failure = $4, brand = $5, last4 = $6, looked_at = $7
    where intent_id = $1 and outcome is null and status <> 'cancelled' returning id
    """,
)
forget_intent = Statement(
    "The provider knows the intent of an open payment no more: another may be made. No row when it has"
    " another by now.",
    "select forget_card_intent($1, $2)",
)
note_cost = Statement(
    "What the provider kept of a payment, said once.",
    "update card_payment set cost_minor = $2 where id = $1 and cost_minor is null and $2::bigint is not null",
)
looked = Statement(
    "When the provider was asked, although nothing was new.",
    "update card_payment set looked_at = $2 where id = $1",
)
book_cost = Statement("Book what the provider kept.", "select book_card_cost($1, $2)")
settle_purchase = Statement(
    "Credits that were paid by card are given; false when the purchase is past paying.",
    "select settle_card_purchase($1, $2)",
)
return_payment = Statement(
    "Money that came for what cannot be had any more is owed back; the refund's id.",
    "select return_card_payment($1, $2)",
)
to_look = Statement(
    "Open payments that the provider was not asked about since $1, those of longest ago first.",
    """
    select id from card_payment where outcome is null and status <> 'cancelled' and intent_id is not null
        and coalesce(looked_at, begun_at) < $1
    order by looked_at nulls first limit 50
    """,
)
overdue = Statement(
    "Open payments of sessions whose time to pay is over at $1.",
    """
    select c.id from card_payment c join session s on s.id = c.session_id
    where s.status = 'approved' and s.due_at <= $1 and c.intent_id is not null
        and c.outcome is null and c.status <> 'cancelled'
    order by s.due_at limit 50
    """,
)
forget_events = Statement(
    "What was said before $1 is not said again.", "delete from card_event where received_at < $1"
)
take_cards = Statement(
    "Whether this installation takes cards, as its settings say.",
    "update installation set takes_cards = $1 where takes_cards <> $1 returning takes_cards",
)
cards_are_taken = Statement("Whether cards are taken.", "select takes_cards from installation")


class RefundRow(msgspec.Struct, frozen=True):
    """A refund that the provider is to send. `fee_minor`: of what went to the practitioner directly, what
    comes back of the commission; None for what did not."""

    id: UUID
    payment_id: UUID
    charge_id: str
    session_id: UUID | None
    purchase_id: UUID | None
    client_id: UUID
    practitioner_id: UUID | None
    currency: str
    amount_minor: int
    fee_minor: int | None


refund_to_send = Query(
    RefundRow,
    "A refund of a card payment that is not sent yet.",
    """
    select r.id, r.payment_id, c.charge_id, c.session_id, c.purchase_id, r.client_id, r.practitioner_id,
        r.currency, r.amount_minor, card_fee_back(r.id) as fee_minor
    from refund r join card_payment c on c.id = r.payment_id
    where r.id = $1 and r.sent_at is null and r.bounced_at is null
    """,
)
refunds_to_send = Statement(
    "Refunds of card payments that were owed before $1 and are not sent; last those refused before.",
    """
    select id from refund where payment_id is not null and sent_at is null and bounced_at is null
        and owed_at < $1
    order by failure is not null, owed_at limit 50
    """,
)
unsent_refund_of = Statement(
    "The refund of the card payment of a session or a purchase that is not sent yet.",
    """
    select id from refund where (session_id = $1 or purchase_id = $1) and payment_id is not null
        and sent_at is null and bounced_at is null
    """,
)
send_refund = Statement(
    "The provider has taken a refund on its way; false when that was said before.",
    "select send_card_refund($1, $2, $3)",
)
note_failure = Statement(
    "Why a refund could not be sent.",
    "update refund set failure = $2 where id = $1 and sent_at is null and failure is distinct from $2",
)

# Kept cards

customer_of = Statement(
    "The acting account's name at the provider, where they have kept a card.",
    "select customer_id from card_customer where account_id = $1",
)
keep_customer = Statement(
    "The acting account has agreed to keep a card, from $3 on.",
    """
    insert into card_customer (account_id, customer_id, agreed_at) values ($1, $2, $3)
    on conflict (account_id) do nothing
    """,
)
forget_customer = Statement(
    "The provider knows the acting account by the name of $2 no more.",
    "delete from card_customer where account_id = $1 and customer_id = $2",
)
