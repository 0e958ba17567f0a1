"""What is said is kept once, in one order for both."""

from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from tests.support.tabs import Meeting, Tab, now, picture
from visavis.chat.access import changed_since, find, load_file, load_messages, load_room, load_rooms
from visavis.chat.actions import mark_read, send
from visavis.chat.errors import MessageIdReusedError
from visavis.chat.rules import Draft, Upload
from visavis.kit.db import Database
from visavis.kit.errors import InvalidInputError, NotFoundError


async def test_both_read_the_same(meeting: Meeting, db: Database, room_id: UUID) -> None:
    emma, sarah = meeting.as_client, meeting.as_practitioner
    first = await send(meeting.db, emma, room_id, uuid4(), Draft(body=" May I bring my dog?\r\n"), now())
    answer = Draft(body="Of course.", reply_to=first.id)
    second = await send(meeting.db, sarah, room_id, uuid4(), answer, now())
    assert (first.number, second.number, first.body) == (2, 3, "May I bring my dog?")
    assert second.reply
    assert second.reply.body == first.body
    read = [await load_messages(db.handle(), who, room_id) for who in (emma, sarah)]
    assert read[0] == read[1]
    card, *said = read[0]
    assert card.session_id
    assert (card.number, card.author_id) == (1, emma.account_id)
    assert said == [first, second]
    assert await load_messages(db.handle(), emma, room_id, after=2) == [second]
    assert await load_messages(db.handle(), emma, room_id, before=3, limit=1) == [first]
    assert await changed_since(db.handle(), emma, room_id, first.version) == [second]


async def test_sent_twice_is_said_once(meeting: Meeting, db: Database, room_id: UUID) -> None:
    emma, sarah = meeting.as_client, meeting.as_practitioner
    name, draft = uuid4(), Draft(body="Hello")
    once = await send(meeting.db, emma, room_id, name, draft, now())
    assert await send(meeting.db, emma, room_id, name, draft, now()) == once
    for who, other in ((emma, Draft(body="Hullo")), (sarah, draft)):
        with pytest.raises(MessageIdReusedError):
            await send(meeting.db, who, room_id, name, other, now())
    after = await send(meeting.db, sarah, room_id, uuid4(), Draft(body="Hi"), now())
    assert after.number == once.number + 1


async def test_unread_is_counted_until_it_is_read(
    meeting: Meeting, db: Database, owner: asyncpg.Connection, room_id: UUID
) -> None:
    emma, sarah = meeting.as_client, meeting.as_practitioner
    for body in ("One", "Two", "Three"):
        last = await send(meeting.db, emma, room_id, uuid4(), Draft(body=body), now())

    async def unread(who: Any) -> tuple[int, int]:
        [line] = await load_rooms(db.handle(), who)
        told = await owner.fetchval("select unread_messages($1)", who.account_id)
        return line.unread, told

    assert await unread(sarah) == (3, 3)
    assert await unread(emma) == (0, 0)
    assert await mark_read(db.handle(), sarah, room_id, last.number - 1)
    assert await unread(sarah) == (1, 1)
    assert not await mark_read(db.handle(), sarah, room_id, 1)
    assert await mark_read(db.handle(), sarah, room_id, 10**9)
    assert await unread(sarah) == (0, 0)
    assert (await load_room(db.handle(), emma, room_id)).other_seen == last.number


async def test_files_are_written_anew_and_named(meeting: Meeting, db: Database, room_id: UUID) -> None:
    emma, sarah = meeting.as_client, meeting.as_practitioner
    files = [Upload("../../<b>dog</b>\u202egpj.exe", picture()), Upload("a.pdf", b"%PDF-1.7\n%%EOF")]
    said = await send(meeting.db, emma, room_id, uuid4(), Draft(files=files), now(), meeting.store)
    dog, letter = said.files
    assert (dog.media_type, dog.width, dog.height) == ("image/jpeg", 20, 20)
    assert (dog.name, letter.name) == ("b>gpj.jpg", "a.pdf")
    row = await load_file(db.handle(), sarah, room_id, dog.id)
    assert (await meeting.store.get(row.key)).startswith(b"\xff\xd8\xff")
    bad = Draft(files=[Upload("x.svg", b"<svg onload=alert(1)>")])
    with pytest.raises(InvalidInputError):
        await send(meeting.db, emma, room_id, uuid4(), bad, now(), meeting.store)


async def test_words_are_found(meeting: Meeting, db: Database, room_id: UUID) -> None:
    for body in ("The dog is called Bruno", "100% sure", "Bring the DOG bruno"):
        await send(meeting.db, meeting.as_client, room_id, uuid4(), Draft(body=body), now())

    async def found(words: str) -> list[str]:
        return [each.body for each in await find(db.handle(), meeting.as_practitioner, room_id, words)]

    assert await found("bruno dog") == ["Bring the DOG bruno", "The dog is called Bruno"]
    assert await found("0%") == ["100% sure"]
    assert await found("_") == await found(" ") == []


async def test_strangers_find_no_room(meeting: Meeting, stranger: Tab, db: Database, room_id: UUID) -> None:
    otto = stranger.person.actor
    for attempt in (
        load_room(db.handle(), otto, room_id),
        load_messages(db.handle(), otto, room_id),
        find(db.handle(), otto, room_id, "x"),
        changed_since(db.handle(), otto, room_id, 0),
        mark_read(db.handle(), otto, room_id, 1),
        send(db.handle(), otto, room_id, uuid4(), Draft(body="x"), now()),
        load_file(db.handle(), otto, room_id, uuid4()),
    ):
        with pytest.raises(NotFoundError):
            await attempt
    assert await load_rooms(db.handle(), otto) == []
