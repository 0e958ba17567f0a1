"""One order: who asks for what came after N misses nothing, whatever is sent, booked or given up."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from tests.support.databases import deadlocks
from tests.support.tabs import Meeting, now
from tests.support.world import Somebody, make_person
from visavis.chat.queries.messages import after
from visavis.chat.queries.writing import insert_message
from visavis.kit.actor import SYSTEM, Actor
from visavis.kit.db import Database
from visavis.kit.errors import UnavailableError
from visavis.kit.sql import Tx

SENDERS, EACH = 8, 40

Write = Callable[[Tx], Awaitable[Any]]


class GivingUpError(Exception):
    """Something went wrong after the message was written."""


async def _room(owner: asyncpg.Connection, meeting: Meeting, client: Somebody) -> UUID:
    """A room without a booking: a session put there by hand."""
    await _card(owner, meeting, client.id)
    room_id: UUID = await owner.fetchval("select id from chat_room where client_id = $1", client.id)
    return room_id


async def _card(connection: Any, meeting: Meeting, client_id: UUID) -> None:
    await connection.execute(
        """insert into session (practitioner_id, client_id, offering_id, offering_name, created_by, status,
            during, blocked, length_minutes, price_minor, currency, policy)
        select practitioner_id, $2, id, name, 'client', 'declined', tstzrange(now(), now() + '1 h'),
            tstzrange(now(), now() + '1 h'), 60, 8000, 'GBP', policy from offering where id = $1""",
        meeting.offering,
        client_id,
    )


def _message(*values: Any) -> Write:
    return lambda tx: insert_message.value(tx, *values)


class Crowd:
    """Two rooms of one practitioner, full of people who write, book, give up, and read."""

    def __init__(self, meeting: Meeting, dbs: Sequence[Database], clients: list[Somebody]) -> None:
        self.meeting, self.clients = meeting, clients
        self.db, self.worker = dbs
        self.rooms: list[UUID] = []
        self.seen: list[list[int]] = [[] for _ in clients]
        self.done = asyncio.Event()
        self.chance = random.Random(5)

    async def say(self, number: int) -> None:
        """Now and then the same message once more."""
        side = number % 2
        who = self.clients[side].actor if number % 4 < 2 else self.meeting.as_practitioner
        sent = uuid4()
        for _ in range(EACH):
            message = _message(sent, self.rooms[side], who.account_id, "x", None, b"", now())
            await self.perhaps(self.db, who, message)
            sent = sent if self.chance.random() < 0.1 else uuid4()

    async def book(self, side: int) -> None:
        for _ in range(EACH // 2):
            await self.perhaps(self.worker, SYSTEM, lambda tx: _card(tx, self.meeting, self.clients[side].id))

    async def perhaps(self, db: Database, who: Actor, write: Write) -> None:
        """A transaction that takes a while and may come to nothing; one that gave way is done again."""
        while True:
            with suppress(UnavailableError):
                with suppress(GivingUpError):
                    async with db.handle().transaction(who) as tx:
                        await write(tx)
                        await asyncio.sleep(self.chance.random() / 500)
                        if self.chance.random() < 0.3:
                            raise GivingUpError
                return

    async def read(self, side: int) -> None:
        """Ask after the last number, again and again, once more when all is done."""
        seen, last = self.seen[side], False
        while not last:
            last = self.done.is_set()
            async with self.db.handle().transaction(self.clients[side].actor) as tx:
                upto = seen[-1] if seen else 0
                seen += [row.number for row in await after.all(tx, self.rooms[side], upto, 200)]


async def test_numbers_grow_with_commits_without_a_gap(
    meeting: Meeting, owner: Any, db: Database, worker: Database
) -> None:
    crowd = Crowd(meeting, (db, worker), [await make_person(owner, name) for name in ("Ada", "Ben")])
    crowd.rooms += [await _room(owner, meeting, each) for each in crowd.clients]
    before = await deadlocks(owner)
    async with asyncio.timeout(90), asyncio.TaskGroup() as group:
        for side in (0, 1):
            group.create_task(crowd.read(side))
        await asyncio.gather(*(crowd.say(number) for number in range(SENDERS)), crowd.book(0), crowd.book(1))
        crowd.done.set()
    for room, seen in zip(crowd.rooms, crowd.seen, strict=True):
        total = await owner.fetchrow(
            """select r.latest, r.version, count(*), max(m.version) from chat_room r
            join chat_message m on m.room_id = r.id where r.id = $1 group by r.id""",
            room,
        )
        assert seen == list(range(1, len(seen) + 1))
        assert set(total.values()) == {len(seen)}
    assert await deadlocks(owner) == before


async def test_a_session_that_is_not_made_leaves_no_card(meeting: Meeting, owner: Any, room_id: UUID) -> None:
    before = await owner.fetchval("select latest from chat_room where id = $1", room_id)
    undone = owner.transaction()
    await undone.start()
    await _card(owner, meeting, meeting.client.person.id)
    await undone.rollback()
    assert await owner.fetchval("select latest from chat_room where id = $1", room_id) == before
