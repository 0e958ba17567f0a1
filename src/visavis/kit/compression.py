"""Pages over the wire at a quarter of their size."""

import gzip
import secrets
from io import BytesIO
from typing import Any

from litestar import MediaType, Request, Response

_WORTH_IT = 1_000  # bytes; below, compressing gains nothing
_LEVEL = 1  # a page is made once and read once: quick matters more than small
_PADDING = 100


def compressed(request: Request[Any, Any, Any], response: Response[str]) -> Response[Any]:
    """The same answer with gzip, for browsers that take it and pages that are worth it.

    Pages hold a token and words from the address: the length of the answer must not tell of either, so it
    varies at random (the attack is called BREACH; the padding is that of "Heal the Breach" and Django).
    """
    html = response.content.encode()
    if len(html) < _WORTH_IT or "gzip" not in request.headers.get("accept-encoding", ""):
        return response
    out = BytesIO()
    with gzip.GzipFile(_random_name(), "wb", _LEVEL, out, mtime=0) as packed:
        packed.write(html)
    return Response(
        out.getvalue(),
        status_code=response.status_code,
        media_type=MediaType.HTML,  # the framework adds the charset
        headers={**response.headers, "content-encoding": "gzip", "vary": "accept-encoding"},
    )


def _random_name() -> str:
    """One to `_PADDING` letters, kept in the head of what gzip makes."""
    return "a" * (1 + secrets.randbelow(_PADDING))
