"""Connections that outlive their test: to open one, and to warm it up, is a third of what most tests cost."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import asyncpg
import pytest

from visavis.kit.db import Database
from visavis.live.listener import Listener

Resting = asyncpg.Pool | asyncpg.Connection
Key = tuple[Any, ...]


class Shelf:
    """Pools and connections on which nothing goes on, for whoever opens the same next."""

    def __init__(self) -> None:
        self._rests: dict[Key, list[Resting]] = {}

    def put(self, key: Key, what: Resting) -> None:
        """Keep it."""
        self._rests.setdefault(key, []).append(what)

    def take(self, key: Key) -> Any:
        """One of that kind; None when there is none."""
        return self._rests[key].pop() if self._rests.get(key) else None

    def pids(self) -> set[int]:
        """The processes at the other end."""
        return {pid for rests in self._rests.values() for each in rests for pid in _pids(each)}

    def keep(self, alive: set[int]) -> None:
        """Drop what has lost a process at its other end."""
        for key, rests in self._rests.items():
            self._rests[key] = [each for each in rests if _pids(each) <= alive]
            for each in rests:
                if each not in self._rests[key]:
                    each.terminate()

    def clear(self) -> None:
        """Drop everything."""
        self.keep(set())


def _pids(what: Resting) -> set[int]:
    found = [what] if isinstance(what, asyncpg.Connection) else [holder._con for holder in what._holders]
    return {each.get_server_pid() for each in found if each is not None and not each.is_closed()} or {0}


shelf = Shelf()


class Lasting:
    """A connection that outlives who ends it: it rests instead, as good as new."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def terminate(self) -> None:
        """Nothing: `rest` follows."""

    async def rest(self, key: Key) -> None:
        """Forget everything, and leave it to the next one. Whatever is wrong with it ends it."""
        try:
            await self._connection.reset(timeout=5)
        except (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError):
            self._connection.terminate()
        else:
            shelf.put(key, self._connection)


_heard, _connects = Listener._connection, Listener._connect


@asynccontextmanager
async def _hearing(self: Listener) -> AsyncIterator[Any]:
    """What the application hears with."""
    key = "live", self._url
    lasting = Lasting(shelf.take(key) or await _connects(self))

    async def connect() -> Any:
        return lasting

    self._connect = connect  # type: ignore[method-assign]
    try:
        async with _heard(self) as found:
            yield found
    finally:
        await lasting.rest(key)


@contextmanager
def shared() -> Iterator[None]:
    """Whatever opens a database in this loop gets what rests on the shelf, and leaves it there."""
    loop = asyncio.get_running_loop()
    opened, closed = Database.open, Database.close

    async def open_(url: str, *, min_size: int = 1, max_size: int = 10) -> Database:
        if asyncio.get_running_loop() is not loop:
            return await opened(url, min_size=min_size, max_size=max_size)
        key = url, min_size, max_size
        pool = shelf.take(key)
        found = Database(pool) if pool else await opened(url, min_size=min_size, max_size=max_size)
        # It must not connect anew by itself: between two tests this loop stands still, and PostgreSQL drops
        # no database as long as it waits for somebody's password.
        found.pool._minsize = 0
        found.key = key  # type: ignore[attr-defined]
        return found

    async def close(self: Any) -> None:
        key, pool = getattr(self, "key", None), self.pool
        if key and not pool.is_closing() and pool.get_size() == pool.get_idle_size() > 0:
            shelf.put(key, pool)
        else:
            await closed(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Database, "open", open_)
        patch.setattr(Database, "close", close)
        patch.setattr(Listener, "_connection", _hearing)
        yield
        shelf.clear()
