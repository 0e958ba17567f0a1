"""Hypothesis strategies: schedules in any zone, around clock changes more often than not."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import strategies as st
from msgspec import Struct

from visavis.availability.hours import DayRange, Override, Schedule, Travel, WeeklyRange
from visavis.availability.intervals import Interval
from visavis.availability.rules import Reason, SlotSettings, free_starts, why_not

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
FIRST, LAST = date(2020, 1, 1), date(2040, 12, 31)
ZONES = sorted(available_timezones() - {"localtime", "Factory"})


class World(Struct, frozen=True):
    """Everything the rules are asked about."""

    schedule: Schedule
    settings: SlotSettings
    busy: tuple[Interval[datetime], ...]
    length_min: int
    day: date
    now: datetime
    booked: tuple[datetime, ...] = ()

    def free(self, start: datetime, end: datetime) -> list[datetime]:
        """The rules' answer."""
        facts = (self.schedule, self.settings, self.busy, self.length_min)
        return free_starts(*facts, start=start, end=end, now=self.now, booked=self.booked)

    def why_not(self, start: datetime) -> Reason | None:
        """The same of one start."""
        facts = (self.schedule, self.settings, self.busy, self.length_min)
        return why_not(*facts, start=start, now=self.now, booked=self.booked)


@cache
def changes(zone: str) -> tuple[date, ...]:
    """The dates of 2020–2040 in which the zone's clock changes."""
    offsets = list(map(ZoneInfo(zone).utcoffset, _noons()))
    days = zip(_noons()[1:], pairwise(offsets), strict=True)
    return tuple(noon.date() for noon, (before, after) in days if before != after)


@cache
def _noons() -> list[datetime]:
    """Of every date: made once for six hundred zones."""
    first = datetime(FIRST.year, FIRST.month, FIRST.day, 12)  # noqa: DTZ001 (a wall time)
    return [first + number * DAY for number in range((LAST - FIRST).days + 2)]


zones = st.sampled_from(ZONES)
hours_around = st.integers(-8 * 24, 9 * 24)


@st.composite
def days(draw: st.DrawFn, zone: str) -> date:
    """A date, near a clock change when the zone has any and the draw says so."""
    if changes(zone) and draw(st.integers(0, 3)):
        return draw(st.sampled_from(changes(zone))) + draw(st.integers(-1, 2)) * DAY
    return draw(st.dates(FIRST, LAST))


minutes_of_day = st.one_of(
    st.sampled_from([0, 1, 15, 30, 60, 90, 120, 150, 180, 540, 1020, 1380, 1410, 1439]), st.integers(0, 1439)
)
ends_of_day = st.one_of(minutes_of_day, st.just(1440))
day_ranges = st.builds(DayRange, minutes_of_day, ends_of_day)
weekly_ranges = st.builds(WeeklyRange, st.integers(0, 6), minutes_of_day, ends_of_day)
weeks = st.lists(weekly_ranges, max_size=14).map(tuple)
settings_of = st.builds(
    SlotSettings,
    step_min=st.one_of(st.sampled_from([15, 20, 30, 45, 60]), st.integers(1, 240)),
    buffer_before_min=st.sampled_from([0, 0, 5, 10, 30]),
    buffer_after_min=st.sampled_from([0, 0, 10, 15, 60]),
    notice_min=st.sampled_from([0, 0, 60, 120, 1440, 2880]),
    window_days=st.integers(1, 5),
    most_a_day=st.sampled_from([None, None, 1, 2]),
    most_a_week=st.sampled_from([None, None, 1, 3, 5]),
)


@st.composite
def overrides(draw: st.DrawFn, day: date) -> Override:
    ranges = draw(st.lists(day_ranges, max_size=3))
    return Override(day + draw(st.integers(-2, 4)) * DAY, tuple(ranges))


@st.composite
def travels(draw: st.DrawFn, day: date) -> tuple[Travel, ...]:
    """None, one, or two that follow each other."""
    first = day + draw(st.integers(-2, 2)) * DAY
    found = []
    for _ in range(draw(st.sampled_from([0, 0, 1, 1, 2]))):
        last = first + draw(st.integers(0, 3)) * DAY
        found.append(Travel(first, last, ZoneInfo(draw(zones))))
        first = last + draw(st.integers(1, 2)) * DAY
    return tuple(found)


@st.composite
def switches(draw: st.DrawFn, day: date) -> tuple[tuple[Interval[datetime], ...], ...]:
    """Stretches that are on, and others that are off; no two overlap."""
    at = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(minutes=draw(st.integers(0, 1440)))
    found: tuple[list[Interval[datetime]], ...] = ([], [])
    for _ in range(draw(st.integers(0, 6))):
        end = at + timedelta(minutes=draw(st.integers(5, 300)))
        found[draw(st.integers(0, 1))].append((at, end))
        at = end + timedelta(minutes=draw(st.sampled_from([0, 15, 240, 600])))
    return tuple(found[0]), tuple(found[1])


@st.composite
def busy_ranges(draw: st.DrawFn, day: date) -> Interval[datetime]:
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    start = midnight + timedelta(seconds=draw(st.integers(-86_400, 4 * 86_400)))
    return start, start + timedelta(minutes=draw(st.integers(0, 400)))


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """A few days of a practitioner's life."""
    zone = draw(zones)
    day = draw(days(zone))
    special = {each.date: each for each in draw(st.lists(overrides(day), max_size=3))}
    away, switched = draw(travels(day)), draw(switches(day))
    schedule = Schedule(ZoneInfo(zone), draw(weeks), tuple(special.values()), away, *switched)
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return World(
        schedule=schedule,
        settings=draw(settings_of),
        busy=tuple(draw(st.lists(busy_ranges(day), max_size=8))),
        length_min=draw(st.one_of(st.sampled_from([30, 50, 60, 90]), st.integers(1, 720))),
        day=day,
        now=midnight + timedelta(seconds=draw(st.integers(-86_400, 2 * 86_400))),
        booked=tuple(midnight + draw(hours_around) * HOUR for _ in range(draw(st.integers(0, 8)))),
    )
