"""The only way to a proof: through a session, or a purchase, that the asker is part of."""

from collections.abc import Collection
from uuid import UUID

from visavis.booking.access import Seat, load_session
from visavis.kit.actor import Actor
from visavis.kit.sql import Tx
from visavis.payments import queries
from visavis.payments.queries import ProofRow

__all__ = [
    "ProofRow",
    "has_said_how_to_pay",
    "load_instructions",
    "load_proof",
    "load_proof_of_purchase",
    "load_proofs",
    "load_proofs_of",
    "load_proofs_of_purchase",
]


async def load_proofs(tx: Tx, actor: Actor, session_id: UUID) -> list[ProofRow]:
    """Every proof of a session, latest first; NotFoundError for strangers."""
    return await load_proofs_of(tx, await load_session(tx, actor, session_id))


async def load_proofs_of(tx: Tx, seat: Seat) -> list[ProofRow]:
    """Every proof of a session that the actor has a seat in, latest first."""
    return await queries.proofs_of_session.all(tx, seat.session.id)


async def load_proof(tx: Tx, actor: Actor, session_id: UUID, proof_id: UUID) -> ProofRow:
    """One proof of this very session; NotFoundError for strangers and for another session's proof."""
    await load_session(tx, actor, session_id)
    return await queries.find_proof.one(tx, session_id, proof_id)


async def load_proofs_of_purchase(tx: Tx, purchase_id: UUID) -> list[ProofRow]:
    """Every proof of a purchase that the caller has loaded, latest first."""
    return await queries.proofs_of_purchase.all(tx, purchase_id)


async def load_proof_of_purchase(tx: Tx, purchase_id: UUID, proof_id: UUID) -> ProofRow:
    """One proof of this very purchase, which the caller has loaded; NotFoundError for another's."""
    return await queries.find_proof_of_purchase.one(tx, purchase_id, proof_id)


async def load_instructions(tx: Tx, practitioner_ids: Collection[UUID]) -> dict[UUID, str]:
    """How these practitioners want to be paid; only one's own, and those whom the actor has to pay."""
    if not practitioner_ids:
        return {}
    rows = await queries.instructions_of.all(tx, list(practitioner_ids))
    return {row.practitioner_id: row.words for row in rows}


async def has_said_how_to_pay(tx: Tx, actor: Actor) -> bool:
    """Whether the acting practitioner has said how to be paid by transfer."""
    return bool((await load_instructions(tx, [actor.known_id])).get(actor.known_id))
