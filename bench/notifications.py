"""Two hundred events a second on a thousand open streams: how soon who is told hears, and that all do."""

import asyncio
import json
import random
import statistics
from functools import partial
from time import perf_counter
from typing import Any
from uuid import UUID

import msgspec
from tests.support.servers import Server

from bench.site import CLIENTS, Crowd, Site, run, settle
from bench.streams import Seen, Watcher
from bench.table import Row
from visavis.kit import audit
from visavis.kit.actor import SYSTEM
from visavis.kit.db import Database
from visavis.notifications.actions import tell

STREAMS, A_SECOND, WRITERS = 1000, 200, 8
CROWD = Crowd("f")


class Told(msgspec.Struct):
    """What was committed, and what all browsers heard of it, by the name of the event."""

    began: dict[str, float] = {}
    heard: dict[str, float] = {}
    doubled: int = 0


class Listener(Watcher):
    """One browser that is told things."""

    def __init__(self, token: str, crowd: Seen, told: Told) -> None:
        super().__init__(token, crowd)
        self._told = told
        self._rest = b""

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
        for name in about:
            if name.startswith("event:"):
                self._told.doubled += name in self._told.heard
                self._told.heard.setdefault(name, at)


def measure(site: Site, seconds: float) -> list[Row]:
    """Delay, and what was lost or doubled."""
    asyncio.run(settle(site, CROWD))
    with site.server(processes=2) as server:
        rows: list[Row] = run(_watch(site, server, seconds))
    return rows


async def _watch(site: Site, server: Server, seconds: float) -> list[Row]:
    seen, told = Seen(), Told()
    people = random.sample(range(CLIENTS), STREAMS)
    await _open(server, people, seen, told)
    worker = await Database.open(site.database.worker_url, max_size=WRITERS)
    await _happen(worker, people, int(seconds * A_SECOND), told)
    await worker.close()
    await seen.until(lambda: len(told.heard) == len(told.began))
    if seen.broken:
        raise RuntimeError("a stream broke")
    took = [(told.heard[name] - began) * 1000 for name, began in told.began.items()]
    p50, p99 = statistics.median(took), statistics.quantiles(took, n=100)[98]
    note = f"{STREAMS} streams on 2 processes, {A_SECOND} events/s, {len(took)} in all"
    wrong = told.doubled + await _miscounted(site)
    return [
        Row("commit → who is told hears, p50", p50, None, note=note, unit="ms"),
        Row("commit → who is told hears, p99", p99, 50, note=f"longest {max(took):.1f} ms", unit="ms"),
        Row("notifications lost or doubled", wrong, 0, note="hints, and each person's numbers without a gap"),
    ]


async def _open(server: Server, people: list[int], seen: Seen, told: Told) -> None:
    loop = asyncio.get_running_loop()
    for person in people:
        browser = partial(Listener, CROWD.token(person), seen, told)
        await loop.create_connection(browser, "127.0.0.1", server.port)
    await seen.until(lambda: seen.open == len(people))


async def _happen(worker: Database, people: list[int], events: int, told: Told) -> None:
    """At an even pace, whatever each takes."""
    begin, room = perf_counter(), asyncio.Semaphore(WRITERS)
    async with asyncio.TaskGroup() as group:
        for number in range(events):
            await asyncio.sleep(max(0, begin + number / A_SECOND - perf_counter()))
            to = CROWD.client(random.choice(people))
            group.create_task(_event(worker, room, f"event:{number}", to, told))


async def _event(worker: Database, room: asyncio.Semaphore, name: str, to: UUID, told: Told) -> None:
    async with room, worker.handle().transaction(SYSTEM) as tx:
        event = await audit.record(tx, SYSTEM, "verify_payment", ("thing", to), [to])
        await tell(tx, event, about=[name])
        told.began[name] = perf_counter()  # COMMIT is sent next


async def _miscounted(site: Site) -> int:
    """How many numbers are missing, or given twice."""
    owner: Any = await site.owner()
    wrong: int = await owner.fetchval(
        """select coalesce(sum(abs(latest - many)), 0) from (select account_id, max(number) as latest,
            count(distinct number) as many from notification group by account_id) each"""
    )
    await owner.close()
    return wrong
