"""A proof of a transfer, for a session or for a purchase: what may be sent, how it is kept and answered."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from visavis.kit.actor import Actor
from visavis.kit.errors import InvalidInputError
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


def check_words(proof: Proof) -> None:
    """Raise InvalidInputError with everything that can be known without looking into the file."""
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


async def clean(proof: Proof) -> CleanFile:
    """The file made safe; InvalidInputError on `proof` when it is none that we take."""
    try:
        return await clean_document(proof.data, "proof")
    except InvalidInputError as refused:
        sentence = _("Please choose a JPEG, PNG or WebP picture, or a PDF.")
        raise InvalidInputError(fields={"proof": sentence}) from refused


async def insert(
    tx: Tx,
    actor: Actor,
    proof: Proof,
    cleaned: CleanFile,
    key: str,
    now: datetime,
    *,
    session_id: UUID | None = None,
    purchase_id: UUID | None = None,
) -> None:
    """Keep it for one of the two; its file is stored under `key` already."""
    await queries.insert_proof.run(
        tx,
        session_id,
        purchase_id,
        actor.account_id,
        proof.reference,
        proof.note,
        key,
        cleaned.content_type,
        len(cleaned.data),
        now,
    )


async def decide(
    tx: Tx,
    decision: Literal["verified", "rejected"],
    now: datetime,
    *,
    session_id: UUID | None = None,
    purchase_id: UUID | None = None,
) -> None:
    """The answer to the proof that awaits one."""
    if session_id is not None:
        await queries.decide_proof.run(tx, session_id, decision, now)
    if purchase_id is not None:
        await queries.decide_proof_of_purchase.run(tx, purchase_id, decision, now)
