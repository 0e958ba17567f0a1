"""A thousand open streams: how soon a change is on the wire, and what each stream costs."""

import asyncio
import random
import statistics
from collections.abc import Callable
from functools import partial
from time import perf_counter
from typing import Any

from tests.support.servers import Server

from bench.site import CLIENTS, Crowd, Site, run, settle
from bench.table import Row

STREAMS, WARM = 1000, 200
CROWD = Crowd("c")
_HEADERS = """\
User-Agent: Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0\r
Accept: text/event-stream\r
Accept-Language: en-GB,en;q=0.9\r
Accept-Encoding: gzip, deflate, br, zstd\r
Sec-Fetch-Dest: empty\r
Sec-Fetch-Mode: cors\r
Sec-Fetch-Site: same-origin\r
Referer: http://127.0.0.1:8000/dashboard/client\r
"""  # what a browser sends: it stays in the server's memory


class Seen:
    """What all browsers saw."""

    def __init__(self) -> None:
        self.open = 0
        self.broken = 0
        self.changed = asyncio.Event()
        self.arrived: dict[str, float] = {}

    async def until(self, happened: Callable[[], bool]) -> None:
        """Wait until it has happened, at most a minute."""
        async with asyncio.timeout(60):
            while not happened():
                self.changed.clear()
                await self.changed.wait()


class Watcher(asyncio.Protocol):
    """One browser; notes when each hint arrived."""

    def __init__(self, token: str, crowd: Seen) -> None:
        self._token = token
        self._crowd = crowd

    def connection_made(self, transport: Any) -> None:
        cookies = f"visavis={self._token}; visavis-csrf={'0' * 128}"
        request = f"GET /live HTTP/1.1\r\nHost: 127.0.0.1:8000\r\nCookie: {cookies}\r\n{_HEADERS}\r\n"
        transport.write(request.encode())

    def data_received(self, data: bytes) -> None:
        if b"event: hint" in data:
            about = data[data.index(b'["') + 2 : data.index(b'"]')]
            self._crowd.arrived[about.decode()] = perf_counter()
        elif b"event: ready" in data:
            self._crowd.open += 1
        self._crowd.changed.set()

    def connection_lost(self, _error: Exception | None) -> None:
        self._crowd.broken += 1


def measure(site: Site, hints: int) -> list[Row]:
    """Delay and memory."""
    asyncio.run(settle(site, CROWD))
    with site.server(processes=2) as server:
        rows: list[Row] = run(_watch(site, server, hints))
    return rows


async def _watch(site: Site, server: Server, hints: int) -> list[Row]:
    seen = Seen()
    people = random.sample(range(CLIENTS), WARM + STREAMS)
    await _open(server, people[:WARM], seen)
    before = _memory(server)
    await _open(server, people[WARM:], seen)
    await asyncio.sleep(1)
    each = (_memory(server) - before) / STREAMS / 1024
    took = await _hint(site, people, hints, seen)
    if seen.broken:
        raise RuntimeError("a stream broke")
    p50, p99 = statistics.median(took), statistics.quantiles(took, n=100)[98]
    note = f"{WARM + STREAMS} streams on 2 processes, {len(took)} commits"
    return [
        Row("commit → hint on the wire, p50", p50, 5, note=note, unit="ms"),
        Row("commit → hint on the wire, p99", p99, 30, note=f"longest {max(took):.1f} ms", unit="ms"),
        Row("memory of an idle stream", each, 35, note="unshared memory of the web processes", unit="KB"),
    ]


async def _open(server: Server, people: list[int], seen: Seen) -> None:
    loop = asyncio.get_running_loop()
    wanted = seen.open + len(people)
    for person in people:
        await loop.create_connection(partial(Watcher, CROWD.token(person), seen), "127.0.0.1", server.port)
    await seen.until(lambda: seen.open == wanted)


async def _hint(site: Site, people: list[int], hints: int, seen: Seen) -> list[float]:
    """Milliseconds from sending COMMIT of a change to its hint at the person's socket."""
    owner = await site.owner()
    took = []
    for number in range(hints):
        person, name = CROWD.client(random.choice(people)), f"session:{number}"
        await owner.execute("begin")
        await owner.execute("update person set name = $2 where id = $1", person, name)
        await owner.execute("select pg_notify('visavis', $1)", f'{{"to":["{person}"],"about":["{name}"]}}')
        began = perf_counter()
        await owner.execute("commit")
        await seen.until(partial(seen.arrived.__contains__, name))
        took.append((seen.arrived[name] - began) * 1000)
        await asyncio.sleep(random.uniform(0, 0.02))
    await owner.close()
    return took


def _memory(server: Server) -> int:
    return sum(process.memory_full_info().uss for process in server.processes())
