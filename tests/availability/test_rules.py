"""What must hold of any practitioner's free starts, whatever the hours, zone and sessions."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from visavis.availability.changes import with_switch
from visavis.availability.hours import (
    DayRange,
    Override,
    Problem,
    Schedule,
    WeeklyRange,
    check_week,
    expand,
    instant,
    utc,
)
from visavis.availability.rules import Reason, SlotSettings, free_starts, nearest_free, why_not

from .reference import MINUTE
from .worlds import DAY, World, changes, days, worlds, zones

LONDON = ZoneInfo("Europe/London")
MONDAY = datetime(2026, 3, 2, tzinfo=UTC)  # London is on UTC
OFFICE = Schedule(LONDON, tuple(WeeklyRange(day, 540, 1020) for day in range(1, 6)))


def offered(world: World, start: datetime | None = None, end: datetime | None = None) -> list[datetime]:
    start, end = start or world.now - DAY, end or world.now + 8 * DAY
    return world.free(start, end)


@given(worlds())
@settings(deadline=None)
def test_every_offered_slot_can_be_booked_and_then_blocks(world: World) -> None:
    before = timedelta(minutes=world.settings.buffer_before_min)
    after = timedelta(minutes=world.length_min + world.settings.buffer_after_min)
    for each in offered(world)[:5]:
        assert world.why_not(each) is None
        blocked = (each - before, each + after)
        later = replace(world, busy=(*world.busy, blocked))
        assert later.why_not(each) is Reason.TAKEN
        left = later.free(world.now, each + 3 * DAY)
        assert not any(other - before < blocked[1] and blocked[0] < other + after for other in left), (
            "what is blocked never overlaps"
        )


@given(worlds())
@settings(deadline=None)
def test_nothing_offered_overlaps_what_blocks_or_leaves_the_hours(world: World) -> None:
    hours = expand(world.schedule, world.now - 2 * DAY, world.now + 12 * DAY)
    before = timedelta(minutes=world.settings.buffer_before_min)
    length, after = timedelta(minutes=world.length_min), timedelta(minutes=world.settings.buffer_after_min)
    for each in offered(world):
        assert any(a <= each and each + length <= b for a, b in hours)
        assert not any(a < each + length + after and each - before < b for a, b in world.busy if a < b)


@given(worlds())
@settings(deadline=None)
def test_a_day_and_a_week_never_get_more_than_their_most(world: World) -> None:
    """Booking whatever is offered, one after the other, fills days and weeks to their most, not further."""
    most_a_day, most_a_week = world.settings.most_a_day, world.settings.most_a_week
    assume(most_a_day is not None or most_a_week is not None)
    world = replace(world, booked=())
    while (free := offered(world)) and len(world.booked) < 12:
        world = replace(world, booked=(*world.booked, free[len(world.booked) % len(free)]))
    days = Counter(world.schedule.date_of(each) for each in world.booked)
    weeks = Counter(world.schedule.date_of(each).isocalendar()[:2] for each in world.booked)
    assert max(days.values(), default=0) <= (most_a_day or 99)
    assert max(weeks.values(), default=0) <= (most_a_week or 99)


@given(worlds(), st.integers(0, 2 * 1440), st.integers(5, 720))
@settings(deadline=None)
def test_switched_off_nothing_is_in_it_and_switched_on_again_all_is_as_before(
    world: World, after: int, minutes: int
) -> None:
    plain = replace(world, schedule=replace(world.schedule, switched_on=(), switched_off=()))
    at = datetime(world.day.year, world.day.month, world.day.day, tzinfo=UTC) + after * MINUTE
    end, length = at + minutes * MINUTE, world.length_min * MINUTE
    off = replace(plain, schedule=with_switch(plain.schedule, at, minutes, available=False))
    apart = [each for each in offered(plain) if each + length <= at or end <= each]
    assert offered(off) == apart
    again = with_switch(off.schedule, at, minutes, available=True)
    if expand(plain.schedule, at, end) == [(at, end)]:
        assert again == plain.schedule
    assert with_switch(again, at, minutes, available=False) == off.schedule
    assert expand(with_switch(world.schedule, at, minutes, available=True), at, end) == [(at, end)]


@given(worlds())
@settings(deadline=None)
def test_nothing_before_notice_or_past_the_window(world: World) -> None:
    zone = world.schedule.zone
    last = world.now.astimezone(zone).date() + world.settings.window_days * DAY
    for each in offered(world, world.now - 30 * DAY, world.now + 30 * DAY):
        assert each >= world.now + world.settings.notice_min * MINUTE
        assert each.astimezone(zone).date() <= last


@given(worlds(), st.integers(0, 8 * 1440))
@settings(deadline=None)
def test_what_is_offered_does_not_depend_on_how_one_asks(world: World, minutes: int) -> None:
    middle = world.now - DAY + minutes * MINUTE
    assert offered(world) == offered(world, end=middle) + offered(world, start=middle)


@given(worlds(), st.data())
@settings(deadline=None)
def test_a_clock_change_moves_no_wall_time(world: World, data: st.DataObject) -> None:
    zone = data.draw(zones.filter(lambda name: len(changes(name)) > 0))
    before = data.draw(st.sampled_from(changes(zone))) - data.draw(st.integers(4, 10)) * DAY
    after = before + 14 * DAY
    assume(not any(day + n * DAY in changes(zone) for day in (before, after) for n in range(-2, 3)))
    assert wall_times(world, zone, before) == wall_times(world, zone, after)


def wall_times(world: World, zone: str, day: date) -> list[str]:
    schedule = Schedule(ZoneInfo(zone), world.schedule.week)
    start, end = (utc(instant(schedule.zone, (day + n * DAY).toordinal(), 0)) for n in (0, 1))
    settings, now = SlotSettings(world.settings.step_min), start - 5 * DAY
    found = free_starts(schedule, settings, (), world.length_min, start=start, end=end, now=now)
    return [each.astimezone(schedule.zone).strftime("%H:%M") for each in found]


@given(st.data())
@settings(deadline=None, max_examples=30)
def test_ranges_do_not_depend_on_their_order(data: st.DataObject) -> None:
    zone = data.draw(zones)
    day = data.draw(days(zone))
    week = data.draw(
        st.lists(st.builds(WeeklyRange, st.integers(0, 6), st.integers(0, 1439), st.integers(0, 1440)))
    )
    shuffled = data.draw(st.permutations(week))
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    one, two = (
        expand(Schedule(ZoneInfo(zone), tuple(each)), start, start + 9 * DAY) for each in (week, shuffled)
    )
    assert one == two


@pytest.mark.parametrize(
    ("start", "reason"),
    [
        ("2026-03-02T08:00", Reason.TOO_SOON),
        ("2026-03-02T11:59", Reason.TOO_SOON),
        ("2026-03-02T12:00", None),
        ("2026-03-02T12:10", Reason.OFF_GRID),
        ("2026-03-02T12:30", Reason.TAKEN),
        ("2026-03-02T13:00", Reason.TAKEN),
        ("2026-03-02T14:00", None),
        ("2026-03-02T16:00", None),
        ("2026-03-02T16:30", Reason.OUTSIDE_HOURS),
        ("2026-03-02T20:00", Reason.OUTSIDE_HOURS),
        ("2026-03-07T10:00", Reason.OUTSIDE_HOURS),
        ("2026-03-09T09:00", None),
        ("2026-03-10T09:00", Reason.TOO_FAR),
        ("1999-03-10T09:00", Reason.TOO_SOON),
        ("9999-12-31T23:30", Reason.TOO_FAR),
    ],
)
def test_each_refusal_has_its_reason(start: str, reason: Reason | None) -> None:
    settings = SlotSettings(notice_min=120, window_days=7)
    busy = [(MONDAY + timedelta(hours=13), MONDAY + timedelta(hours=14))]
    at = datetime.fromisoformat(start).replace(tzinfo=UTC)
    assert why_not(OFFICE, settings, busy, 60, start=at, now=MONDAY + timedelta(hours=10)) is reason


def test_the_grid_begins_anew_with_each_range() -> None:
    week = (WeeklyRange(1, 1200, 120), WeeklyRange(2, 15, 180))  # Monday night runs into Tuesday's 00:15
    schedule = Schedule(LONDON, week)
    found = free_starts(
        schedule, SlotSettings(45), (), 30, start=MONDAY, end=MONDAY + 2 * DAY, now=MONDAY - DAY
    )
    times = [f"{each:%H:%M}" for each in found]
    assert times == ["20:00", "20:45", "21:30", "22:15", "23:00", "23:45", "00:15", "01:00", "01:45", "02:30"]


def test_a_night_that_the_clock_shortens_and_one_that_it_lengthens() -> None:
    schedule = Schedule(LONDON, (WeeklyRange(6, 1380, 240),))  # Saturday 23:00 to Sunday 04:00
    short, long = date(2026, 3, 28), date(2026, 10, 24)
    lengths = []
    for day in (short, long):
        start = datetime(day.year, day.month, day.day, tzinfo=UTC)
        [(a, b)] = expand(schedule, start, start + 2 * DAY)
        lengths.append((b - a) // timedelta(hours=1))
    assert lengths == [4, 6]


def test_hours_inside_a_gap_move_with_it() -> None:
    sunday = Override(date(2026, 3, 29), (DayRange(75, 90),))  # 01:15 to 01:30 do not exist
    schedule = Schedule(LONDON, (), (sunday,))
    start = datetime(2026, 3, 29, tzinfo=UTC)
    assert expand(schedule, start, start + DAY) == [(start + 75 * MINUTE, start + 90 * MINUTE)]
    assert (start + 75 * MINUTE).astimezone(LONDON).strftime("%H:%M") == "02:15"


def test_a_day_off_keeps_the_night_before() -> None:
    nights = tuple(WeeklyRange(day, 1320, 120) for day in range(7))
    schedule = Schedule(LONDON, nights, (Override(date(2026, 3, 3)),))
    found = expand(schedule, MONDAY, MONDAY + 3 * DAY)
    at = [f"{a:%d %H:%M}–{b:%d %H:%M}" for a, b in found]
    assert at == ["02 00:00–02 02:00", "02 22:00–03 02:00", "04 22:00–05 00:00"]


def test_nearest_free_reaches_over_a_holiday() -> None:
    off = tuple(Override(date(2026, 3, 2) + n * DAY) for n in range(30))
    schedule = Schedule(LONDON, OFFICE.week, off)
    found = nearest_free(schedule, SlotSettings(window_days=60), (), 60, start=MONDAY, now=MONDAY)
    assert [f"{each:%m-%d %H:%M}" for each in found] == ["04-01 08:00", "04-01 08:30", "04-01 09:00"]
    assert nearest_free(Schedule(LONDON), SlotSettings(), (), 60, start=MONDAY, now=MONDAY) == []


def test_a_range_is_checked_with_those_it_touches() -> None:
    short, beside = WeeklyRange(6, 1430, 1440), WeeklyRange(0, 0, 50)
    assert check_week([short], 60) == {0: Problem.TOO_SHORT}
    assert check_week([short, beside], 60) == {}, "Saturday night goes on on Sunday"
    assert check_week([WeeklyRange(7, 0, 60), WeeklyRange(1, 1440, 60)], 60) == {
        0: Problem.BAD_DAY,
        1: Problem.BAD_TIME,
    }


def test_steps_are_positive() -> None:
    with pytest.raises(ValueError, match="one minute"):
        SlotSettings(step_min=0)
