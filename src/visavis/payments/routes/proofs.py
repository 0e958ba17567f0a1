"""A proof's file, for the two people of its session only."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.params import FromPath

from visavis.accounts.authentication import require_account
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.files import files_in
from visavis.payments.access import ProofRow, load_proof

_SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; sandbox"


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


async def file_of(request: Request[Any, Any, Any], proof: ProofRow) -> Response[bytes]:
    """The file of a proof that the asker may see."""
    data = await files_in(request.app.state.settings.home).get(proof.file_key)
    headers = {
        "content-disposition": _disposition(proof),
        "content-security-policy": _SANDBOX,
        "cache-control": "private, no-store",
        "x-content-type-options": "nosniff",
    }
    return Response(data, media_type=proof.content_type, headers=headers)


def _disposition(proof: ProofRow) -> str:
    name = f"payment-{proof.submitted_at:%Y-%m-%d}"
    if proof.content_type == "application/pdf":
        return f'attachment; filename="{name}.pdf"'
    return f'inline; filename="{name}.{proof.content_type.rpartition("/")[2]}"'


ROUTES = [proof_file]
