"""Money is booked here and nowhere else: each in the transaction of the step that makes it true."""

from datetime import datetime
from uuid import UUID

from visavis.kit.sql import Tx
from visavis.money.queries import booking, returning


async def book_payment(tx: Tx, session_id: UUID, now: datetime) -> bool:
    """A session was paid: its transfer is found, or its credits are taken. Whether there was money in it."""
    booked: bool = await booking.book_payment.value(tx, session_id, now)
    return booked


async def book_card_payment(tx: Tx, session_id: UUID, now: datetime) -> None:
    """A session was paid by card, as the provider says; for the worker."""
    await booking.book_card_payment.value(tx, session_id, now)


async def book_refund(tx: Tx, session_id: UUID, now: datetime) -> int:
    """A session was called off: what its client is owed of what they paid, in minor units; the worth of
    credits that came back goes with them."""
    owed: int = await booking.book_refund.value(tx, session_id, now)
    return owed


async def ask_for_transfer(tx: Tx, session_id: UUID, now: datetime) -> None:
    """A session was called off while its proof waited: the practitioner is asked whether the money came."""
    await booking.ask_for_transfer.run(tx, session_id, now)


async def book_purchase(tx: Tx, purchase_id: UUID, now: datetime) -> None:
    """A purchase of credits was verified: the money is in the seller's hands, and owed in credits."""
    await booking.book_purchase.run(tx, purchase_id, now)


async def book_expired_credits(tx: Tx, lot_id: UUID, now: datetime) -> None:
    """Credits were written off: what they were worth stays with the seller."""
    await booking.book_expired_credits.run(tx, lot_id, now)


async def take_back_credits(tx: Tx, purchase_id: UUID, credits_seen: int, now: datetime) -> UUID | None:
    """The seller takes back what is left of a purchase and owes what it is worth: the refund's id. None when
    it is not so many credits any more."""
    refund_id: UUID | None = await returning.take_back.value(tx, purchase_id, credits_seen, now)
    return refund_id


async def send_credits_refund(tx: Tx, purchase_id: UUID, note: str, now: datetime) -> bool:
    """The seller has sent such a refund; False when that was said before, or a card gets it back."""
    sent: bool = await returning.send.value(tx, purchase_id, note, now)
    return sent
