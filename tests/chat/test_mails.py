"""Who is away gets one letter about what they have not read, and nothing that was said stands in it."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from tests.support.tabs import Meeting, now
from tests.support.world import make_person, tomorrow_at
from visavis.booking.taking import Wish, book_slot
from visavis.chat.access import load_room_of_session
from visavis.chat.actions import mark_read, send
from visavis.chat.changing import delete
from visavis.chat.mails import AFTER, AGAIN, AT_LAST, tell_unread
from visavis.chat.rules import Draft, Message
from visavis.chat.safety import block
from visavis.kit.actor import SYSTEM
from visavis.kit.db import Database
from visavis.kit.sealing import Keyring

SITE, KEYS = "https://sessions.example.org", Keyring(b"k" * 32, purpose="test")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


class Post:
    """Two people, and the worker who looks at chosen moments."""

    def __init__(self, meeting: Meeting, room_id: UUID, worker: Database, owner: asyncpg.Connection) -> None:
        self.meeting, self.room_id, self.worker, self.owner = meeting, room_id, worker, owner
        self.emma, self.sarah = meeting.as_client, meeting.as_practitioner

    async def writes(self, who: Any, at: datetime, body: str = "I had that dream again") -> Message:
        return await send(self.meeting.db, who, self.room_id, uuid4(), Draft(body=body), at)

    async def looks(self, at: datetime) -> int:
        return await tell_unread(self.worker.handle(), SYSTEM, SITE, KEYS, at)

    async def letters(self) -> list[Any]:
        return list(await self.owner.fetch("select * from outbox_mail order by created_at"))

    async def was_here(self, at: datetime) -> None:
        await self.owner.execute("update sign_in set last_seen_at = $1", at)


@pytest.fixture
async def post(meeting: Meeting, room_id: UUID, worker: Database, owner: asyncpg.Connection) -> Post:
    await owner.execute("delete from outbox_mail")
    made = Post(meeting, room_id, worker, owner)
    await made.was_here(now() - HOUR)
    return made


async def test_one_letter_after_a_while_and_none_of_the_words(post: Post) -> None:
    at = now()
    for minute in range(3):
        await post.writes(post.emma, at + minute * MINUTE)
    assert await post.looks(at + AFTER - MINUTE) == 0
    assert sum(await asyncio.gather(*(post.looks(at + AFTER) for _ in range(3)))) == 1
    await post.writes(post.emma, at + AFTER)
    assert await post.looks(at + AFTER + HOUR) == 0
    [letter] = await post.letters()
    assert "sarah" in letter["to_address"]
    assert "Emma Clarke: 3 messages" in letter["text_body"]
    assert f"{SITE}/chat/{post.room_id}" in letter["text_body"]
    assert "/unsubscribe?token=" in letter["unsubscribe_url"]
    everything = letter["subject"] + letter["text_body"] + letter["html_body"]
    assert "dream" not in everything
    assert "Emma" not in letter["subject"]


async def test_the_next_comes_after_reading_or_a_day_later(post: Post) -> None:
    at = now()
    await post.writes(post.emma, at)
    assert await post.looks(at + AFTER) == 1
    await post.writes(post.emma, at + HOUR)
    assert await post.looks(at + 3 * HOUR) == 0
    assert await post.looks(at + AFTER + AGAIN) == 1
    said = await post.writes(post.emma, at + AGAIN + HOUR)
    await mark_read(post.meeting.db, post.sarah, post.room_id, said.number)
    assert await post.looks(at + 2 * AGAIN + HOUR) == 0
    await post.writes(post.emma, at + 2 * AGAIN)
    assert await post.looks(at + 2 * AGAIN + AFTER) == 1


async def test_who_is_here_is_left_alone_for_an_hour(post: Post) -> None:
    at = now()
    await post.writes(post.emma, at)
    await post.was_here(at + 5 * MINUTE)
    assert await post.looks(at + AFTER) == 0
    await post.was_here(at + AT_LAST)
    assert await post.looks(at + AT_LAST) == 1


async def test_what_was_read_taken_back_or_shut_out_is_not_told(post: Post) -> None:
    at = now()
    read = await post.writes(post.sarah, at)
    await mark_read(post.meeting.db, post.emma, post.room_id, read.number)
    back = await post.writes(post.emma, at)
    await delete(post.meeting.db, post.emma, post.room_id, back.id, at)
    assert await post.looks(at + AFTER) == 0
    await post.writes(post.emma, at)
    await block(post.meeting.db, post.sarah, post.room_id, at)
    assert await post.looks(at + AFTER) == 0
    assert await post.letters() == []


async def test_choices_and_quiet_hours_are_kept(post: Post) -> None:
    at = now()
    await post.writes(post.emma, at)
    wish = "insert into notification_choice (account_id, mail_off) values ($1, '{messages}')"
    await post.owner.execute(wish, post.sarah.account_id)
    assert await post.looks(at + AFTER) == 0
    quiet = (
        "update notification_choice set mail_off = '{}', quiet_from = $2, quiet_to = $3 where account_id = $1"
    )
    hours = [(at + each).time().replace(tzinfo=None) for each in (-HOUR, HOUR)]
    await post.owner.execute(quiet, post.sarah.account_id, *hours)
    await post.owner.execute("update person set time_zone = 'UTC' where id = $1", post.sarah.account_id)
    assert await post.looks(at + AFTER) == 0
    assert await post.looks(at + HOUR + MINUTE) == 1


async def test_several_rooms_share_a_letter(post: Post, meeting: Meeting, owner: asyncpg.Connection) -> None:
    liam = await make_person(owner, "Liam Walker")
    wish = Wish(offering_id=meeting.offering, starts_at=tomorrow_at(15, 4), length_minutes=60, notes="")
    session = (await book_slot(meeting.db, liam.actor, wish, now())).session
    other = await load_room_of_session(meeting.db, liam.actor, session.id)
    at = now()
    await post.writes(post.emma, at)
    await send(meeting.db, liam.actor, other.id, uuid4(), Draft(body="Hello"), at + MINUTE)
    assert await post.looks(at + AFTER) == 1
    [letter] = [each for each in await post.letters() if "unread" in each["subject"]]
    assert "Emma Clarke: 1 message\n  Liam Walker: 1 message\n" in letter["text_body"]
    assert f"{SITE}/chat\n" in letter["text_body"]
