"""The only ways to load card payments: they check who asks (row-level security agrees)."""

from uuid import UUID

from visavis.accounts.access import require_operator
from visavis.cards import queries
from visavis.cards.queries import PaymentRow, after, direct
from visavis.cards.queries.after import StuckRow, TroubleRow
from visavis.cards.queries.direct import DirectRow
from visavis.cards.rules import OfSession, Payable
from visavis.kit.actor import Actor
from visavis.kit.errors import NotFoundError
from visavis.kit.sql import Tx

__all__ = [
    "DirectRow",
    "PaymentRow",
    "StuckRow",
    "TroubleRow",
    "cards_are_taken",
    "direct_of",
    "load_payment",
    "load_payment_by_id",
    "load_stuck",
    "load_stuck_one",
    "load_trouble",
    "load_troubles",
    "paid_directly",
]


async def cards_are_taken(tx: Tx) -> bool:
    """Whether this installation has a card provider."""
    taken: bool = await queries.cards_are_taken.value(tx)
    return taken


async def direct_of(tx: Tx, practitioner_id: UUID) -> DirectRow:
    """How a practitioner is paid what comes by card: for themselves, and for operators."""
    return await direct.direct_of.one(tx, practitioner_id)


async def paid_directly(tx: Tx) -> frozenset[UUID]:
    """Everybody who is paid directly, for operators; for practitioners at most themselves."""
    return frozenset(await direct.paid_directly.values(tx))


async def load_payment(tx: Tx, actor: Actor, payable: Payable) -> PaymentRow | None:
    """The card payment of a session or a purchase, for its two sides; None when there is none for them."""
    by = (payable.id, None) if isinstance(payable, OfSession) else (None, payable.id)
    found = await queries.payment_of.maybe(tx, *by)
    return found if found and actor.account_id in (found.client_id, found.practitioner_id) else None


async def load_payment_by_id(tx: Tx, system: Actor, payment_id: UUID) -> PaymentRow:
    """For jobs. Raises NotFoundError, also for everybody else."""
    if system.via != "system":
        raise NotFoundError
    return await queries.find_payment.one(tx, payment_id)


async def load_stuck(tx: Tx, actor: Actor) -> list[StuckRow]:
    """Refunds to cards that did not go through, longest first; NotFoundError for who is no operator."""
    require_operator(actor)
    return await after.stuck.all(tx)


async def load_stuck_one(tx: Tx, actor: Actor, refund_id: UUID) -> StuckRow:
    """One of them; NotFoundError also when it has been sent."""
    require_operator(actor)
    return await after.find_stuck.one(tx, refund_id)


async def load_troubles(tx: Tx, actor: Actor) -> list[TroubleRow]:
    """What was done on the provider's own pages and is not settled; NotFoundError for who is no operator."""
    require_operator(actor)
    return await after.troubles.all(tx)


async def load_trouble(tx: Tx, actor: Actor, trouble_id: str) -> TroubleRow:
    """One of them; NotFoundError also when it is settled."""
    require_operator(actor)
    return await after.find_trouble.one(tx, trouble_id)
