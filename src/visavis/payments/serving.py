"""A proof's file as an answer: looked at or kept, never run."""

from typing import Any

from litestar import Request, Response

from visavis.kit.files import files_in
from visavis.payments.access import ProofRow

_SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; sandbox"


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
