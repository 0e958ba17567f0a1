"""How a file of a message leaves: pictures were written anew and may be shown, a PDF is only downloaded."""

from typing import Any
from urllib.parse import quote
from uuid import UUID

from litestar import Response

from visavis.chat.access import FileRow
from visavis.kit import serving
from visavis.kit.files import FileStore


async def file_answer(store: FileStore, file: FileRow, reader_id: UUID) -> Response[Any]:
    """The file for one of its two people, or for an operator who looks after a report."""
    kind = disposition(file.name, inline=file.media_type == "image/jpeg")
    return await serving.file_answer(store, file.key, reader_id, media_type=file.media_type, disposition=kind)


def disposition(name: str, *, inline: bool) -> str:
    """Content-Disposition with a name in any script (RFC 6266, RFC 8187)."""
    plain = "".join(each if (each.isascii() and each.isalnum()) or each in " .-_" else "_" for each in name)
    kind = "inline" if inline else "attachment"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
