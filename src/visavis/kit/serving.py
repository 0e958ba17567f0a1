"""How a file that somebody gave us leaves: never as part of our pages, and never as a whole in memory."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID
from weakref import WeakValueDictionary

from litestar import Response
from litestar.response import Stream

from visavis.kit.files import FileStore

_SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; sandbox"
_AT_ONCE = 6
"""Files that one account reads at the same time from one process; the next one waits."""
_turns: WeakValueDictionary[UUID, asyncio.Semaphore] = WeakValueDictionary()


async def file_answer(
    store: FileStore, key: str, reader_id: UUID, *, media_type: str, disposition: str
) -> Response[Any]:
    """The file in pieces, to be looked at or kept, never run. NotFoundError when it is gone."""
    size, pieces = await store.pieces(key)
    headers = {
        "content-disposition": disposition,
        "content-length": str(size),
        "content-type": media_type,  # the framework would take a stream's from its route
        "content-security-policy": _SANDBOX,
        "cache-control": "private, no-store",
        "x-content-type-options": "nosniff",
    }
    return Stream(_in_turn(reader_id, pieces), media_type=media_type, headers=headers)


async def _in_turn(reader_id: UUID, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    turn = _turns.setdefault(reader_id, asyncio.Semaphore(_AT_ONCE))
    async with turn:
        async for piece in pieces:
            yield piece
