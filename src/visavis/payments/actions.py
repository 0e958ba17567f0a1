"""Paying by transfer: the client shows a proof, the practitioner verifies or rejects it."""

from datetime import datetime
from uuid import UUID

import msgspec

from visavis.booking import rules
from visavis.booking.access import Seat, load_session
from visavis.booking.actions import advance
from visavis.booking.rules import Verb
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError
from visavis.kit.files import FileStore
from visavis.kit.images import CleanFile, clean_document
from visavis.kit.sql import Tx
from visavis.kit.words import _
from visavis.payments import queries

MOST_BYTES = 10 * 1024 * 1024


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """What the client sends: the bytes of a picture or PDF, and words. Never an amount."""

    data: bytes
    reference: str = ""
    note: str = ""


async def submit_payment(
    db: Db, actor: Actor, store: FileStore, session_id: UUID, proof: Proof, now: datetime
) -> Seat:
    """The client shows that the transfer was made.

    Raises InvalidInputError (file, reference, note), WrongStateError, ForbiddenError, NotFoundError.
    """
    _check_words(proof)
    async with db.transaction(
        actor
    ) as tx:  # before the costly look at the file: is it this person's to send?
        _refuse(await load_session(tx, actor, session_id), Verb.SUBMIT_PAYMENT, now)
    clean = await _clean(proof)
    async with store.keep(clean.data, clean.extension) as key, db.transaction(actor) as tx:
        seat = await load_session(tx, actor, session_id)
        moved = await advance(tx, actor, seat, Verb.SUBMIT_PAYMENT, now)
        await _insert(tx, actor, session_id, proof, clean, key, now)
        return moved


async def verify_payment(db: Db, actor: Actor, session_id: UUID, now: datetime) -> Seat:
    """The practitioner has found the money: the session is confirmed."""
    async with db.transaction(actor) as tx:
        moved = await advance(tx, actor, await load_session(tx, actor, session_id), Verb.VERIFY_PAYMENT, now)
        await queries.decide_proof.run(tx, session_id, "verified", now)
        return moved


async def reject_payment(db: Db, actor: Actor, session_id: UUID, reason: str, now: datetime) -> Seat:
    """The practitioner has not found the money, and says so: payment is required again."""
    async with db.transaction(actor) as tx:
        seat = await load_session(tx, actor, session_id)
        moved = await advance(tx, actor, seat, Verb.REJECT_PAYMENT, now, reason=reason)
        await queries.decide_proof.run(tx, session_id, "rejected", now)
        return moved


def _refuse(seat: Seat, verb: Verb, now: datetime) -> None:
    refused = rules.refusal(verb, seat.session.facts, seat.party, now)
    if refused:
        raise refused


def _check_words(proof: Proof) -> None:
    errors = {}
    if len(proof.reference) > 100:
        errors["reference"] = _("Please keep this to 100 characters.")
    if len(proof.note) > 1000:
        errors["note"] = _("Please keep this to 1000 characters.")
    if not proof.data:
        errors["proof"] = _("Please choose a picture or a PDF that shows the payment.")
    elif len(proof.data) > MOST_BYTES:
        errors["proof"] = _("This file is larger than 10 MB. Please choose a smaller one.")
    if errors:
        raise InvalidInputError(fields=errors)


async def _clean(proof: Proof) -> CleanFile:
    try:
        return await clean_document(proof.data, "proof")
    except InvalidInputError as refused:
        sentence = _("Please choose a JPEG, PNG or WebP picture, or a PDF.")
        raise InvalidInputError(fields={"proof": sentence}) from refused


async def _insert(
    tx: Tx, actor: Actor, session_id: UUID, proof: Proof, clean: CleanFile, key: str, now: datetime
) -> None:
    await queries.insert_proof.run(
        tx,
        session_id,
        actor.account_id,
        proof.reference,
        proof.note,
        key,
        clean.content_type,
        len(clean.data),
        now,
    )
