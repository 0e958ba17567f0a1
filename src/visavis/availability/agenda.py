"""A practitioner's days as they are drawn and listed, each on its own clock. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from msgspec import Struct

from visavis.availability.access import Calendar
from visavis.availability.hours import DayRange, Override, Schedule, WeeklyRange, instant, utc, working_ranges
from visavis.availability.intervals import Interval
from visavis.availability.queries.agenda import AgendaRow
from visavis.availability.week_form import clock

_SMALLEST = 15  # minutes; smaller slots could not be touched with a finger

FARTHEST = timedelta(days=800)
"""Dates further from today are nobody's plans."""

Kind = Literal["week", "own", "off"]
State = Literal["free", "off", "extra", "taken"]


class Span(Struct, frozen=True):
    """From and to on the date's own clock: instants without a zone, as calendars draw them."""

    starts: datetime
    ends: datetime

    @property
    def words(self) -> str:
        """'09:00–13:00'."""
        return f"{self.starts:%H:%M}–{self.ends:%H:%M}"


class Booked(Struct, frozen=True):
    """A session in its place."""

    session: AgendaRow
    span: Span


class Cell(Struct, frozen=True):
    """One single slot; `value` says to a form which one it is, and what shall become of it."""

    state: State
    span: Span
    value: str


class AgendaDay(Struct, frozen=True, kw_only=True):
    """One date. `city` is where the practice is on a travel; `free` counts starts of usual sessions."""

    date: date
    kind: Kind
    name: str
    city: str
    hours: list[Span]
    extra: list[Span]
    off: list[Span]
    booked: list[Booked]
    cells: list[Cell]
    free: int
    past: bool


def days_of(
    calendar: Calendar, sessions: Sequence[AgendaRow], dates: Sequence[date], now: datetime, *, cells: bool
) -> list[AgendaDay]:
    """These dates, which follow each other; single slots only where they are asked for."""
    schedule = calendar.schedule
    start, end = bounds(schedule, dates[0], dates[-1])
    starts = calendar.free_starts(calendar.settings.default_length_min, start, end, now)
    free = Counter(schedule.date_of(each) for each in starts)
    slots = _cells(calendar, sessions, start, end, now) if cells else []
    today = schedule.date_of(now)
    return [_day(schedule, sessions, slots, day, free[day], past=day < today) for day in dates]


def is_about(day: date, now: datetime) -> bool:
    """Whether a date is near enough to be planned."""
    return abs(day - now.astimezone(UTC).date()) <= FARTHEST


def bounds(schedule: Schedule, first: date, last: date) -> Interval[datetime]:
    """From the first midnight to the last, each on its date's clock."""
    after = last + timedelta(days=1)
    return (
        utc(instant(zone_on(schedule, first), first.toordinal(), 0)),
        utc(instant(zone_on(schedule, after), after.toordinal(), 0)),
    )


def zone_on(schedule: Schedule, day: date) -> ZoneInfo:
    """On whose clock the practice works on this date."""
    return next((each.zone for each in schedule.travels if each.first <= day <= each.last), schedule.zone)


def override_on(schedule: Schedule, day: date) -> Override | None:
    """What holds on this date in place of the weekly hours."""
    return next((each for each in schedule.overrides if each.date == day), None)


def hours_on(schedule: Schedule, day: date) -> Sequence[DayRange | WeeklyRange]:
    """The ranges of this date, single switched stretches aside."""
    special = override_on(schedule, day)
    return special.ranges if special else [each for each in schedule.week if each.day == day.isoweekday() % 7]


