"""The open streams of one web process, and who gets which event. What waits for a slow reader is bounded."""

import asyncio
from collections.abc import Iterable
from time import monotonic

import msgspec
from litestar.types import Message as AsgiMessage
from litestar.types import Send

from visavis.kit.errors import TooManyRequestsError
from visavis.kit.words import _

BEAT_EVERY = 20  # seconds; browsers give a silent stream up after 45
MOST_STREAMS = 40  # of one account in one process; a browser shares one among its tabs
_MOST_WAITING = 64  # tokens; more collapse into one `resync`
_PATIENCE = 2.0  # seconds a closing stream may take for its last words
_BEATS_MISSED = 3  # by a reader that takes nothing in, before it is given up
_REMEMBERED = 120.0  # seconds that an ended sign-in is remembered for streams that were just opening
_TOO_MANY = _("You have Visavis open in very many places. Please close some.")

_START: AsgiMessage = {
    "type": "http.response.start",
    "status": 200,
    "headers": [
        (b"content-type", b"text/event-stream; charset=utf-8"),
        (b"cache-control", b"no-store, no-transform"),
        (b"x-accel-buffering", b"no"),
    ],
}


def event(name: str, data: bytes = b"{}") -> bytes:
    """One server-sent event; `data` is JSON on one line."""
    return b"event: %b\ndata: %b\n\n" % (name.encode(), data)


def hint_event(about: Iterable[str]) -> bytes:
    """The event that names what changed."""
    return event("hint", msgspec.json.encode({"about": sorted(about)}))


READY, BEAT, RESYNC, END = (event(name) for name in ("ready", "beat", "resync", "end"))
_NOTHING_MISSED = event("ready", b'{"missed":false}')


class Stream:
    """One browser's stream. What cannot be sent at once waits merged: tokens, or one `resync` for many."""

    __slots__ = (
        "_beats_missed", "_busy", "_closing", "_over", "_resync", "_send", "_waiting", "_writer",
        "account", "credential", "given_up", "request", "sign_in", "slot",
    )  # fmt: skip

    def __init__(self, send: Send, account: str, sign_in: str | None, credential: bytes) -> None:
        self.account = account
        self.sign_in = sign_in
        self.credential = credential  # digest of what it was opened with
        self.slot = 0
        self.given_up = False
        self.request = asyncio.current_task()
        self._send = send
        self._busy = True  # until `open` has sent the first event
        self._waiting: set[str] | None = None
        self._resync = False
        self._closing: bytes | None = None
        self._over = False
        self._beats_missed = 0
        self._writer: asyncio.Task[None] | None = None

    async def open(self, *, missed: bool = True) -> None:
        """Send the headers and `ready`, then what came up meanwhile; `missed`: or before, for all we know."""
        await self._send(_START)
        await self._write(READY if missed else _NOTHING_MISSED)

    def hint(self, about: list[str], ready_made: bytes) -> None:
        """Pass on what changed; `ready_made` is the event for `about` alone."""
        if self._start(ready_made) or self._resync:
            return
        waiting = self._waiting = (self._waiting or set()).union(about)
        if len(waiting) > _MOST_WAITING:
            self._waiting, self._resync = None, True

    def resync(self) -> None:
        """Tell the page to read everything again."""
        if not self._start(RESYNC):
            self._waiting, self._resync = None, True

    def beat(self) -> None:
        """Say that the stream is alive; a reader that has taken nothing in for a minute is given up."""
        if self._start(BEAT):
            self._beats_missed = 0
            return
        self._beats_missed += 1
        if self._beats_missed > _BEATS_MISSED:
            self._give_up()

    def close(self, last: bytes = b"") -> None:
        """End the stream after `last`; a reader that does not take it in is cut off."""
        if self._closing is not None:
            return
        self._closing = last
        self._start(b"")
        asyncio.get_running_loop().call_later(_PATIENCE, self._give_up)

    def _start(self, first: bytes) -> bool:
        if self._busy or self._over:
            return False
        self._busy = True
        self._writer = asyncio.get_running_loop().create_task(self._write(first))
        return True

    async def _write(self, words: bytes) -> None:
        while not self._over:
            words = words or self._next()
            if self._closing is not None:
                words, self._over = self._closing, True
            elif not words:
                break
            await self._send_body(words)
            words = b""
        self._busy = False

    async def _send_body(self, words: bytes) -> None:
        try:
            await self._send({"type": "http.response.body", "body": words, "more_body": not self._over})
        except OSError:
            self._over = True  # the browser is gone; the request hears of it by itself

    def _next(self) -> bytes:
        waiting, resync = self._waiting, self._resync
        self._waiting, self._resync = None, False
        if resync:
            return RESYNC
        return hint_event(waiting) if waiting else b""

    def _give_up(self) -> None:
        # Nothing to do for a stream that has ended: its task is done.
        if self.request is not None:
            self.given_up = True
            self.request.cancel()


class Streams:
    """The streams of this process by account and by sign-in."""

    def __init__(self) -> None:
        self._of_account: dict[str, set[Stream]] = {}
        self._of_sign_in: dict[str, set[Stream]] = {}
        self._slots: list[set[Stream]] = [set() for _slot in range(BEAT_EVERY)]
        self._ended: dict[str, float] = {}
        self._next_slot = 0

    def add(self, stream: Stream) -> None:
        """Let a stream receive from now on. Raises TooManyRequestsError."""
        theirs = self._of_account.setdefault(stream.account, set())
        if len(theirs) >= MOST_STREAMS:
            raise TooManyRequestsError(_TOO_MANY, headers={"Retry-After": "60"})
        theirs.add(stream)
        self._next_slot = stream.slot = (self._next_slot + 1) % BEAT_EVERY
        self._slots[stream.slot].add(stream)
        if stream.sign_in is not None:
            self._of_sign_in.setdefault(stream.sign_in, set()).add(stream)
            if stream.sign_in in self._ended:  # signed out between the look-up and now
                stream.close(END)

    def remove(self, stream: Stream) -> None:
        """Forget a stream that is gone."""
        self._slots[stream.slot].discard(stream)
        _discard(self._of_account, stream.account, stream)
        if stream.sign_in is not None:
            _discard(self._of_sign_in, stream.sign_in, stream)

    def of(self, account: str) -> Iterable[Stream]:
        """The streams of one account."""
        return self._of_account.get(account, ())

    def all(self) -> list[Stream]:
        """Every open stream."""
        return [stream for slot in self._slots for stream in slot]

    def end(self, sign_ins: Iterable[str]) -> None:
        """Close the streams of these sign-ins, and those that they are about to open."""
        now = monotonic()
        self._ended = {one: at for one, at in self._ended.items() if now - at < _REMEMBERED}
        for sign_in in sign_ins:
            self._ended[sign_in] = now
            for stream in self._of_sign_in.get(sign_in, ()):
                stream.close(END)

    def beat(self, slot: int) -> None:
        """Beat one slot's streams: a twentieth each second, so that no second is a busy one."""
        for stream in tuple(self._slots[slot % BEAT_EVERY]):
            stream.beat()


def _discard(index: dict[str, set[Stream]], key: str, stream: Stream) -> None:
    theirs = index.get(key, set())
    theirs.discard(stream)
    if not theirs:
        index.pop(key, None)
