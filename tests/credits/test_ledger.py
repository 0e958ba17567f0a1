"""Approvals, cancellations, gifts and expiries all at once, on a real database: whatever happens in whatever
order, the entries sum up to what is left, and a session is certain exactly when its credits were taken.

Three rounds here; the whole trial is `VISAVIS_RACE_ROUNDS=100 bin/test tests/credits/test_ledger.py`.
"""

import asyncio
import os
import random
from collections import Counter
from collections.abc import Awaitable
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from tests.credits.world import Practice, check_ledger, make_practice
from tests.support.tabs import now
from tests.support.world import Somebody, make_person, tomorrow_at
from visavis.booking import actions
from visavis.booking.rescheduling import answer_time, propose_time
from visavis.credits.actions import expire, grant
from visavis.credits.rules import Grant
from visavis.kit.actor import SYSTEM
from visavis.kit.db import Database, Db
from visavis.kit.errors import VisavisError

ROUNDS = min(int(os.environ.get("VISAVIS_RACE_ROUNDS", "3")), 100)
SESSIONS, ACTS = 10, 60


class Turmoil:
    """One practice, two clients, sessions made by either side, and people who all press at once."""

    def __init__(
        self, practice: Practice, people: list[Somebody], poor: Somebody, web: Database, worker: Database
    ) -> None:
        self.practice, self.people, self.poor, self.web, self.worker = practice, people, poor, web, worker
        self.above: asyncpg.Pool
        self.made: list[tuple[Any, str, Any]] = []
        self.outcomes: Counter[str] = Counter()
        self.late = now()
        self.certain: list[Awaitable[Any]] = []

    async def begin(self, chance: random.Random, day: int) -> None:
        """New sessions, some of them for now and some with another time proposed, and too few credits."""
        self.made, practitioner = [], self.practice.practitioner.actor
        for number in range(SESSIONS):
            client, by = self.people[number % 2], ("client", "practitioner")[number % 3 == 0]
            session = await self.practice.proposed(by=by, days=day, hour=number * 2, client=client)
            if by == "client" and number % 4 == 1:
                at = tomorrow_at(number * 2 + 1, day)
                await propose_time(self.web.handle(), practitioner, session, at, "", now())
            self.made.append((session, by, client))
        for client in self.people:
            self.made.append((await self.practice.invited(client), "practitioner", client))
            await self.practice.given(chance.randint(2, 5), client=client, platform=chance.random() < 0.5)
        self.late = tomorrow_at(-1, day)
        await self._reserve(day)

    async def _reserve(self, day: int) -> None:
        """What nobody else touches, so that it happens whoever comes first: two cancellations, one of
        them late, and an approval for which there are no credits."""
        practice, client = self.practice, self.people[0]
        kept = [await practice.proposed(days=day, hour=hour, client=client) for hour in (21, 22)]
        unpaid = await practice.proposed(days=day, hour=23, client=self.poor)
        await practice.given(4, client=client)
        for session in kept:
            await actions.approve(self.web.handle(), client.actor, session, now())
        self.certain = [
            self._cancel(self.late, self.web.handle(), kept[0], client),
            self._cancel(now(), self.web.handle(), kept[1], client),
            actions.approve(self.web.handle(), self.poor.actor, unpaid, now()),
        ]

    def act(self, chance: random.Random) -> Awaitable[Any]:
        """Something that somebody does."""
        session, by, client = chance.choice(self.made)
        db, practitioner = self.web.handle(), self.practice.practitioner
        kind = chance.choices(("approve", "agree", "cancel", "grant", "expire"), (50, 15, 20, 8, 7))[0]
        if kind == "approve":
            return actions.approve(db, (practitioner if by == "client" else client).actor, session, now())
        if kind == "agree":
            return answer_time(db, client.actor, session, chance.random() < 0.8, now())
        if kind == "cancel":
            at = chance.choice((now(), self.late))
            return self._cancel(at, db, session, chance.choice((practitioner, client)))
        if kind == "grant":
            gift = Grant(name="More", credits=chance.randint(1, 3), valid_months=1)
            return grant(db, practitioner.actor, client.id, gift, now())
        return self._lapse(chance, self.worker.handle())

    async def _cancel(self, at: datetime, db: Db, session: UUID, who: Somebody) -> None:
        """In time, or (an hour before the first of that day) late."""
        cancelled = (await actions.cancel(db, who.actor, session, "Something came up", at)).session
        self.outcomes["late" if cancelled.cancelled_late else "in time"] += 1

    async def _lapse(self, chance: random.Random, db: Db) -> None:
        """A lot runs out, spent or not, while others spend it or have it given back; the job comes by."""
        await self.above.execute(
            """update credit_lot set expires_at = now() where id = (select id from credit_lot
            order by md5(id::text || $1) limit 1)""",
            str(chance.random()),
        )
        await expire(db, SYSTEM, now())

    async def all_at_once(self, chance: random.Random) -> None:
        """Everybody acts; a refusal is an answer, anything else is a fault."""
        acts = [*(self.act(chance) for _ in range(ACTS)), *self.certain]
        answers = await asyncio.gather(*chance.sample(acts, len(acts)), return_exceptions=True)
        for each in answers:
            if isinstance(each, BaseException) and not isinstance(each, VisavisError):
                raise each
            self.outcomes[type(each).__name__] += 1


async def test_the_ledger_is_right_whatever_happens_at_once(owner: Any, db: Database, database: Any) -> None:
    practice = await make_practice(owner)
    worker = await Database.open(database.worker_url)
    people = [practice.client, await make_person(owner, "Tom")]
    turmoil = Turmoil(practice, people, await make_person(owner, "Nat"), db, worker)
    turmoil.above = await asyncpg.create_pool(database.superuser_url, min_size=1, max_size=2)
    for seed in range(ROUNDS):
        chance = random.Random(seed)
        await turmoil.begin(chance, day=3 + seed)
        await turmoil.all_at_once(chance)
        await check_ledger(owner)
    for certain in ("NotEnoughCreditsError", "late", "in time"):
        assert turmoil.outcomes[certain] >= ROUNDS, turmoil.outcomes
    kept = "select exists (select from credit_entry where session_id in (select id from session where "
    assert await owner.fetchval(f"{kept} status = 'cancelled' and cancelled_late))")
    deadlocks = "select deadlocks from pg_stat_database where datname = current_database()"
    assert await owner.fetchval(deadlocks) == 0
    await turmoil.above.close()
    await worker.close()
