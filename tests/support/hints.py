"""What is announced to open pages when a transaction commits."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import msgspec
import pytest

from tests.support.databases import FreshDatabase


class Hints:
    """Everything said on the channel since the test began, one by one."""

    def __init__(self) -> None:
        self._heard: asyncio.Queue[str] = asyncio.Queue()

    def hear(self, *said: Any) -> None:
        self._heard.put_nowait(said[-1])

    async def next(self) -> dict[str, Any]:
        """The next hint, but for cards of sessions, which every booking puts into a chat; TimeoutError when
        there is none."""
        found: dict[str, Any] = {"about": ["card"]}
        while "card" in found["about"]:
            found = await self.any()
        return found

    async def any(self) -> dict[str, Any]:
        """The next hint, of whatever kind. Each says by which transaction, for pages that were just read."""
        found: dict[str, Any] = msgspec.json.decode(await asyncio.wait_for(self._heard.get(), 30))
        assert "end" in found or found.pop("transaction") > 0
        return found


@pytest.fixture
async def hints(database: FreshDatabase) -> AsyncIterator[Hints]:
    """Listens like a web process."""
    connection = await asyncpg.connect(database.superuser_url)
    heard = Hints()
    await connection.add_listener("visavis", heard.hear)
    yield heard
    await connection.close()
