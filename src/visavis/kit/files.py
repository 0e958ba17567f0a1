"""Files that people gave us: outside the web root, under names of our own making."""

import re
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from functools import cache
from pathlib import Path

import structlog
from obstore.exceptions import GenericError
from obstore.exceptions import NotFoundError as MissingError
from obstore.store import LocalStore

from visavis.kit.errors import NotFoundError, UnavailableError

_log = structlog.get_logger(__name__)
_PIECE = 64 * 1024  # bytes
_KEY = re.compile(r"[0-9a-f]{2}/[0-9a-f]{32}\.[a-z0-9]{1,5}")


class FileStore:
    """A folder of files with generated names; nothing that a person typed is ever part of a path."""

    def __init__(self, folder: Path) -> None:
        self._store = LocalStore(folder, mkdir=True)

    async def put(self, data: bytes, extension: str) -> str:
        """Store `data`; returns its key. `extension` ("webp") is ours, never the one of the upload.

        Raises UnavailableError when the disk is full, or does not take it for another reason.
        """
        name = secrets.token_hex(16)
        key = _checked(f"{name[:2]}/{name}.{extension}")
        try:
            await self._store.put_async(key, data)
        except GenericError as error:
            _log.exception("a file could not be stored")
            raise UnavailableError(headers={"retry-after": "5"}) from error
        return key

    async def get(self, key: str) -> bytes:
        """The whole file; NotFoundError when it is gone."""
        try:
            return bytes(await (await self._store.get_async(_checked(key))).bytes_async())
        except (MissingError, FileNotFoundError):
            raise NotFoundError from None

    async def pieces(self, key: str) -> tuple[int, AsyncIterator[bytes]]:
        """Its size in bytes, and the file piece by piece; opened with the first. NotFoundError when gone."""
        try:
            size = (await self._store.head_async(_checked(key)))["size"]
        except (MissingError, FileNotFoundError):
            raise NotFoundError from None
        return size, self._pieces(key)

    async def _pieces(self, key: str) -> AsyncIterator[bytes]:
        found = await self._store.get_async(key)
        async for piece in found.stream(min_chunk_size=_PIECE):
            yield bytes(piece)

    async def older_than(self, before: datetime) -> AsyncIterator[list[str]]:
        """Keys of files that were stored before an instant, some hundreds at a time."""
        async for some in self._store.list(chunk_size=500):
            keys = [each["path"] for each in some if each["last_modified"] < before]
            yield [key for key in keys if _KEY.fullmatch(key)]

    async def delete(self, key: str) -> None:
        """Remove the file; a file that is gone already is fine."""
        try:
            await self._store.delete_async(_checked(key))
        except (MissingError, FileNotFoundError):
            return

    @asynccontextmanager
    async def keep(self, data: bytes, extension: str) -> AsyncIterator[str]:
        """Put, and delete again when the block fails: with the transaction inside, both stay or neither."""
        key = await self.put(data, extension)
        try:
            yield key
        except BaseException:
            await self.delete(key)
            raise


@cache
def files_in(home: Path) -> FileStore:
    """The store under the folder of all data (`settings.home`)."""
    folder = home / "files"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return FileStore(folder)


def _checked(key: str) -> str:
    if not _KEY.fullmatch(key):
        raise ValueError("not a key of this store")
    return key
