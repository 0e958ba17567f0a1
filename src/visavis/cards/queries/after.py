"""SQL of what comes after a payment: refunds that bounce, and what was done on the provider's own pages."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from visavis.kit.sql import Query, Statement


class OwnRefundRow(msgspec.Struct, frozen=True):
    """The refund that we asked for; `provider_ref` is its id at the provider, once that has said it."""

    id: UUID
    provider_ref: str | None
    amount_minor: int
    bounced_at: datetime | None
    note: str


class StuckRow(msgspec.Struct, frozen=True):
    """A refund to a card that did not go through, as operators see it. Bounced: they send it by hand; else it
    is tried again."""

    id: UUID
    payment_id: UUID
    client_id: UUID
    session_id: UUID | None
    purchase_id: UUID | None
    client_name: str
    client_email: str
    practitioner_name: str
    name: str
    starts_at: datetime | None
    amount_minor: int
    currency: str
    failure: str
    bounced_at: datetime | None


class TroubleRow(msgspec.Struct, frozen=True):
    """A refund or a dispute that was made on the provider's own pages, as operators see it. Booked of a
    dispute: `lost_minor` is gone, `taken_minor` of it from who had been paid, `cost_minor` is its fee."""

    id: str
    kind: Literal["refund", "dispute"]
    state: Literal["pending", "succeeded", "failed", "open", "won", "lost"]
    reason: str
    amount_minor: int
    currency: str
    seen_at: datetime
    client_name: str
    practitioner_name: str
    name: str
    starts_at: datetime | None
    of_session: bool
    lost_minor: int | None
    taken_minor: int | None
    cost_minor: int | None


own_refund = Query(
    OwnRefundRow,
    "What we have asked the provider to send back of a payment.",
    "select id, provider_ref, amount_minor, bounced_at, note from refund where payment_id = $1",
)
told_of_sending = Statement(
    "Whether the two sides of something have heard that a refund of it was sent by hand.",
    "select exists (select from audit_event where subject_id = $1 and verb = 'send_bounced_refund')",
)
bounce = Statement(
    "The provider does not send a refund (any more): it is owed again. $3: who was paid directly has given"
    " their share back. False when that was said before.",
    "select bounce_card_refund($1, $2, $3, $4)",
)
keep_trouble = Statement(
    "Something that was done on the provider's own pages; whether it is new or not as it was, no row when"
    " everything is: what is only kept for it is no news.",
    """
    insert into card_trouble as t (id, payment_id, kind, amount_minor, state, reason, fee_minor, seen_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8)
    on conflict (id) do update set amount_minor = excluded.amount_minor, state = excluded.state,
        reason = excluded.reason, fee_minor = excluded.fee_minor, seen_at = excluded.seen_at,
        settled_at = case when (t.amount_minor, t.state) = (excluded.amount_minor, excluded.state)
            then t.settled_at end
    where (t.amount_minor, t.state, t.fee_minor)
        is distinct from (excluded.amount_minor, excluded.state, excluded.fee_minor)
    returning (old.amount_minor, old.state) is distinct from (new.amount_minor, new.state)
    """,
)
book_dispute = Statement(
    "What a dispute ($1) took that was lost, and what the provider keeps for it, once; $2: a refund of the"
    " payment is under way. Whether a loss was booked.",
    "select book_dispute($1, $2, $3)",
)
watched = Statement("When the provider was asked.", "update card_payment set watched_at = $2 where id = $1")
to_watch = Statement(
    "Payments to ask about again: with a refund on its way ($1: not since, $2: sent after), or settled after"
    " $4 (not since $3); those of longest ago first.",
    """
    select c.id from card_payment c
    where c.outcome is not null and coalesce(c.watched_at, c.settled_at) < $1
        and (exists (select from refund r where r.payment_id = c.id and r.sent_at > $2
                and r.bounced_at is null)
            or (coalesce(c.watched_at, c.settled_at) < $3 and c.settled_at > $4))
    order by coalesce(c.watched_at, c.settled_at) limit 50
    """,
)
operators = Statement(
    "Who looks after the installation; for the worker.",
    "select id from account where is_operator and disabled_at is null order by id",
)

# Operators

_STUCK = """
    select id, payment_id, client_id, session_id, purchase_id, client_name, client_email, practitioner_name,
        name, starts_at, amount_minor, currency, failure, bounced_at
"""
stuck = Query(
    StuckRow, "Refunds to cards that did not go through.", f"{_STUCK} from refunds_in_trouble(null)"
)
find_stuck = Query(StuckRow, "One of them.", f"{_STUCK} from refunds_in_trouble($1)")
send_by_hand = Statement(
    "An operator has sent one that bounced in another way; false when that was said before.",
    "select send_bounced_refund($1, $2, $3)",
)
_TROUBLE = """
    select id, kind, state, reason, amount_minor, currency, seen_at, client_name, practitioner_name, name,
        starts_at, of_session, lost_minor, taken_minor, cost_minor
"""
troubles = Query(
    TroubleRow,
    "What was done on the provider's own pages and is not settled.",
    f"{_TROUBLE} from troubles_with_cards(null)",
)
find_trouble = Query(TroubleRow, "One of them.", f"{_TROUBLE} from troubles_with_cards($1)")
settle_trouble = Statement(
    "An operator has dealt with it; false when that was said before.",
    "select settle_card_trouble($1, $2, $3)",
)
