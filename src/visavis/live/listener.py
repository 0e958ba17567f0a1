"""The one LISTEN connection of a web process: outside the pool, watched, and made again when it is lost."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Protocol

import asyncpg
import structlog

from visavis.live import queries
from visavis.live.queries import CHANNEL

_log = structlog.get_logger(__name__)

_HEARTBEAT = 5.0  # seconds between two looks whether the connection still hears
_ANSWER_WITHIN = 5.0  # seconds; then it is half dead, and lost
_LONGEST_PAUSE = 5.0  # seconds between two attempts to connect
_LOST = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)


class Ears(Protocol):
    """Who wants to know."""

    def heard(self, payload: str) -> None:
        """A notification came."""

    async def hears_again(self, connection: asyncpg.Connection) -> None:
        """Listening has begun, for the first time or after a loss: whatever was said before is unknown."""

    async def heartbeat(self, connection: asyncpg.Connection) -> None:
        """The connection is well; it may be used for a moment."""

    def went_deaf(self) -> None:
        """The connection is lost; another one is being made."""


class Listener:
    """Tells `ears` of every notification, and of every loss and return of the connection."""

    def __init__(self, url: str, ears: Ears) -> None:
        self._url = url
        self._ears = ears
        self.hears = asyncio.Event()

    async def run(self) -> None:
        """Listen until cancelled."""
        attempt = 0
        while True:
            try:
                async with self._connection() as (connection, gone):
                    attempt = 0
                    self.hears.set()
                    await self._ears.hears_again(connection)
                    await self._watch(connection, gone)
            except _LOST as reason:
                _log.warning("the database is not heard, live updates pause", reason=repr(reason))
            finally:
                if self.hears.is_set():
                    self.hears.clear()
                    self._ears.went_deaf()
            # Many processes lose the same server at once; they come back one by one.
            await asyncio.sleep(random.uniform(0.1, 1) * min(_LONGEST_PAUSE, 0.25 * 2**attempt))  # noqa: S311
            attempt = min(attempt + 1, 6)

    async def _watch(self, connection: asyncpg.Connection, gone: asyncio.Event) -> None:
        while not gone.is_set():
            try:
                async with asyncio.timeout(_HEARTBEAT):
                    await gone.wait()
            except TimeoutError:
                if not await queries.still_listening.value(connection, CHANNEL):
                    raise asyncpg.InterfaceError("the connection does not listen any more") from None
                await self._ears.heartbeat(connection)

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[tuple[asyncpg.Connection, asyncio.Event]]:
        connection = await self._connect()
        gone = asyncio.Event()
        connection.add_termination_listener(lambda _connection: gone.set())
        try:
            await connection.add_listener(CHANNEL, self._on_notify)
            yield connection, gone
        finally:
            connection.terminate()

    async def _connect(self) -> asyncpg.Connection:
        return await asyncpg.connect(
            self._url,
            timeout=_ANSWER_WITHIN,
            command_timeout=_ANSWER_WITHIN,
            server_settings={
                "application_name": "visavis live",
                # The server, too, must notice a web process that vanished without a word.
                "tcp_keepalives_idle": "30",
                "tcp_keepalives_interval": "10",
                "tcp_keepalives_count": "3",
            },
        )

    def _on_notify(self, _connection: Any, _process: int, _channel: str, payload: object) -> None:
        self._ears.heard(str(payload))
