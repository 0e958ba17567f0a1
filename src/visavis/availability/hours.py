"""Working hours: wall-clock times in the practitioner's zone, and the instants they are on given dates.

Decided: a range whose end is not after its start ends on the next day, and belongs to the date it starts on;
the ranges of one date are a union; an override replaces the weekly hours of its date; a local time that does
not exist moves forward by the gap, one that exists twice means the first.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from math import ceil, floor
from zoneinfo import ZoneInfo

from msgspec import Struct

from visavis.availability.intervals import Interval, clip, union

DAY_MIN = 24 * 60
WEEK_MIN = 7 * DAY_MIN


class DayRange(Struct, frozen=True, order=True):
    """Minutes after local midnight; 24:00 is 1440, an end not after the start is on the next day."""

    starts_min: int
    ends_min: int


class WeeklyRange(Struct, frozen=True, order=True):
    """A DayRange of every week; day 0 is Sunday."""

    day: int
    starts_min: int
    ends_min: int


class Override(Struct, frozen=True):
    """What holds on one date in place of the weekly hours; no ranges is a day off."""

    date: date
    ranges: tuple[DayRange, ...] = ()


class Schedule(Struct, frozen=True):
    """When a practitioner works."""

    zone: ZoneInfo
    week: tuple[WeeklyRange, ...] = ()
    overrides: tuple[Override, ...] = ()


class Problem(StrEnum):
    """Why a range of working hours cannot be kept."""

    BAD_DAY = "bad_day"
    BAD_TIME = "bad_time"
    TOO_SHORT = "too_short"


def check_week(week: Iterable[WeeklyRange], length_min: int) -> dict[int, Problem]:
    """The problems by position: a range, joined with what it touches, must hold `length_min`."""
    ranges = list(week)
    found = {place: problem for place, each in enumerate(ranges) if (problem := _problem(each))}
    if found:
        return found
    spans = [(each.day * DAY_MIN + a, each.day * DAY_MIN + b) for each in ranges for a, b in [_span(each)]]
    # Three weeks in a row, so that Saturday night touches Sunday morning.
    joined = union((a + week, b + week) for a, b in spans for week in (-WEEK_MIN, 0, WEEK_MIN))
    for place, (start, _) in enumerate(spans):
        if not any(a <= start < b and b - a >= length_min for a, b in joined):
            found[place] = Problem.TOO_SHORT
    return found


def _problem(each: WeeklyRange) -> Problem | None:
    if not 0 <= each.day <= 6:
        return Problem.BAD_DAY
    if not (0 <= each.starts_min < DAY_MIN and 0 <= each.ends_min <= DAY_MIN):
        return Problem.BAD_TIME
    return None


def normalise_day(ranges: Iterable[DayRange | WeeklyRange]) -> list[Interval[int]]:
    """The ranges of one date as sorted, joined minutes after its midnight; a night's end is past 1440."""
    return union(_span(each) for each in ranges)


def _span(each: DayRange | WeeklyRange) -> Interval[int]:
    past_midnight = each.ends_min <= each.starts_min
    return each.starts_min, each.ends_min + (DAY_MIN if past_midnight else 0)


def working_ranges(schedule: Schedule, start: int, end: int) -> Iterator[Interval[int]]:
    """Each date's ranges that may touch [start, end), in epoch seconds, not joined over dates nor clipped."""
    week = [normalise_day(each for each in schedule.week if each.day == day) for day in range(7)]
    special = {each.date.toordinal(): normalise_day(each.ranges) for each in schedule.overrides}
    # Two dates early: last night's range, pushed by a gap as long as a day (Samoa skipped one whole).
    first = datetime.fromtimestamp(start, schedule.zone).toordinal() - 2
    last = datetime.fromtimestamp(end, schedule.zone).toordinal()
    for ordinal in range(first, last + 1):
        for a, b in special.get(ordinal, week[ordinal % 7]):  # ordinal 1 is a Monday
            begin, finish = instant(schedule.zone, ordinal, a), instant(schedule.zone, ordinal, b)
            if begin < finish:
                yield begin, finish


@lru_cache(maxsize=1 << 15)
def instant(zone: ZoneInfo, ordinal: int, minute: int) -> int:
    """Epoch seconds of a wall-clock time on a date (proleptic ordinal).

    PEP 495's `fold=0` is the rule decided above: the first of two, forward by the gap when there is none.
    """
    midnight = datetime.fromordinal(ordinal).replace(tzinfo=zone)
    return int((midnight + timedelta(minutes=minute)).timestamp())


def expand(schedule: Schedule, start: datetime, end: datetime) -> list[Interval[datetime]]:
    """The working hours in [start, end) as joined instants in UTC."""
    joined = union(working_ranges(schedule, floor(start.timestamp()), ceil(end.timestamp())))
    return clip([(utc(a), utc(b)) for a, b in joined], start.astimezone(UTC), end.astimezone(UTC))


def utc(seconds: int) -> datetime:
    """Epoch seconds as an aware datetime."""
    return datetime.fromtimestamp(seconds, UTC)
