"""The only way to a proof: through a session that the asker is part of."""

from uuid import UUID

from visavis.booking.access import load_session
from visavis.kit.actor import Actor
from visavis.kit.sql import Tx
from visavis.payments import queries
from visavis.payments.queries import ProofRow

__all__ = ["ProofRow", "load_proof", "load_proofs"]


async def load_proofs(tx: Tx, actor: Actor, session_id: UUID) -> list[ProofRow]:
    """Every proof of a session, latest first; NotFoundError for strangers."""
    await load_session(tx, actor, session_id)
    return await queries.proofs_of_session.all(tx, session_id)


async def load_proof(tx: Tx, actor: Actor, session_id: UUID, proof_id: UUID) -> ProofRow:
    """One proof of this very session; NotFoundError for strangers and for another session's proof."""
    await load_session(tx, actor, session_id)
    return await queries.find_proof.one(tx, session_id, proof_id)
