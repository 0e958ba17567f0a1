"""From the database's notifications to the streams of the people named."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager
from itertools import count, islice
from typing import Any

import asyncpg
import msgspec
import structlog

from visavis.kit.as_of import AsOf
from visavis.live import queries
from visavis.live.listener import Listener
from visavis.live.memory import Memory
from visavis.live.streams import END, Stream, Streams, hint_event

_log = structlog.get_logger(__name__)

_EVERYONE_EVERY = 0.25  # seconds at least between two hints to all streams; what comes up meanwhile is merged
_AT_A_TIME = 100  # streams woken before other work gets its turn
_CHECK_EVERY = 6  # heartbeats of the listener between two checks of all sign-ins: half a minute
_DEAF_PATIENCE = 10.0  # seconds without the database before streams are closed, so that pages poll


class _Hint(msgspec.Struct, frozen=True):
    """What `live.actions` sends."""

    to: tuple[str, ...] = ()
    about: list[str] = []
    public: list[str] = []
    everyone: bool = False
    end: tuple[str, ...] = ()
    transaction: int | None = None


_decoder = msgspec.json.Decoder(_Hint)


class Hub:
    """The live side of one web process; `open` it for as long as the process serves."""

    def __init__(self, url: str) -> None:
        self.streams = Streams()
        self.memory = Memory()
        self.stopping = False
        self._listener = Listener(url, self)
        self._for_everyone: set[str] = set()
        self._spreading = False
        self._heartbeats = 0
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def hears(self) -> bool:
        """Whether changes are heard of now."""
        return self._listener.hears.is_set()

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Listen and beat. The process serves also while the database cannot be heard yet."""
        self._begin(self._listener.run())
        self._begin(self._beats())
        try:
            async with asyncio.timeout(_DEAF_PATIENCE):
                await self._listener.hears.wait()
        except TimeoutError:
            _log.warning("live updates start later: the database is not heard yet")
        try:
            yield
        finally:
            self.close()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def close(self) -> None:
        """Close every stream and take no more: this process ends. Browsers come back to another one."""
        self.stopping = True
        for stream in self.streams.all():
            stream.close()

    def heard(self, payload: str) -> None:
        """Pass a notification on to the people it names."""
        try:
            hint = _decoder.decode(payload)
        except msgspec.MsgspecError:
            _log.warning("a notification was not understood", payload=payload[:200])
            self.memory.lose()
            return
        if hint.to or hint.everyone or hint.public:
            self.memory.changed(hint.transaction, hint.to, public=hint.everyone or bool(hint.public))
        self.streams.end(hint.end)
        if hint.everyone:
            self._tell_everyone(hint.about)
        elif hint.to:
            event = hint_event(hint.about)
            for stream in [each for account in hint.to for each in self.streams.of(account)]:
                stream.hint(hint.about, event)
        if hint.public:
            self._tell_everyone(hint.public)

    def _tell_everyone(self, about: list[str]) -> None:
        self._for_everyone.update(about)
        if not self._spreading:
            self._spreading = True
            self._begin(self._spread())

    async def _spread(self) -> None:
        while self._for_everyone:
            about, self._for_everyone = sorted(self._for_everyone), set()
            event = hint_event(about)
            for some in _batches(self.streams.all(), _AT_A_TIME):
                for stream in some:
                    stream.hint(about, event)
                await asyncio.sleep(0)
            await asyncio.sleep(_EVERYONE_EVERY)
        self._spreading = False

    async def hears_again(self, connection: asyncpg.Connection) -> None:
        """Check every sign-in, and let every page read again: what was said meanwhile is lost."""
        await self._check(connection)
        for some in _batches(self.streams.all(), _AT_A_TIME):
            for stream in some:
                stream.resync()
            await asyncio.sleep(0)
        await self._remember(connection)

    async def heartbeat(self, connection: asyncpg.Connection) -> None:
        """Be certain again, and check all sign-ins twice a minute, in case word of an end got lost."""
        await self._remember(connection)
        self._heartbeats += 1
        if self._heartbeats % _CHECK_EVERY == 0:
            await self._check(connection)

    async def _remember(self, connection: asyncpg.Connection) -> None:
        """Nothing but what is heard after this question can have a number from its answer on."""
        if self.memory.uncertain:
            asked = self.memory.losses
            upto = AsOf.read(await queries.begun.value(connection))
            if self.memory.losses == asked:
                self.memory.begin(upto)

    async def _check(self, connection: asyncpg.Connection) -> None:
        """Close the streams whose sign-in or key has ended or expired, or whose account is disabled."""
        for some in _batches(self.streams.all(), 1000):
            valid = set(await queries.still_valid.values(connection, [stream.credential for stream in some]))
            for stream in some:
                if stream.credential not in valid:
                    stream.close(END)

    def went_deaf(self) -> None:
        """Give the connection a moment to come back; then pages must poll."""
        self.memory.lose()
        self._begin(self._close_if_deaf())

    async def _close_if_deaf(self) -> None:
        try:
            async with asyncio.timeout(_DEAF_PATIENCE):
                await self._listener.hears.wait()
        except TimeoutError:
            for stream in self.streams.all():
                stream.close()

    async def _beats(self) -> None:
        for slot in count():
            await asyncio.sleep(1)
            self.streams.beat(slot)

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _batches(streams: list[Stream], most: int) -> Iterator[list[Stream]]:
    rest = iter(streams)
    while some := list(islice(rest, most)):
        yield some
