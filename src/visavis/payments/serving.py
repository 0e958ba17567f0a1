"""A proof's file as an answer: looked at or kept, never run."""

from typing import Any

from litestar import Request, Response

from visavis.kit.files import files_in
from visavis.kit.serving import file_answer
from visavis.payments.access import ProofRow


async def file_of(request: Request[Any, Any, Any], proof: ProofRow) -> Response[Any]:
    """The file of a proof that the asker may see."""
    store, reader = files_in(request.app.state.settings.home), request.user.known_id
    how = {"media_type": proof.content_type, "disposition": _disposition(proof)}
    return await file_answer(store, proof.file_key, reader, **how)


def _disposition(proof: ProofRow) -> str:
    name = f"payment-{proof.submitted_at:%Y-%m-%d}"
    if proof.content_type == "application/pdf":
        return f'attachment; filename="{name}.pdf"'
    return f'inline; filename="{name}.{proof.content_type.rpartition("/")[2]}"'
