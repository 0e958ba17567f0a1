"""Who blocks somebody is left alone."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from tests.support.tabs import Meeting, now
from tests.support.world import tomorrow_at
from visavis.booking import inserting
from visavis.booking.creating import create_session
from visavis.booking.plans import Plan
from visavis.chat.access import load_room
from visavis.chat.actions import mark_read, send
from visavis.chat.errors import BlockedError
from visavis.chat.queries.safety import insert_block
from visavis.chat.rules import Draft
from visavis.chat.safety import block, unblock
from visavis.kit.db import Database
from visavis.kit.errors import InvalidInputError


async def propose(meeting: Meeting) -> object:
    emma = meeting.as_client.known_id
    at = tomorrow_at(12, 5)
    plan = Plan(offering_id=meeting.offering, length_minutes=60, client_id=emma, starts_at=at)
    return await create_session(meeting.db, meeting.as_practitioner, plan, now())


async def book(meeting: Meeting) -> object:
    return await meeting.booked(hour=15)


async def test_nothing_new_is_arranged_while_one_blocks_the_other(
    meeting: Meeting, room_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    for blocker in (meeting.as_client, meeting.as_practitioner):
        await block(meeting.db, blocker, room_id, now())
        for act, actor in (
            (propose, meeting.as_practitioner),
            (book, meeting.as_client),
        ):
            with pytest.raises(InvalidInputError) as refused:
                await act(meeting)
            assert ("unblock" in str(refused.value)) == (actor == blocker)
        await unblock(meeting.db, blocker, room_id, now())
    await block(meeting.db, meeting.as_client, room_id, now())

    async def forgotten(*_args: object) -> None: ...

    monkeypatch.setattr(inserting, "refuse_while_blocked", forgotten)
    for act in (propose, book):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await act(meeting)
    await unblock(meeting.db, meeting.as_client, room_id, now())
    await meeting.booked(hour=15)


async def test_who_is_blocked_sees_no_reading_and_not_by_whom(
    meeting: Meeting, db: Database, room_id: UUID
) -> None:
    emma, sarah = meeting.as_client, meeting.as_practitioner

    async def say(words: str) -> int:
        return (await send(meeting.db, emma, room_id, uuid4(), Draft(body=words), now())).number

    async def shown() -> int:
        return (await load_room(db.handle(), emma, room_id)).other_seen

    read, unread = await say("One"), await say("Two")
    assert await mark_read(db.handle(), sarah, room_id, read)
    await block(db.handle(), sarah, room_id, now())
    assert await mark_read(db.handle(), sarah, room_id, unread)
    assert await shown() == read
    assert (await load_room(db.handle(), sarah, room_id)).seen == unread
    for page in (f"/chat/{room_id}", f"/chat/{room_id}/messages?since=0"):
        text = (await meeting.client.get(page)).text
        assert "blocked" not in text
        assert 'data-shut="yes"' in text
        assert 'data-shut="mine"' in (await meeting.practitioner.get(page)).text
    with pytest.raises(BlockedError) as refused:
        await say("Hello?")
    for told in ("Sarah", "block"):
        assert told not in str(refused.value)
    await unblock(db.handle(), sarah, room_id, now())
    later = await say("Three")
    await mark_read(db.handle(), sarah, room_id, later)
    assert await shown() == later


async def test_a_message_on_its_way_does_not_pass_a_block(
    meeting: Meeting, db: Database, owner: Any, room_id: UUID
) -> None:
    emma, sarah = meeting.as_client, meeting.as_practitioner

    async def waits() -> bool:
        return bool(await owner.fetchval("select count(*) from pg_locks where not granted"))

    async with db.handle().transaction(sarah) as tx:
        await insert_block.run(tx, sarah.known_id, emma.known_id, now())
        saying = asyncio.create_task(send(db.handle(), emma, room_id, uuid4(), Draft(body="Wait!"), now()))
        async with asyncio.timeout(30):
            while True:
                if await waits():
                    break
                await asyncio.sleep(0.01)
    with pytest.raises(BlockedError):
        await saying
    assert (await load_room(db.handle(), sarah, room_id)).latest == 1
