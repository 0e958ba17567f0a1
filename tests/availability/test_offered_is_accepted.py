"""What the calendar offers is exactly what the booking accepts, on the real database."""

import asyncio
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest

from tests.support.tabs import Meeting, now
from tests.support.world import make_offering, make_person, tomorrow_at
from visavis.availability import actions
from visavis.availability.access import load_calendar
from visavis.availability.hours import DayRange, WeeklyRange
from visavis.availability.rules import SlotSettings
from visavis.booking.errors import SlotTakenError, TimeNotOfferedError
from visavis.booking.taking import Wish, book_slot
from visavis.kit.db import Database

ZONES = ("Pacific/Auckland", "America/New_York", "Europe/London", "Asia/Kathmandu", "America/St_Johns")
DAYS = 4


class UndoneError(Exception):
    """Nothing of it stays."""


async def settle(meeting: Meeting, owner: Any, chance: Random) -> list[UUID]:
    """A practice with a bit of everything; its two offerings."""
    db, sarah = meeting.db, meeting.as_practitioner
    other = await make_offering(owner, meeting.practitioner.person, name="First talk", lengths=(30, 90))
    await owner.execute("update practice set time_zone = $1", chance.choice(ZONES))
    week = [
        WeeklyRange(day, chance.randrange(0, 1440, 30), chance.randrange(0, 1440, 30), only)
        for day in range(7)
        for only in ((), (other,), (meeting.offering,))
    ]
    settings = SlotSettings(
        step_min=chance.choice([15, 30, 45]),
        buffer_before_min=chance.choice([0, 10]),
        buffer_after_min=chance.choice([0, 15]),
        notice_min=chance.choice([0, 300]),
        window_days=chance.choice([2, 60]),
        most_a_day=chance.choice([None, 2]),
        most_a_week=chance.choice([None, 6]),
    )
    await actions.change_availability(db, sarah, week, settings, now())
    day = tomorrow_at(0).date()
    await actions.set_override(db, sarah, day, "", [DayRange(600, 900), DayRange(1200, 60)], now())
    for hour in range(0, DAYS * 24, 7):
        await actions.switch_slot(db, sarah, tomorrow_at(hour), 90, chance.random() < 0.5, now())
    if chance.random() < 0.7:
        first = day + timedelta(days=2)
        await actions.set_travel(db, sarah, first, first, chance.choice(ZONES), now())
    return [meeting.offering, other]


async def accepts(meeting: Meeting, wish: Wish) -> bool:
    """Whether the booking would do it; nothing stays."""
    try:
        async with meeting.db.transaction(meeting.as_client):
            await book_slot(meeting.db, meeting.as_client, wish, now())
            raise UndoneError
    except UndoneError:
        return True
    except (SlotTakenError, TimeNotOfferedError):
        return False


async def offered(meeting: Meeting, wish: Wish, first: datetime, last: datetime) -> list[datetime]:
    async with meeting.db.transaction(meeting.as_client) as tx:
        calendar = await load_calendar(tx, meeting.practitioner.person.id, first, last)
    return calendar.free_starts(wish.length_minutes, first, last, now(), offering_id=wish.offering_id)


@pytest.mark.parametrize("seed", range(4))
async def test_offered_is_accepted_and_nothing_else(meeting: Meeting, owner: Any, seed: int) -> None:
    chance = Random(seed)
    talk, other = await settle(meeting, owner, chance)
    first, last = tomorrow_at(0), tomorrow_at(0, 1 + DAYS)
    both = [
        Wish(offering_id=talk, starts_at=first, length_minutes=60),
        Wish(offering_id=other, starts_at=first, length_minutes=chance.choice([30, 90])),
    ]
    for wish in both:
        for start in chance.sample(found := await offered(meeting, wish, first, last), min(2, len(found))):
            if start in await offered(meeting, wish, first, last):
                await book_slot(meeting.db, meeting.as_client, _at(wish, start), now())
    async with meeting.db.transaction(meeting.as_client):  # one snapshot of settings, not of time
        for wish in both:
            free = await offered(meeting, wish, first, last)
            asked = [first + timedelta(minutes=n) for n in range(0, DAYS * 1440, 15)]
            for start in {*chance.sample(free, min(25, len(free))), *chance.sample(asked, 30)}:
                assert await accepts(meeting, _at(wish, start)) is (start in free), start


def _at(wish: Wish, start: datetime) -> Wish:
    return Wish(offering_id=wish.offering_id, starts_at=start, length_minutes=wish.length_minutes)


async def test_a_full_day_stays_full_when_many_ask(meeting: Meeting, owner: Any, db: Database) -> None:
    settings = SlotSettings(step_min=60, most_a_day=2)
    await owner.execute("update practice set time_zone = 'UTC'")
    await actions.change_settings(meeting.db, meeting.as_practitioner, settings, now())
    people = [await make_person(owner, f"Client {number}") for number in range(8)]
    wishes = [
        Wish(offering_id=meeting.offering, starts_at=tomorrow_at(8 + number, 3), length_minutes=60)
        for number in range(8)
    ]
    done = await asyncio.gather(
        *(
            book_slot(db.handle(), person.actor, wish, now())
            for person, wish in zip(people, wishes, strict=True)
        ),
        return_exceptions=True,
    )
    refused = [each for each in done if isinstance(each, BaseException)]
    assert [type(each) for each in refused] == [SlotTakenError] * 6
    assert await owner.fetchval("select count(*) from session") == 2
