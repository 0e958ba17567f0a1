"""Forty clients after one free slot, at once, through two web processes: one wins, the others hear why.

Two rounds here; the whole trial is `VISAVIS_RACE_ROUNDS=100 bin/test tests/booking/test_race.py -s`.
"""

import asyncio
import time
from datetime import datetime, timedelta
from typing import Any

import httpx

from tests.fire.storm import brew
from tests.support.databases import deadlocks
from tests.support.servers import Server
from tests.support.trials import asked
from tests.support.world import tomorrow_at

ROUNDS = asked("VISAVIS_RACE_ROUNDS")
RACERS = 40


async def test_one_wins_and_nobody_waits(site: Server, site_owner: Any) -> None:
    url, owner = site.url, site_owner
    storm = await brew(owner, url, practices=1, clients=2 * RACERS)
    before = await deadlocks(owner)
    limits = httpx.Limits(max_connections=RACERS, max_keepalive_connections=RACERS)
    waits: list[float] = []
    async with httpx.AsyncClient(base_url=url, timeout=60, limits=limits, verify=False) as http:
        for number in range(ROUNDS):
            racers = [storm.clients[(number * RACERS + i) % len(storm.clients)] for i in range(RACERS)]
            start = tomorrow_at(8) + timedelta(minutes=30 * number)
            wish = {
                "offering_id": str(storm.practices[0].offering),
                "starts_at": start.isoformat(),
                "length_minutes": 30,
            }
            answers = await asyncio.gather(*(_race(http, racer, wish, waits) for racer in racers))
            _one_won(answers, start)
    waits.sort()
    print(f"\n{ROUNDS} races of {RACERS}: p50 {_ms(waits, 0.5)} ms, p99 {_ms(waits, 0.99)} ms")
    assert await deadlocks(owner) == before
    booked = "select count(*) from session where practitioner_id = $1"
    assert await owner.fetchval(booked, storm.practices[0].person.id) == ROUNDS


async def _race(
    http: httpx.AsyncClient, key: str, wish: dict[str, Any], waits: list[float]
) -> httpx.Response:
    began = time.perf_counter()
    answer = await http.post("/api/sessions", json=wish, headers={"authorization": f"Bearer {key}"})
    waits.append(time.perf_counter() - began)
    return answer


def _one_won(answers: list[httpx.Response], start: datetime) -> None:
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * (RACERS - 1)
    for answer in answers:
        if answer.status_code == 409:
            alternatives = [datetime.fromisoformat(each) for each in answer.json()["alternatives"]]
            assert len(alternatives) == 3
            assert start not in alternatives


def _ms(waits: list[float], share: float) -> int:
    return round(waits[int(len(waits) * share)] * 1000)
