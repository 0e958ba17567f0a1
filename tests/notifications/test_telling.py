"""Who is told of what: a row for each person concerned except who did it, counted in the order of commits."""

import asyncio
import random
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from tests.support.databases import deadlocks
from tests.support.tabs import Meeting, now
from tests.support.world import make_person
from visavis.booking import actions
from visavis.booking.rescheduling import answer_time, propose_time
from visavis.kit import audit
from visavis.kit.actor import SYSTEM
from visavis.kit.db import Database
from visavis.notifications.actions import forget_old, tell

DAY = timedelta(days=1)
ACTIONS, EVENTS = 60, 2


@pytest.fixture
async def worker(database: Any) -> AsyncIterator[Database]:
    opened = await Database.open(database.worker_url)
    yield opened
    await opened.close()


async def told(owner: asyncpg.Connection, person: Any) -> list[str]:
    rows = await owner.fetch("select kind from notification where account_id = $1 order by number", person.id)
    return [row["kind"] for row in rows]


async def test_each_step_is_told_to_the_other_side_only(meeting: Meeting, owner: Any, db: Database) -> None:
    session = await meeting.confirmed(hour=12, days=3)
    emma, sarah = meeting.client.person, meeting.practitioner.person
    to = session.starts_at + DAY
    await propose_time(db.handle(), emma.actor, session.id, to, "", now())
    await answer_time(db.handle(), sarah.actor, session.id, True, now())
    await actions.cancel(db.handle(), emma.actor, session.id, "I am ill", now())
    assert await told(owner, emma) == ["approve", "verify_payment", "agree_time"]
    assert await told(owner, sarah) == ["book", "submit_payment", "propose_time", "cancel"]
    unread = "select count(*) from notification where account_id = $1 and read_at is null"
    # Whoever acts has seen what they answer.
    assert await owner.fetchval(unread, emma.id) == 0
    assert await owner.fetchval(unread, sarah.id) == 1


async def test_numbers_grow_with_commits_and_nobody_waits_in_a_circle(owner: Any, worker: Database) -> None:
    people = [(await make_person(owner, name)).id for name in ("Ada", "Ben", "Cleo", "Dora")]
    seen: list[int] = []
    chance = random.Random(3)
    done = asyncio.Event()

    async def happen() -> None:
        async with worker.handle().transaction(SYSTEM) as tx:
            for _ in range(EVENTS):
                concerned = chance.sample(people, 3)
                event = await audit.record(tx, SYSTEM, "start", ("thing", people[0]), concerned)
                await tell(tx, event)

    async def watch() -> None:
        last = 0
        while not (done.is_set() and len(seen) == await of_ada()):
            rows = await owner.fetch(
                "select number from notification where account_id = $1 and number > $2 order by number",
                people[0], last,
            )  # fmt: skip
            seen.extend(row["number"] for row in rows)
            last = seen[-1] if seen else 0

    async def of_ada() -> int:
        count: int = await owner.fetchval(
            "select count(*) from notification where account_id = $1", people[0]
        )
        return count

    before = await deadlocks(owner)
    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        group.create_task(watch())
        await asyncio.gather(*(happen() for _ in range(ACTIONS)))
        done.set()
    assert seen == list(range(1, len(seen) + 1))
    total = await owner.fetchrow("select count(*), count(number) from notification")
    assert list(total) == [ACTIONS * EVENTS * 3] * 2
    assert await deadlocks(owner) == before


async def test_they_are_kept_for_twelve_months(meeting: Meeting, owner: Any, worker: Database) -> None:
    await meeting.confirmed(hour=12, days=3)
    assert await forget_old(worker.handle(), SYSTEM, now() - DAY) == 0
    assert await forget_old(worker.handle(), SYSTEM, now() + DAY) > 0
    assert await owner.fetchval("select count(*) from notification") == 0
