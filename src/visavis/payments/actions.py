"""Paying by transfer: the client shows a proof, the practitioner verifies or rejects it; or has the money in
hand."""

from datetime import datetime
from uuid import UUID

from visavis.booking import rules
from visavis.booking.access import Seat, load_session
from visavis.booking.rules import Verb
from visavis.booking.stepping import Told, advance
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError
from visavis.kit.files import FileStore
from visavis.kit.words import _
from visavis.payments import queries
from visavis.payments.proofs import MOST_BYTES, Proof, check_words, clean, decide, insert

__all__ = ["MOST_BYTES", "Proof", "reject_payment", "submit_payment", "take_cash", "verify_payment"]

IN_HAND = ("cash", "other")
"""How a practitioner can have been paid outside."""


async def submit_payment(
    db: Db, actor: Actor, store: FileStore, session_id: UUID, proof: Proof, now: datetime
) -> Seat:
    """The client shows that the transfer was made.

    Raises InvalidInputError (file, reference, note), WrongStateError, ForbiddenError, NotFoundError.
    """
    check_words(proof)
    async with db.transaction(
        actor
    ) as tx:  # before the costly look at the file: is it this person's to send?
        _refuse(await load_session(tx, actor, session_id), Verb.SUBMIT_PAYMENT, now)
    cleaned = await clean(proof)
    async with store.keep(cleaned.data, cleaned.extension) as key, db.transaction(actor) as tx:
        seat = await load_session(tx, actor, session_id)
        moved = await advance(tx, actor, seat, Verb.SUBMIT_PAYMENT, now)
        await insert(tx, actor, proof, cleaned, key, now, session_id=session_id)
        return moved


async def verify_payment(db: Db, actor: Actor, session_id: UUID, now: datetime) -> Seat:
    """The practitioner has found the money: the session is confirmed."""
    async with db.transaction(actor) as tx:
        moved = await advance(tx, actor, await load_session(tx, actor, session_id), Verb.VERIFY_PAYMENT, now)
        await decide(tx, "verified", now, session_id=session_id)
        return moved


async def reject_payment(db: Db, actor: Actor, session_id: UUID, reason: str, now: datetime) -> Seat:
    """The practitioner has not found the money, and says so: payment is required again."""
    async with db.transaction(actor) as tx:
        seat = await load_session(tx, actor, session_id)
        moved = await advance(tx, actor, seat, Verb.REJECT_PAYMENT, now, reason=reason)
        await decide(tx, "rejected", now, session_id=session_id)
        return moved


async def take_cash(db: Db, actor: Actor, session_id: UUID, how: str, note: str, now: datetime) -> Seat:
    """The practitioner was paid outside, in cash or in another way (`IN_HAND`): the session is confirmed. The
    amount is the session's; the client reads `note`.

    Raises InvalidInputError (how, reason), WrongStateError, ForbiddenError, NotFoundError.
    """
    if how not in IN_HAND:
        raise InvalidInputError(fields={"how": _("Please say how it was paid.")})
    async with db.transaction(actor) as tx:
        seat = await load_session(tx, actor, session_id)
        _refuse(seat, Verb.TAKE_CASH, now)
        await queries.say_paid_in_hand.run(tx, session_id, how)
        told = Told(Verb.TAKE_CASH.value, {"how": how})
        return await advance(tx, actor, seat, Verb.TAKE_CASH, now, reason=note, told=told)


def _refuse(seat: Seat, verb: Verb, now: datetime) -> None:
    refused = rules.refusal(verb, seat.session.facts, seat.party, now)
    if refused:
        raise refused