def _day(
    schedule: Schedule,
    sessions: Sequence[AgendaRow],
    cells: Iterable[Cell],
    day: date,
    free: int,
    *,
    past: bool,
) -> AgendaDay:
    special = override_on(schedule, day)
    zone = zone_on(schedule, day)
    here = [each for each in sessions if schedule.date_of(each.starts_at) == day]
    return AgendaDay(
        date=day,
        kind="week" if special is None else "own" if special.ranges else "off",
        name=special.name if special else "",
        city="" if zone is schedule.zone else zone.key,
        hours=[_hours(day, each) for each in sorted(hours_on(schedule, day))],
        extra=_spans(schedule, schedule.switched_on, day),
        off=_spans(schedule, schedule.switched_off, day),
        booked=[Booked(each, _span(zone, each.starts_at, each.ends_at)) for each in here],
        cells=[each for each in cells if each.span.starts.date() == day],
        free=free,
        past=past,
    )


def _hours(day: date, each: DayRange | WeeklyRange) -> Span:
    midnight = datetime.combine(day, datetime.min.time())
    ends = each.ends_min + (24 * 60 if each.ends_min <= each.starts_min else 0)
    return Span(midnight + timedelta(minutes=each.starts_min), midnight + timedelta(minutes=ends))


def _spans(schedule: Schedule, stretches: Iterable[Interval[datetime]], day: date) -> list[Span]:
    zone = zone_on(schedule, day)
    return [_span(zone, start, end) for start, end in stretches if schedule.date_of(start) == day]


def _span(zone: ZoneInfo, start: datetime, end: datetime) -> Span:
    """On the wall; as long as it lasts, also where clocks change meanwhile."""
    wall = start.astimezone(zone).replace(tzinfo=None)
    return Span(wall, wall + (end - start))


def _cells(
    calendar: Calendar, sessions: Sequence[AgendaRow], start: datetime, end: datetime, now: datetime
) -> list[Cell]:
    """The hours in pieces as long as starts are apart, those to come only."""
    schedule = calendar.schedule
    step = calendar.settings.step_min
    size = timedelta(minutes=step * -(-_SMALLEST // step))
    taken = [(each.starts_at, each.ends_at) for each in sessions if each.is_open]
    found: list[Cell] = []
    for low, high in working_ranges(schedule, int(start.timestamp()), int(end.timestamp())):
        at, closes = utc(low), utc(high)
        while at < closes:
            until = min(at + size, closes)
            if start <= at < end and now < at and until - at >= timedelta(minutes=5):
                found.append(_cell(schedule, taken, (at, until)))
            at = until
    return found


def _cell(schedule: Schedule, taken: Iterable[Interval[datetime]], here: Interval[datetime]) -> Cell:
    state: State = "free"
    if _meets(taken, here):
        state = "taken"
    elif _meets(schedule.switched_off, here):
        state = "off"
    elif _meets(schedule.switched_on, here):
        state = "extra"
    minutes = int((here[1] - here[0]).total_seconds()) // 60
    wish = "on" if state == "off" else "off"
    span = _span(zone_on(schedule, schedule.date_of(here[0])), *here)
    return Cell(state, span, f"{here[0].astimezone(UTC):%Y-%m-%dT%H:%MZ} {minutes} {wish}")


def _meets(stretches: Iterable[Interval[datetime]], here: Interval[datetime]) -> bool:
    return any(start < here[1] and here[0] < end for start, end in stretches)


class Away(Struct, frozen=True):
    """Days off that follow each other under one name; `own` when they have hours, in words."""

    first: date
    last: date
    name: str
    hours: str


def away(overrides: Iterable[Override]) -> list[Away]:
    """Dates of their own, neighbours with the same name and hours as one."""
    found: list[Away] = []
    for each in sorted(overrides, key=lambda one: one.date):
        hours = ", ".join(f"{clock(one.starts_min)}–{clock(one.ends_min)}" for one in each.ranges)
        last = found[-1] if found else None
        if last and (last.name, last.hours, last.last) == (each.name, hours, each.date - timedelta(days=1)):
            found[-1] = Away(last.first, each.date, each.name, hours)
        else:
            found.append(Away(each.date, each.date, each.name, hours))
    return found
