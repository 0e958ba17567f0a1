"""A proof's file, for the two people of its session only."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.params import FromPath

from visavis.accounts.authentication import require_account
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.payments.access import load_proof
from visavis.payments.serving import file_of


@get("/sessions/{session_id:uuid}/proof/{proof_id:uuid}", include_in_schema=False)
async def proof_file(
    request: Request[Any, Any, Any],
    session_id: FromPath[UUID],
    proof_id: FromPath[UUID],
    actor: Actor,
    db: Db,
) -> Response[bytes]:
    """Pictures were written anew and may be shown; a PDF is as it came, so it is only ever downloaded."""
    async with db.transaction(require_account(actor)) as tx:
        proof = await load_proof(tx, actor, session_id, proof_id)
    return await file_of(request, proof)


ROUTES = [proof_file]
