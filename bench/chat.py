"""A hundred rooms chat, a thousand pages are open: how soon the other one hears, and that nothing is lost."""

import asyncio
import json
import statistics
from functools import partial
from time import perf_counter
from typing import Any
from uuid import UUID, uuid4

import msgspec
from tests.support.servers import Server

from bench import disconnects
from bench.rooms import Pair, furnish
from bench.site import Crowd, Site, run, settle
from bench.streams import Seen, Watcher
from bench.table import Row
from visavis.chat.actions import send
from visavis.chat.rules import Draft
from visavis.kit.actor import Actor
from visavis.kit.clock import utc_now
from visavis.kit.db import Database

STREAMS, ROOMS, A_SECOND, WRITERS = 1000, 100, 200, 8
CROWD = Crowd("b")


class Said(msgspec.Struct):
    """When messages were committed that the other one has not heard of, by (room, listener); and delays."""

    waiting: dict[tuple[str, int], list[float]] = {}
    took: list[float] = []


class Listener(Watcher):
    """One open page."""

    def __init__(self, token: str, person: int, crowd: Seen, said: Said) -> None:
        super().__init__(token, crowd)
        self._person, self._said, self._rest = person, said, b""

    def data_received(self, data: bytes) -> None:
        at = perf_counter()
        *events, self._rest = (self._rest + data).split(b"\n\n")
        for event in events:
            if b"event: hint" in event:
                self._note(json.loads(event[event.index(b"data: ") + 6 :])["about"], at)
            elif b"event: ready" in event:
                self._crowd.open += 1
        self._crowd.changed.set()

    def _note(self, about: list[str], at: float) -> None:
        if "message" not in about:
            return  # one's own
        for token in about:
            began = self._said.waiting.pop((token, self._person), [])
            self._said.took += [(at - each) * 1000 for each in began]


def measure(site: Site, seconds: float, cuts: int) -> list[Row]:
    """Delay, then what survives `cuts` lost connections."""
    asyncio.run(settle(site, CROWD))
    pairs = asyncio.run(furnish(site, CROWD, ROOMS))
    with site.server(processes=2) as server:
        rows: list[Row] = run(_watch(site, server, pairs, int(seconds * A_SECOND)))
        rows += run(disconnects.measure(site, server, CROWD, pairs, cuts))
    return rows


async def _watch(site: Site, server: Server, pairs: list[Pair], messages: int) -> list[Row]:
    seen, said = Seen(), Said()
    loop = asyncio.get_running_loop()
    for person in range(STREAMS):
        page = partial(Listener, CROWD.token(person), person, seen, said)
        await loop.create_connection(page, "127.0.0.1", server.port)
    await seen.until(lambda: seen.open == STREAMS)
    web = await Database.open(site.database.url, max_size=2 * WRITERS)  # each counts its tries beside it
    await _chat(web, pairs, messages, said)
    await web.close()
    await seen.until(lambda: len(said.took) == messages)
    if seen.broken:
        raise RuntimeError("a stream broke")
    p50, p99 = statistics.median(said.took), statistics.quantiles(said.took, n=100)[98]
    note = f"{STREAMS} streams on 2 processes, {ROOMS} rooms, {A_SECOND} messages/s, {messages} in all"
    return [
        Row("commit → the other one hears, p50", p50, 10, note=note, unit="ms"),
        Row("commit → the other one hears, p99", p99, 50, note=f"longest {max(said.took):.1f} ms", unit="ms"),
    ]


async def _chat(web: Database, pairs: list[Pair], messages: int, said: Said) -> None:
    """At an even pace, whatever each takes: room after room, side after side."""
    begin, room = perf_counter(), asyncio.Semaphore(WRITERS)
    async with asyncio.TaskGroup() as group:
        for number in range(messages):
            await asyncio.sleep(max(0, begin + number / A_SECOND - perf_counter()))
            pair, side = pairs[number % len(pairs)], number // len(pairs) % 2
            group.create_task(_say(web, room, pair, side, said))


async def _say(web: Database, room: asyncio.Semaphore, pair: Pair, side: int, said: Said) -> None:
    author: UUID = CROWD.client(pair.people[side])
    actor: Any = Actor(account_id=author, name="Person", via="cookie")
    async with room:
        db = web.handle()
        async with db.transaction(actor):
            await send(db, actor, pair.room, uuid4(), Draft(body="How are you today?"), utc_now())
            waiting = (f"chat:{pair.room}", pair.people[1 - side])
            said.waiting.setdefault(waiting, []).append(perf_counter())  # COMMIT is sent next
