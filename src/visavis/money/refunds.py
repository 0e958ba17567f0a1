"""Refunds of transfers: owed from when a session is called off, until the practitioner has sent them."""

from datetime import datetime
from uuid import UUID

from visavis.booking.access import load_session
from visavis.booking.rules import Party
from visavis.booking.stepping import announce
from visavis.kit import audit
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import ForbiddenError
from visavis.kit.words import _
from visavis.money.access import RefundRow, load_refund
from visavis.money.errors import RefundSentError
from visavis.money.queries import booking
from visavis.money.rules import checked_words


async def send_refund(db: Db, actor: Actor, session_id: UUID, note: str, now: datetime) -> RefundRow:
    """The practitioner has sent the money back; `note` is for the client, such as the transfer's reference.

    Raises NotFoundError, ForbiddenError, RefundSentError, InvalidInputError (note).
    """
    note = checked_words(note, field="note")
    async with db.transaction(actor) as tx:
        seat = await load_session(tx, actor, session_id)
        found = await load_refund(tx, session_id)
        if seat.party is not Party.PRACTITIONER:
            raise ForbiddenError(_("The refund is the practitioner's to send."))
        if found.by_card:
            raise ForbiddenError(_("This goes back to the card by itself."))
        if not await booking.send_refund.value(tx, session_id, note, now):
            raise RefundSentError
        details = {"amount_minor": found.amount_minor, "currency": found.currency}
        details |= {"reason": note} if note else {}
        subject, people = ("session", session_id), seat.session.people
        await announce(
            tx, await audit.record(tx, actor, "send_refund", subject, people, details, now), seat.session
        )
        return await load_refund(tx, session_id)
