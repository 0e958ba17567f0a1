"""Credits that were bought and not spent go back as money: their seller takes them back, once for a purchase.

How much it is, the books say, never a form; the form says how many credits its reader saw, so that nobody
takes back more or fewer than they meant.
"""

from datetime import datetime
from uuid import UUID

from visavis.cards.refunding import send_later
from visavis.credits.access import load_purchase
from visavis.credits.actions import announce
from visavis.credits.errors import CreditsMovedError
from visavis.credits.queries import PurchaseRow
from visavis.credits.refund_mails import MAIL, RefundAsked
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import ForbiddenError, NotFoundError
from visavis.kit.sql import Tx
from visavis.kit.words import _
from visavis.money.access import CreditsRefundRow, find_credits_refund
from visavis.money.actions import send_credits_refund, take_back_credits
from visavis.money.errors import RefundSentError
from visavis.money.rules import checked_words


async def take_back(
    db: Db, actor: Actor, purchase_id: UUID, credits_seen: int, now: datetime
) -> CreditsRefundRow:
    """The client has these credits no longer and is owed their money; what came by card goes back to it.

    Raises NotFoundError, ForbiddenError, CreditsMovedError when it is another number meanwhile, or none.
    """
    async with db.transaction(actor) as tx:
        purchase = await _sold(tx, actor, purchase_id)
        if await take_back_credits(tx, purchase_id, credits_seen, now) is None:
            raise CreditsMovedError
        owed = await _owed(tx, purchase_id)
        if owed.by_card:
            await send_later(tx, purchase_id)
        await _tell(tx, actor, "take_back_credits", purchase, owed, now)
        return owed


async def send_refund(db: Db, actor: Actor, purchase_id: UUID, note: str, now: datetime) -> CreditsRefundRow:
    """The seller has sent the money; `note` is for the client, such as the transfer's reference.

    Raises NotFoundError, ForbiddenError, RefundSentError, InvalidInputError (note).
    """
    note = checked_words(note, field="note")
    async with db.transaction(actor) as tx:
        purchase = await _sold(tx, actor, purchase_id)
        if (await _owed(tx, purchase_id)).by_card:
            raise ForbiddenError(_("This goes back to the card by itself."))
        if not await send_credits_refund(tx, purchase_id, note, now):
            raise RefundSentError
        sent = await _owed(tx, purchase_id)
        await _tell(tx, actor, "send_credits_refund", purchase, sent, now)
        return sent


async def _sold(tx: Tx, actor: Actor, purchase_id: UUID) -> PurchaseRow:
    """A purchase of somebody else's, for its seller."""
    found = await load_purchase(tx, actor, purchase_id)
    if found.client_id == actor.account_id:
        raise ForbiddenError(_("This step is the other side's to take."))
    return found


async def _owed(tx: Tx, purchase_id: UUID) -> CreditsRefundRow:
    found = await find_credits_refund(tx, purchase_id)
    if found is None:
        raise NotFoundError
    return found


async def _tell(
    tx: Tx, actor: Actor, verb: str, purchase: PurchaseRow, owed: CreditsRefundRow, now: datetime
) -> None:
    details = {"credits": owed.credits, "name": owed.name, "amount_minor": owed.amount_minor}
    details |= {"currency": owed.currency} | ({"reason": owed.note} if owed.note else {})
    subject = ("credit_purchase", purchase.id)
    await MAIL.ask(tx, RefundAsked(purchase.id))
    await announce(tx, actor, verb, subject, purchase.client_id, purchase.practitioner_id, details, now)
