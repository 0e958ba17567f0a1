"""Forty clients for one slot, round after round: one wins, the others get alternatives, nobody waits long."""

import asyncio
import json
import statistics
from collections import Counter

import msgspec
from tests.support.servers import Server

from bench import plan
from bench.load import post
from bench.site import Crowd, Site, run, settle
from bench.table import Row

RACERS = 40
CROWD = Crowd("d")


class Answer(msgspec.Struct):
    """What one racer got."""

    status: int
    milliseconds: float
    body: dict[str, object]


def measure(site: Site, rounds: int) -> list[Row]:
    """Winners, deadlocks and the slowest."""
    asyncio.run(settle(site, CROWD))
    with site.server(processes=2) as server:
        answers: list[list[Answer]] = run(_race(server, rounds))
    deadlocks = asyncio.run(_deadlocks(site))
    winners = Counter(sum(one.status == 201 for one in each) for each in answers)
    losers = [one for each in answers for one in each if one.status != 201]
    wrong = sum(one.status != 409 or len(one.body.get("alternatives", [])) != 3 for one in losers)  # type: ignore[arg-type]
    took = [one.milliseconds for each in answers for one in each]
    p50, p99 = statistics.median(took), statistics.quantiles(took, n=100)[98]
    note = f"{RACERS} clients, {rounds} rounds; winners a round: {dict(winners)}"
    return [
        Row("race: rounds without exactly one winner", rounds - winners[1], 0, note=note),
        Row("race: losers without 409 and 3 alternatives", wrong, 0),
        Row("race: deadlocks", deadlocks, 0),
        Row(
            "race: p99 of all answers",
            p99,
            150,
            note=f"p50 {p50:.0f} ms, longest {max(took):.0f} ms",
            unit="ms",
        ),
    ]


class Racer:
    """One client on an open connection."""

    async def connect(self, server: Server, number: int) -> "Racer":
        self.host = f"127.0.0.1:{server.port}"
        self.token = CROWD.token(number)
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", server.port)
        return self

    async def book(self, booking: int) -> Answer:
        """Ask for a slot."""
        body = {
            "offering_id": str(CROWD.offering(plan.practitioner(booking))),
            "starts_at": plan.start(booking).isoformat(),
            "length_minutes": 60,
        }
        request = post(
            "/api/sessions", self.host, json.dumps(body).encode(), "application/json",
            Authorization=f"Bearer {self.token}",
        )  # fmt: skip
        began = asyncio.get_running_loop().time()
        self._writer.write(request)
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
        text = await self._reader.readexactly(int(length))
        took = asyncio.get_running_loop().time() - began
        return Answer(int(head[9:12]), took * 1000, json.loads(text))


async def _race(server: Server, rounds: int) -> list[list[Answer]]:
    """Each round another forty clients and another slot; a few first, to warm up."""
    rounds_of_answers = []
    for number in range(rounds + 5):
        racers = [await Racer().connect(server, number * RACERS + each) for each in range(RACERS)]
        rounds_of_answers.append(list(await asyncio.gather(*(racer.book(number) for racer in racers))))
        for racer in racers:
            racer._writer.close()
    return rounds_of_answers[5:]


async def _deadlocks(site: Site) -> int:
    owner = await site.owner()
    found: int = await owner.fetchval(
        "select deadlocks from pg_stat_database where datname = current_database()"
    )
    await owner.close()
    return found
