"""What a step books in the ledger of money, in the step's own transaction."""

from datetime import datetime

from visavis.booking.access import SessionRow
from visavis.booking.course import to_pay
from visavis.booking.rules import Status, Verb
from visavis.cards.refunding import send_later
from visavis.kit.sql import Tx
from visavis.money.actions import ask_for_transfer, book_card_payment, book_payment, book_refund


async def settle_money(tx: Tx, session: SessionRow, verb: Verb, now: datetime) -> dict[str, int | str]:
    """Finding the transfer, taking cash, or the card provider's word books the payment (taking credits has
    booked theirs). Calling off what was paid books what comes back, by the policy, and lets a card provider
    send it; where a proof waits, it asks whether the money came.
    What the history says of it.

    The session has taken the step already, and its credits have moved.
    """
    paid = to_pay(session.terms, session.price_minor) or session.credits
    if verb is Verb.PAY_BY_CARD:
        await book_card_payment(tx, session.id, now)
    if verb in (Verb.VERIFY_PAYMENT, Verb.TAKE_CASH):
        await book_payment(tx, session.id, now)
    if verb is Verb.CANCEL and session.status is Status.PAYMENT_SUBMITTED:
        await ask_for_transfer(tx, session.id, now)
    if verb is Verb.CANCEL and session.status is Status.CONFIRMED and paid:
        owed = await book_refund(tx, session.id, now)
        if owed:
            await send_later(tx, session.id)
        return {"refund_minor": owed, "currency": session.currency} if owed else {}
    return {}
