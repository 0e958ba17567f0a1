"""The verbs of availability: what clients can book afterwards, what is kept and told, and who may."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.support.hints import Hints
from tests.support.tabs import Meeting, Tab, now
from tests.support.world import make_offering, tomorrow_at
from visavis.availability import actions, changes, ranges
from visavis.availability.access import Calendar, clashes, load_calendar
from visavis.availability.hours import DayRange, Override, WeeklyRange
from visavis.availability.rules import Reason, SlotSettings
from visavis.booking.actions import cancel
from visavis.booking.errors import SlotTakenError
from visavis.booking.taking import Wish, book_slot
from visavis.kit.errors import InvalidInputError, NotFoundError
from visavis.practices.access import NoPracticeError

DAY = timedelta(days=1)
EVERY_DAY = [WeeklyRange(day, 540, 1020) for day in range(7)]  # 9:00 to 17:00


def noon(days: int) -> datetime:
    return tomorrow_at(12, days)


async def calendar(meeting: Meeting, days: int = 14, **more: Any) -> Calendar:
    async with meeting.db.transaction(meeting.as_client) as tx:
        return await load_calendar(tx, meeting.practitioner.person.id, now(), now() + days * DAY, **more)


async def free(meeting: Meeting, first: int, last: int, offering: UUID | None = None) -> list[datetime]:
    """Free starts of an hour from midnight UTC of one day from today to another."""
    found = await calendar(meeting, last + 2)
    return found.free_starts(60, tomorrow_at(0, first), tomorrow_at(0, last), now(), offering_id=offering)


@pytest.fixture(autouse=True)
async def in_utc(meeting: Meeting, owner: Any) -> None:
    await owner.execute("update practice set time_zone = 'UTC', slot_step_minutes = 60")
    await actions.set_week(meeting.db, meeting.as_practitioner, EVERY_DAY, now())


async def test_each_change_is_told_once_and_kept_in_the_audit(
    meeting: Meeting, owner: Any, hints: Hints
) -> None:
    db, sarah, day = meeting.db, meeting.as_practitioner, noon(9).date()
    await owner.execute("delete from audit_event")
    await actions.set_week(db, sarah, EVERY_DAY[1:], now())
    await actions.change_settings(db, sarah, SlotSettings(), now())
    await actions.change_availability(db, sarah, EVERY_DAY, SlotSettings(), now())
    await actions.set_override(db, sarah, day, "Conference", [DayRange(540, 600)], now())
    await actions.remove_override(db, sarah, day, now())
    await actions.mark_days_off(db, sarah, day, day + DAY, "Easter", now())
    await actions.switch_slot(db, sarah, noon(3), 60, False, now())
    travel = await actions.set_travel(db, sarah, day, day + DAY, "Europe/Lisbon", now())
    await actions.end_travel(db, sarah, travel, now())
    told = [await hints.next() for _ in range(9)]
    assert all(each == {"everyone": True, "about": [f"slots:{sarah.account_id}"]} for each in told[1:])
    verbs = await owner.fetch(
        "select verb from audit_event where subject_id = $1 order by id", sarah.account_id
    )
    assert [each["verb"] for each in verbs] == [
        *("set_hours", "change_availability_settings", "change_availability", "set_date", "remove_date"),
        *("mark_days_off", "switch_slot", "set_travel", "end_travel"),
    ]


async def test_a_range_that_stays_keeps_its_id(meeting: Meeting, owner: Any) -> None:
    rows = "select id, day_of_week from working_hours where practitioner_id = $1 order by day_of_week"
    before = await owner.fetch(rows, meeting.as_practitioner.account_id)
    changed = [*EVERY_DAY[:6], WeeklyRange(6, 600, 0)]
    await actions.set_week(meeting.db, meeting.as_practitioner, changed, now())
    after = await owner.fetch(rows, meeting.as_practitioner.account_id)
    assert before[:6] == after[:6]
    assert before[6] != after[6]


async def test_hours_for_one_offering(meeting: Meeting, owner: Any) -> None:
    other = await make_offering(owner, meeting.practitioner.person, name="First talk")
    week = [WeeklyRange(day, 540, 660, (other,)) for day in range(7)]
    week += [WeeklyRange(day, 720, 780) for day in range(7)]
    await actions.set_week(meeting.db, meeting.as_practitioner, week, now())
    hours = {
        each: [at.hour for at in await free(meeting, 2, 3, each)] for each in (meeting.offering, other, None)
    }
    assert hours == {meeting.offering: [12], other: [9, 10, 12], None: [9, 10, 12]}
    wish = Wish(offering_id=meeting.offering, starts_at=tomorrow_at(9, 2), length_minutes=60)
    with pytest.raises(InvalidInputError):
        await book_slot(meeting.db, meeting.as_client, wish, now())
    async with meeting.db.transaction(meeting.as_practitioner):
        with pytest.raises(InvalidInputError) as refused:
            await actions.set_week(
                meeting.db, meeting.as_practitioner, [WeeklyRange(1, 540, 660, (uuid4(),))], now()
            )
    assert set(refused.value.fields) == {"range-0"}


async def test_a_date_of_its_own_and_days_off(meeting: Meeting) -> None:
    db, sarah = meeting.db, meeting.as_practitioner
    day = noon(3).date()
    await actions.set_override(db, sarah, day, "", [DayRange(600, 660), DayRange(1320, 120)], now())
    assert [at.hour for at in await free(meeting, 3, 4)] == [10, 22, 23]
    await actions.mark_days_off(db, sarah, day, day + 2 * DAY, "Easter", now())
    assert await free(meeting, 3, 6) == []
    assert len(await free(meeting, 6, 7)) == 8
    await actions.remove_override(db, sarah, day, now())
    assert len(await free(meeting, 3, 4)) == 8
    with pytest.raises(NotFoundError):
        await actions.remove_override(db, sarah, day, now())


async def test_names_of_days_are_the_practitioners_own(meeting: Meeting) -> None:
    day = noon(3).date()
    await actions.mark_days_off(meeting.db, meeting.as_practitioner, day, day, "Surgery", now())
    assert (await calendar(meeting)).schedule.overrides == (Override(day),)
    async with meeting.db.transaction(meeting.as_practitioner) as tx:
        own = await load_calendar(tx, meeting.practitioner.person.id, now(), now() + 9 * DAY)
    assert own.schedule.overrides == (Override(day, (), "Surgery"),)


async def test_slots_are_switched_off_and_on_again(meeting: Meeting, owner: Any) -> None:
    db, sarah = meeting.db, meeting.as_practitioner
    await actions.switch_slot(db, sarah, noon(2), 60, False, now())
    assert [at.hour for at in await free(meeting, 2, 3)] == [9, 10, 11, 13, 14, 15, 16]
    wish = Wish(offering_id=meeting.offering, starts_at=noon(2), length_minutes=60)
    with pytest.raises(SlotTakenError) as refused:
        await book_slot(db, meeting.as_client, wish, now())
    assert refused.value.alternatives == [tomorrow_at(hour, 2) for hour in (10, 11, 13)]
    await actions.switch_slot(db, sarah, tomorrow_at(17, 2), 60, True, now())
    await actions.switch_slot(db, sarah, tomorrow_at(10, 2), 120, False, now())
    await actions.switch_slot(db, sarah, tomorrow_at(11, 2), 90, True, now())  # and a half of noon
    assert [at.hour for at in await free(meeting, 2, 3)] == [9, 11, 13, 14, 15, 16, 17]
    for hour in (14, 15, 16):  # one beside the other
        await actions.switch_slot(db, sarah, tomorrow_at(hour, 2), 60, False, now())
    assert [at.hour for at in await free(meeting, 2, 3)] == [9, 11, 13, 17]
    await actions.switch_slot(db, sarah, tomorrow_at(8, 2), 600, False, now())
    assert await free(meeting, 2, 3) == []
    await actions.switch_slot(db, sarah, tomorrow_at(9, 2), 480, True, now())
    assert [at.hour for at in await free(meeting, 2, 3)] == list(range(9, 17))
    assert await owner.fetchval("select count(*) from slot_switch") == 0


async def test_a_travel(meeting: Meeting) -> None:
    db, sarah = meeting.db, meeting.as_practitioner
    first, last = noon(3).date(), noon(4).date()
    travel = await actions.set_travel(db, sarah, first, last, "Asia/Tokyo", now())  # nine hours ahead
    assert [at.hour for at in await free(meeting, 3, 4)] == list(range(8))
    assert [at.hour for at in await free(meeting, 5, 6)] == list(range(9, 17))
    with pytest.raises(InvalidInputError) as refused:
        await actions.set_travel(db, sarah, last, last + DAY, "Europe/Paris", now())
    assert set(refused.value.fields) == {"first"}
    await actions.end_travel(db, sarah, travel, now())
    assert [at.hour for at in await free(meeting, 3, 4)] == list(range(9, 17))


async def test_a_full_day_and_a_full_week(meeting: Meeting, owner: Any) -> None:
    db, sarah = meeting.db, meeting.as_practitioner
    monday = next(n for n in range(2, 9) if noon(n).weekday() == 0)
    await actions.change_settings(db, sarah, SlotSettings(step_min=60, most_a_day=2, most_a_week=3), now())
    for hour, day in ((9, monday), (10, monday)):
        await meeting.booked(hour=hour, days=day)
    assert await free(meeting, monday, monday + 1) == []
    assert len(await free(meeting, monday + 1, monday + 2)) == 8
    third = await meeting.booked(hour=9, days=monday + 1)
    assert await free(meeting, monday, monday + 7) == []
    assert len(await free(meeting, monday + 7, monday + 8)) == 8
    with pytest.raises(SlotTakenError):
        await meeting.booked(hour=11, days=monday + 2)
    moving = await calendar(meeting, 20, moving=third.id)
    assert moving.why_not(60, third.starts_at, now()) is None
    assert moving.why_not(60, noon(monday), now()) is Reason.FULL
    await cancel(db, meeting.as_client, third.id, "Ill", now())
    assert len(await free(meeting, monday + 1, monday + 2)) == 8


async def test_what_a_change_would_leave_outside_is_listed(meeting: Meeting, owner: Any) -> None:
    db, sarah = meeting.db, meeting.as_practitioner
    session = await meeting.booked(hour=10, days=3)
    await meeting.booked(hour=13, days=3)
    day = session.starts_at.date()
    async with db.transaction(sarah) as tx:

        async def outside(change: Any) -> list[int]:
            return [each.starts_at.hour for each in await clashes(tx, sarah, change, now())]

        assert await outside(lambda it: it) == []
        assert await outside(lambda it: changes.with_days_off(it, day, day)) == [10, 13]
        assert await outside(lambda it: changes.with_override(it, day, [DayRange(720, 900)])) == [10]
        assert await outside(
            lambda it: changes.with_week(it, [WeeklyRange(d, 720, 900) for d in range(7)])
        ) == [10]
        assert await outside(lambda it: changes.with_switch(it, session.starts_at, 30, False)) == [10]
        assert await outside(lambda it: changes.with_travel(it, day, day, "Asia/Tokyo")) == [10, 13]
        [found] = await clashes(
            tx, sarah, lambda it: changes.with_switch(it, session.starts_at, 30, False), now()
        )
    assert (found.id, found.client_name, found.status) == (session.id, "Emma Clarke", "pending_approval")
    await actions.mark_days_off(db, sarah, day, day, "", now())
    assert await owner.fetchval("select count(*) from session where status = 'pending_approval'") == 2


async def test_nobody_changes_anothers_hours(meeting: Meeting, stranger: Tab, owner: Any) -> None:
    db, otto, emma = meeting.db, stranger.person.actor, meeting.as_client
    slot = await owner.fetchval(
        "select id from working_hours where practitioner_id = $1 limit 1", meeting.as_practitioner.account_id
    )
    travel = await actions.set_travel(
        db, meeting.as_practitioner, noon(3).date(), noon(4).date(), "Asia/Tokyo", now()
    )
    for act in (
        ranges.remove_slot(db, otto, slot, now()),
        ranges.change_slot(db, otto, slot, None, None, False, now()),
        actions.end_travel(db, otto, travel, now()),
    ):
        with pytest.raises(NotFoundError):
            await act
    with pytest.raises(NoPracticeError):
        await actions.set_week(db, emma, EVERY_DAY, now())


TODAY = datetime.now(UTC).date()


@pytest.mark.parametrize(
    ("first", "last", "name", "wrong"),
    [
        (TODAY, TODAY - DAY, "", "last"),
        (TODAY - 60 * DAY, TODAY, "", "first"),
        (TODAY, TODAY + 900 * DAY, "", "last"),
        (date(1, 1, 1), date(9999, 12, 31), "", "first"),
        (TODAY, TODAY, "x" * 81, "name"),
    ],
)
async def test_impossible_days_are_refused(
    meeting: Meeting, first: date, last: date, name: str, wrong: str
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        await actions.mark_days_off(meeting.db, meeting.as_practitioner, first, last, name, now())
    assert wrong in refused.value.fields


async def test_impossible_settings_are_refused(meeting: Meeting) -> None:
    settings = SlotSettings(step_min=1, notice_min=-1, most_a_day=0, default_length_min=10_000)
    with pytest.raises(InvalidInputError) as refused:
        await actions.change_settings(meeting.db, meeting.as_practitioner, settings, now())
    assert set(refused.value.fields) == {"step_min", "notice_min", "most_a_day", "default_length_min"}
