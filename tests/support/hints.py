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
        """The next hint; TimeoutError when there is none."""
        said = await asyncio.wait_for(self._heard.get(), 2)
        found: dict[str, Any] = msgspec.json.decode(said)
        return found


@pytest.fixture
async def hints(database: FreshDatabase) -> AsyncIterator[Hints]:
    """Listens like a web process."""
    connection = await asyncpg.connect(database.superuser_url)
    heard = Hints()
    await connection.add_listener("visavis", heard.hear)
    yield heard
    await connection.close()
