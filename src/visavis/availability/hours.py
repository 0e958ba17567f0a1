"""Working hours: wall-clock times in the practitioner's zone, and the instants they are on given dates.

Decided: a range whose end is not after its start ends on the next day, and belongs to the date it starts on;
the ranges of one date are a union; an override replaces the weekly hours of its date; a local time that does
not exist moves forward by the gap, one that exists twice means the first. On the dates of a travel all this
is on the clock there. Single stretches are switched on or off last, whatever the hours say.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from math import ceil, floor
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from visavis.availability.intervals import Interval, clip, subtract, union

DAY_MIN = 24 * 60
WEEK_MIN = 7 * DAY_MIN


class DayRange(Struct, frozen=True, order=True):
    """Minutes after local midnight; 24:00 is 1440, an end not after the start is on the next day."""

    starts_min: int
    ends_min: int


def ranges_from(minutes: Sequence[int]) -> tuple[DayRange, ...]:
    """From start, end, start, end … as they are kept."""
    return tuple(DayRange(*pair) for pair in zip(minutes[::2], minutes[1::2], strict=True))


class WeeklyRange(Struct, frozen=True, order=True):
    """A DayRange of every week; day 0 is Sunday. Without `offerings` it is for every one."""

    day: int
    starts_min: int
    ends_min: int
    offerings: tuple[UUID, ...] = ()


class Override(Struct, frozen=True):
    """What holds on one date in place of the weekly hours; no ranges is a day off."""

    date: date
    ranges: tuple[DayRange, ...] = ()
    name: str = ""


class Travel(Struct, frozen=True):
    """Where the practice is meanwhile: from `first` to `last`, both included, it works on the clock there."""

    first: date
    last: date
    zone: ZoneInfo
    id: UUID | None = None


class Schedule(Struct, frozen=True, cache_hash=True):
    """When a practitioner works. Switched stretches are instants of whole minutes."""

    zone: ZoneInfo
    week: tuple[WeeklyRange, ...] = ()
    overrides: tuple[Override, ...] = ()
    travels: tuple[Travel, ...] = ()
    switched_on: tuple[Interval[datetime], ...] = ()
    switched_off: tuple[Interval[datetime], ...] = ()

    def for_offering(self, offering_id: UUID | None) -> "Schedule":
        """The hours in which this is offered; for None, those that every offering has."""
        if not any(each.offerings for each in self.week):
            return self
        week = tuple(each for each in self.week if not each.offerings or offering_id in each.offerings)
        return replace(self, week=week)

    def for_any(self, offering_id: UUID | None) -> "list[Schedule]":
        """The hours of this offering; for None, those of each one with hours of its own, and of the rest."""
        named = sorted({only for each in self.week for only in each.offerings}) if offering_id is None else []
        return list(dict.fromkeys(self.for_offering(each) for each in (*named, offering_id)))

    def date_of(self, at: datetime) -> date:
        """The practitioner's date then: on the clock of a travel whose dates hold it, else at home."""
        for each in self.travels:
            if each.first <= (there := at.astimezone(each.zone).date()) <= each.last:
                return there
        return at.astimezone(self.zone).date()


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


def working_ranges(schedule: Schedule, start: int, end: int) -> list[Interval[int]]:
    """Each date's ranges that may touch [start, end), and what is switched on beside them, in epoch seconds.

    Sorted, but not joined over dates nor clipped, and with what is switched off.
    """
    ranges = sorted(_ranges_by_date(schedule, start, end))
    if schedule.switched_on:
        ranges = sorted(ranges + subtract(_seconds(schedule.switched_on), ranges))
    return ranges


def open_ranges(schedule: Schedule, ranges: Iterable[Interval[int]]) -> list[Interval[int]]:
    """The working ranges joined, without what is switched off."""
    return subtract(ranges, _seconds(schedule.switched_off))


def _ranges_by_date(schedule: Schedule, start: int, end: int) -> Iterator[Interval[int]]:
    week = [normalise_day(each for each in schedule.week if each.day == day) for day in range(7)]
    special = {each.date.toordinal(): normalise_day(each.ranges) for each in schedule.overrides}
    abroad = _zones_abroad(schedule)
    # Two dates early: last night's range, pushed by a gap as long as a day (Samoa skipped one whole).
    # Two more each way for a travel: clocks are up to 26 hours apart.
    more = 2 if abroad else 0
    first = datetime.fromtimestamp(start, schedule.zone).toordinal() - 2 - more
    last = datetime.fromtimestamp(end, schedule.zone).toordinal() + more
    for ordinal in range(first, last + 1):
        zone = abroad.get(ordinal, schedule.zone)
        for a, b in special.get(ordinal, week[ordinal % 7]):  # ordinal 1 is a Monday
            begin, finish = instant(zone, ordinal, a), instant(zone, ordinal, b)
            if begin < finish:
                yield begin, finish


def _zones_abroad(schedule: Schedule) -> dict[int, ZoneInfo]:
    return {
        ordinal: each.zone
        for each in schedule.travels
        for ordinal in range(each.first.toordinal(), each.last.toordinal() + 1)
    }


def _seconds(stretches: Iterable[Interval[datetime]]) -> list[Interval[int]]:
    return [(int(a.timestamp()), int(b.timestamp())) for a, b in stretches]


@lru_cache(maxsize=1 << 15)
def instant(zone: ZoneInfo, ordinal: int, minute: int) -> int:
    """Epoch seconds of a wall-clock time on a date (proleptic ordinal).

    PEP 495's `fold=0` is the rule decided above: the first of two, forward by the gap when there is none.
    """
    midnight = datetime.fromordinal(ordinal).replace(tzinfo=zone)
    return int((midnight + timedelta(minutes=minute)).timestamp())


def expand(schedule: Schedule, start: datetime, end: datetime) -> list[Interval[datetime]]:
    """The working hours in [start, end) as joined instants in UTC, less what is switched off."""
    ranges = working_ranges(schedule, floor(start.timestamp()), ceil(end.timestamp()))
    joined = open_ranges(schedule, ranges)
    return clip([(utc(a), utc(b)) for a, b in joined], start.astimezone(UTC), end.astimezone(UTC))


def utc(seconds: int) -> datetime:
    """Epoch seconds as an aware datetime."""
    return datetime.fromtimestamp(seconds, UTC)
