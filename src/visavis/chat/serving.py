"""How a file of a message leaves: never as part of our pages."""

from typing import Any
from urllib.parse import quote

from litestar import Response

from visavis.chat.access import FileRow
from visavis.kit.files import FileStore

_SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; sandbox"


async def file_answer(store: FileStore, file: FileRow) -> Response[Any]:
    """Pictures were written anew and may be shown; a PDF is as it came, so it is only ever downloaded."""
    data = await store.get(file.key)
    headers = {
        "content-disposition": disposition(file.name, inline=file.media_type == "image/jpeg"),
        "content-security-policy": _SANDBOX,
        "cache-control": "private, no-store",
        "x-content-type-options": "nosniff",
    }
    return Response(data, media_type=file.media_type, headers=headers)


def disposition(name: str, *, inline: bool) -> str:
    """Content-Disposition with a name in any script (RFC 6266, RFC 8187)."""
    plain = "".join(each if (each.isascii() and each.isalnum()) or each in " .-_" else "_" for each in name)
    kind = "inline" if inline else "attachment"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
