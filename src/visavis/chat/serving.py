"""How a file of a message leaves: never as part of our pages, and never as a whole in memory."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote
from uuid import UUID
from weakref import WeakValueDictionary

from litestar import Response
from litestar.response import Stream

from visavis.chat.access import FileRow
from visavis.kit.files import FileStore

_SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; sandbox"
_AT_ONCE = 6
"""Files that one account reads at the same time from one process; the next one waits."""
_turns: WeakValueDictionary[UUID, asyncio.Semaphore] = WeakValueDictionary()


async def file_answer(store: FileStore, file: FileRow, reader_id: UUID) -> Response[Any]:
    """Pictures were written anew and may be shown; a PDF is as it came, so it is only ever downloaded."""
    size, pieces = await store.pieces(file.key)
    headers = {
        "content-disposition": disposition(file.name, inline=file.media_type == "image/jpeg"),
        "content-length": str(size),
        "content-security-policy": _SANDBOX,
        "cache-control": "private, no-store",
        "x-content-type-options": "nosniff",
    }
    return Stream(_in_turn(reader_id, pieces), media_type=file.media_type, headers=headers)


async def _in_turn(reader_id: UUID, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    turn = _turns.setdefault(reader_id, asyncio.Semaphore(_AT_ONCE))
    async with turn:
        async for piece in pieces:
            yield piece


def disposition(name: str, *, inline: bool) -> str:
    """Content-Disposition with a name in any script (RFC 6266, RFC 8187)."""
    plain = "".join(each if (each.isascii() and each.isalnum()) or each in " .-_" else "_" for each in name)
    kind = "inline" if inline else "attachment"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
