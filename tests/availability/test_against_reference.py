"""The rules give what a minute-by-minute search gives, in every zone, from 2020 to 2040."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings

from tests.support.trials import asked
from visavis.availability.hours import expand, instant
from visavis.availability.rules import nearest_free

from .reference import MINUTE, Minutes, Reference, touched
from .worlds import DAY, ZONES, World, changes, worlds

QUARTER = 15 * MINUTE  # all of today's clocks change on a quarter


@given(worlds())
@settings(max_examples=asked("VISAVIS_EXAMPLES") // 2, deadline=None)
def test_every_minute_of_some_days(world: World) -> None:
    midnight = datetime(world.day.year, world.day.month, world.day.day, tzinfo=UTC)
    start, end = midnight - 6 * 60 * MINUTE, midnight + 42 * 60 * MINUTE
    minutes = Minutes(world.schedule.zone, world.day - 3 * DAY, world.day + 3 * DAY)
    slow = Reference(world.schedule, minutes)
    taken = {minute for each in world.busy for minute in touched(*each)}
    asked = [start + place * MINUTE for place in range((end - start) // MINUTE)]

    worked = {at for a, b in expand(world.schedule, start, end) for at in asked if a <= at < b}
    assert worked == slow.working & set(asked)

    facts = (world.settings, taken, world.length_min, world.now)
    free = [
        each
        for each in asked
        if slow.is_free(each, *facts) and not slow.is_full(each, world.settings, list(world.booked))
    ]
    assert world.free(start, end) == free
    for each in {*free, *asked[:: len(asked) // 97]}:
        assert (world.why_not(each) is None) is (each in free)


@given(worlds())
@settings(deadline=None)
def test_the_nearest_are_the_nearest_of_all(world: World) -> None:
    given = (world.schedule, world.settings, world.busy, world.length_min)
    everything = world.free(world.now, world.now + 12 * DAY)  # notice and window end before that
    wanted = datetime(world.day.year, world.day.month, world.day.day, 12, 10, tzinfo=UTC)
    by_distance = sorted(everything, key=lambda each: (abs(each - wanted), each))
    found = nearest_free(*given, start=wanted, now=world.now, booked=world.booked)
    assert found == sorted(by_distance[:3])


@cache
def same_clocks() -> dict[tuple[tuple[date, timedelta | None], ...], str]:
    """One zone for each behaviour of the clock in 2020–2040."""
    found = {}
    for name in ZONES:
        zone = ZoneInfo(name)
        offset = datetime(2020, 1, 1, tzinfo=zone).utcoffset()
        after = [
            (day, datetime(day.year, day.month, day.day, tzinfo=zone) + 2 * DAY) for day in changes(name)
        ]
        found[((date(2020, 1, 1), offset), *((day, each.utcoffset()) for day, each in after))] = name
    return found


@pytest.mark.parametrize("year", range(2020, 2041))
def test_wall_times_around_every_clock_change_of_every_zone(year: int) -> None:
    for name in same_clocks().values():
        zone = ZoneInfo(name)
        for day in changes(name):
            if day.year == year:
                check_around(zone, day)


def check_around(zone: ZoneInfo, day: date) -> None:
    """Every quarter hour between the two noons around the change, and every hour of three days around these:
    there the clock only goes on.
    """
    minutes = Minutes(zone, day, day, QUARTER)  # two days more on both sides
    midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001 (a wall time)
    for each in {*range(-720, 721, 15), *range(-1440, 2880, 60)}:
        days, minute = divmod(each, 1440)
        found = instant(zone, midnight.toordinal() + days, minute)
        assert found == minutes.instant(midnight + each * MINUTE).timestamp()
