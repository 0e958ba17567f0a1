"""Bookings through HTTP against pgbench with the statements of the same booking, by turns, on one machine."""

import asyncio
import hashlib
import json
import re
import statistics
import subprocess
from collections.abc import Iterator
from itertools import count

import msgspec
from tests.support.servers import Server

from bench import capture, plan
from bench.load import load, post
from bench.site import CLIENTS, PRACTITIONERS, Crowd, Site, run, settle
from bench.table import Row

CONNECTIONS = 16
WEB, BARE = Crowd("a"), Crowd("b")


class Figures(msgspec.Struct):
    """Bookings a second, round by round."""

    http: list[float] = []
    bare: list[float] = []
    milliseconds: list[float] = []


def measure(site: Site, seconds: float, rounds: int) -> list[Row]:
    """The ratio of the medians."""
    asyncio.run(settle(site, WEB))
    asyncio.run(settle(site, BARE))
    with site.server(processes=1) as single:
        script = asyncio.run(_script(site, single))
    path = site.home / "booking.sql"
    path.write_text(script)
    figures = Figures()
    with site.server(processes=2) as server:
        _alternate(site, server, figures, seconds, rounds)
    http, bare = statistics.median(figures.http), statistics.median(figures.bare)
    p50, p99 = statistics.median(figures.milliseconds), statistics.quantiles(figures.milliseconds, n=100)[98]
    note = f"{http:.0f}/s (p50 {p50:.1f} ms, p99 {p99:.1f} ms) ÷ {bare:.0f}/s, {CONNECTIONS} at once"
    return [Row("bookings through HTTP ÷ pgbench", http / bare, 0.5, "at least", note)]


def _alternate(site: Site, server: Server, figures: Figures, seconds: float, rounds: int) -> None:
    web, bare = count(1000), count(0)
    run(_http(server, web, 2, Figures()))  # warm
    for number in range(rounds):
        run(_http(server, web, seconds, figures))
        figures.bare.append(_pgbench(site, next(bare), rounds, int(seconds)))
        print(
            f"  round {number + 1}: HTTP {figures.http[-1]:.0f}/s, pgbench {figures.bare[-1]:.0f}/s",
            flush=True,
        )


def request(server: Server, crowd: Crowd, booking: int) -> bytes:
    """Booking number `booking` through the API."""
    body = {
        "offering_id": str(crowd.offering(plan.practitioner(booking))),
        "starts_at": plan.start(booking).isoformat(),
        "length_minutes": 60,
    }
    return post(
        "/api/sessions", f"127.0.0.1:{server.port}", json.dumps(body).encode(), "application/json",
        Authorization=f"Bearer {crowd.token(plan.client(booking))}",
    )  # fmt: skip


async def _http(server: Server, numbers: Iterator[int], seconds: float, figures: Figures) -> None:
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds
    made: list[float] = []

    def requests() -> Iterator[bytes]:
        while loop.time() < until:
            yield request(server, WEB, next(numbers))

    def answered(answer: bytes, took: float) -> None:
        if answer[9:12] != b"201":
            raise RuntimeError(answer.decode())
        made.append(took * 1000)

    took = await load(server.port, CONNECTIONS, requests(), answered)
    figures.http.append(len(made) / took)
    figures.milliseconds += made


def _pgbench(site: Site, number: int, rounds: int, seconds: int) -> float:
    first = 1000 + number * (plan.MOST - 1000) // rounds
    command = [
        str(site.programs / "pgbench"), "--no-vacuum", "--protocol=prepared", "--jobs=2",
        f"--client={CONNECTIONS}", f"--time={seconds}", f"--define=first={first}", "--define=n=0",
        f"--file={site.home / 'booking.sql'}", site.database.url,
    ]  # fmt: skip
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    found = re.search(r"tps = ([\d.]+)", said.stdout)
    if said.returncode or found is None or "number of failed transactions: 0 " not in said.stdout:
        raise RuntimeError(said.stdout + said.stderr)
    return float(found[1])


_SETUP = f"""\
\\set b :first + :n * {CONNECTIONS} + :client_id
\\set n :n + 1
\\set client mod(:b, {CLIENTS})
\\set practitioner mod(:b, {PRACTITIONERS})
\\set start {int(plan.FIRST.timestamp())} + :b / {PRACTITIONERS} * 3600
"""


async def _script(site: Site, server: Server) -> str:
    """Look at the statements of one booking, once everything is warm."""
    owner = await site.owner()
    log = site.cluster.server.log
    answers: list[bytes] = []
    first = (request(server, WEB, booking) for booking in range(20))
    await load(server.port, 1, first, lambda answer, _took: answers.append(answer))
    # From here on the numbers of events are like no other number in a statement.
    await owner.execute("select setval(pg_get_serial_sequence('audit_event', 'id'), 1000000000000)")
    await capture.begin(owner)
    await asyncio.sleep(0.5)
    offset, booking = log.stat().st_size, 20
    await load(
        server.port, 1, iter([request(server, WEB, booking)]), lambda answer, _took: answers.append(answer)
    )
    await asyncio.sleep(0.5)
    await capture.end(owner)
    made = json.loads(answers[-1].partition(b"\r\n\r\n")[2])
    event = await owner.fetchval("select max(id) from audit_event")
    text = await capture.script(owner, capture.read(log, offset), _known(booking, made["id"], event), _SETUP)
    await owner.close()
    return text


def _known(booking: int, session_id: str, event_id: int) -> capture.Known:
    client, practitioner = plan.client(booking), plan.practitioner(booking)
    digest = hashlib.sha256(WEB.token(client).encode()).hexdigest()
    return capture.Known(
        {
            str(WEB.client(client)): _id("c", "client"),
            str(WEB.practitioner(practitioner)): _id("d", "practitioner"),
            str(WEB.offering(practitioner)): _id("e", "practitioner"),
            f"\\x{digest}": f"sha256(('{BARE.letter}-' || :client::text)::bytea)",
            session_id: ":session_id::uuid",
            str(event_id): ":event_id::bigint",
        },
        plan.start(booking),
        ":start::bigint",
    )


def _id(kind: str, variable: str) -> str:
    return f"('{BARE.pattern(kind)}' || lpad(:{variable}::text, 10, '0'))::uuid"
