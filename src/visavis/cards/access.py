"""The only ways to load card payments: they check who asks (row-level security agrees)."""

from uuid import UUID

from visavis.cards import queries
from visavis.cards.queries import PaymentRow
from visavis.cards.rules import OfSession, Payable
from visavis.kit.actor import Actor
from visavis.kit.errors import NotFoundError
from visavis.kit.sql import Tx

__all__ = ["PaymentRow", "cards_are_taken", "load_payment", "load_payment_by_id"]


async def cards_are_taken(tx: Tx) -> bool:
    """Whether this installation has a card provider."""
    taken: bool = await queries.cards_are_taken.value(tx)
    return taken


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
