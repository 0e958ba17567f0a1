"""Reminders: once for each session, person and choice, and never for what does not take place then."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import asyncpg
import pytest

from tests.support.tabs import Meeting, now
from visavis.booking import actions
from visavis.booking.reminders import send_reminders
from visavis.kit.actor import SYSTEM
from visavis.kit.db import Database
from visavis.kit.sealing import Keyring

SITE = "https://sessions.example.org"
KEYS = Keyring(b"k" * 32, purpose="test")
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


class Clock:
    """The worker, asked to look at chosen moments."""

    def __init__(self, worker: Database, owner: asyncpg.Connection) -> None:
        self.worker, self.owner = worker, owner

    async def looks(self, at: datetime) -> int:
        """How many reminders go out."""
        return await send_reminders(self.worker.handle(), SYSTEM, SITE, KEYS, at)

    async def mails(self) -> list[Any]:
        found: list[Any] = await self.owner.fetch("select * from outbox_mail order by created_at, to_address")
        return found

    async def wish(self, somebody: Any, *minutes: int) -> None:
        await self.owner.execute(
            "update account set remind_before_minutes = $2 where id = $1", somebody.person.id, list(minutes)
        )


@pytest.fixture
async def clock(database: Any, owner: asyncpg.Connection) -> AsyncIterator[Clock]:
    worker = await Database.open(database.worker_url)
    yield Clock(worker, owner)
    await worker.close()


async def test_both_are_reminded_a_day_before_on_their_own_clocks(meeting: Meeting, clock: Clock) -> None:
    session = await meeting.confirmed(hour=18, days=4)
    moment = session.starts_at - DAY
    assert await clock.looks(moment - timedelta(seconds=1)) == 0
    assert await clock.looks(moment) == 2
    to_sarah, to_emma = sorted(await clock.mails(), key=lambda mail: mail["to_address"])
    assert to_emma["to_address"].startswith("emma.clarke.")
    assert "Dr. Sarah Johnson" in to_emma["text_body"]
    assert "Emma Clarke" in to_sarah["text_body"]
    assert "New York (GMT" in to_emma["text_body"]
    assert "London" in to_sarah["text_body"]
    assert f"{SITE}/sessions/{session.id}" in to_emma["text_body"]
    assert f"{SITE}/account/preferences" in to_emma["html_body"]
    assert "Johnson" not in to_emma["subject"]


async def test_each_goes_out_once_however_often_and_by_whomever_is_looked(
    meeting: Meeting, clock: Clock
) -> None:
    session = await meeting.confirmed(days=4)
    moment = session.starts_at - DAY
    assert sum(await asyncio.gather(*(clock.looks(moment) for _ in range(4)))) == 2
    assert await clock.looks(moment + HOUR) == 0
    await clock.owner.execute(
        "update installation set reminded_until = $1", moment - HOUR
    )  # a restored backup
    assert await clock.looks(moment) == 0
    assert len(await clock.mails()) == 2


async def test_each_choice_is_kept_and_none_means_none(meeting: Meeting, clock: Clock) -> None:
    session = await meeting.confirmed(days=9)
    await clock.wish(meeting.client, 10_080, 60)
    await clock.wish(meeting.practitioner)
    looked = [await clock.looks(session.starts_at - before) for before in (7 * DAY, DAY, HOUR, timedelta(0))]
    assert looked == [1, 0, 1, 0]


async def test_a_worker_that_was_away_makes_up_with_one_mail(meeting: Meeting, clock: Clock) -> None:
    session = await meeting.confirmed(days=4)
    await clock.wish(meeting.client, 2_880, 1_440, 180)
    await clock.wish(meeting.practitioner)
    assert await clock.looks(session.starts_at - 2 * HOUR) == 1
    assert await clock.owner.fetchval("select before_minutes from reminder_sent") == 180
    assert await clock.looks(session.starts_at + HOUR) == 0


@pytest.mark.parametrize("step", ["asked", "approved", "paid"])
async def test_what_is_not_certain_is_not_reminded_of(meeting: Meeting, clock: Clock, step: str) -> None:
    make = {"asked": meeting.booked, "approved": meeting.approved, "paid": meeting.paid}[step]
    session = await make(days=4)
    assert await clock.looks(session.starts_at - DAY) == 0


async def test_a_cancelled_session_is_not_reminded_of(meeting: Meeting, clock: Clock) -> None:
    session = await meeting.confirmed(days=4)
    await actions.cancel(meeting.db, meeting.as_practitioner, session.id, "I am ill", now())
    assert await clock.looks(session.starts_at - DAY) == 0


async def test_a_moved_session_is_reminded_of_at_its_new_time_alone(meeting: Meeting, clock: Clock) -> None:
    session = await meeting.confirmed(days=4)
    before, after = session.starts_at, session.starts_at + 2 * DAY
    assert await clock.looks(before - DAY) == 2
    await clock.owner.execute(
        "update session set during = d, blocked = d from (select tstzrange($2, $3) as d) it where id = $1",
        session.id,
        after,
        after + HOUR,
    )
    assert await clock.looks(before) == 0
    assert await clock.looks(after - DAY) == 2


async def test_only_confirmed_addresses_and_open_accounts_get_mail(meeting: Meeting, clock: Clock) -> None:
    session = await meeting.confirmed(days=4)
    gone = "update account set disabled_at = now() where id = $1"
    await clock.owner.execute(gone, meeting.client.person.id)
    unproved = "update account set email_confirmed_at = null where id = $1"
    await clock.owner.execute(unproved, meeting.practitioner.person.id)
    assert await clock.looks(session.starts_at - DAY) == 0


async def test_names_stay_words_in_the_mail(meeting: Meeting, clock: Clock) -> None:
    await clock.owner.execute(
        "update person set name = $2 where id = $1", meeting.client.person.id, "O'Brien & <b>Co</b>"
    )
    session = await meeting.confirmed(days=4)
    await clock.wish(meeting.client)
    await clock.looks(session.starts_at - DAY)
    (mail,) = await clock.mails()
    assert "O'Brien & <b>Co</b>" in mail["text_body"]
    assert "<b>Co</b>" not in mail["html_body"]
