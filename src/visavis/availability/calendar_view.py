"""The month that a client looks at, and the times of one day of it."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec

from visavis.availability import queries
from visavis.availability.access import AHEAD, Calendar, load_calendar
from visavis.availability.choices import Choice
from visavis.availability.days import Clocks, Day, Slot, day_name, parts_of, slot
from visavis.availability.month import (
    Cell,
    cell,
    cells_of,
    free_dates,
    midnight,
    month_before,
    month_name,
    month_of,
    next_month,
    of_day,
)
from visavis.availability.nearest import load_nearest
from visavis.availability.others import Other, load_others
from visavis.kit.sql import Tx
from visavis.practices.access import PracticeRow

_NEXT_DATES = 4


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Whose time, for how many minutes, on whose clocks, and what was chosen of it so far."""

    practice: PracticeRow
    offering_id: UUID
    length: int
    clocks: Clocks
    choice: Choice


class Later(msgspec.Struct, frozen=True, kw_only=True):
    """Of a month without free times: its name, the next dates with some, who else is free, and the last date
    that can be booked at all. `skipped`: the next month with free times is shown in its place."""

    month: str
    skipped: bool
    dates: list[Cell]
    others: list[Other]
    until: str


class View(msgspec.Struct, frozen=True, kw_only=True):
    """What is free. `chosen` is one of the day's times or nothing; when another one was wished for, `nearest`
    are those around it. `this_week` is its Monday. `changes_at`: when what somebody else holds runs out."""

    name: str
    cells: list[Cell]
    this_week: date
    day: Day | None
    said: str
    chosen: str
    nearest: list[Slot]
    later: Later | None
    previous: date | None
    following: date | None
    changes_at: datetime | None
    differs: bool


class _Month(msgspec.Struct, frozen=True, kw_only=True):
    """A month of free starts; the last date that can be booked."""

    first: date
    calendar: Calendar
    starts: Sequence[datetime]
    last: date


async def load_view(tx: Tx, wanted: Wanted, now: datetime) -> View:
    """The month of what was chosen, else this one, else the first one in which anything is free."""
    clocks = wanted.clocks
    today = now.astimezone(clocks.here).date()
    day = _asked_day(wanted, today, now)
    given = month_of(day) if day else _asked_month(wanted.choice, today)
    shown = await _load_month(tx, wanted, given or month_of(today), now)
    later = None
    if not shown.starts:
        shown, later = await _look_ahead(tx, wanted, shown, stay=given is not None, now=now)
    cells = cells_of(shown.starts, clocks, shown.first)
    if day is None:
        day = next((each.date for each in cells if each.free), None)
    times = of_day(shown.starts, clocks.here, day) if day else []
    chosen, nearest = await _wish(tx, wanted, times, now)
    return View(
        name=month_name(shown.first, clocks.locale),
        cells=cells,
        this_week=today - timedelta(days=today.weekday()),
        day=None if day is None else Day(day, day_name(day, clocks.locale), parts_of(times, clocks)),
        said=cell(day, len(times), clocks.locale).said if day else "",
        chosen=chosen,
        nearest=nearest,
        later=later,
        previous=month_before(shown.first) if shown.first > today else None,
        following=next_month(shown.first) if next_month(shown.first) <= shown.last else None,
        changes_at=await _next_release(tx, wanted, shown, now),
        differs=any(_differ(clocks, each) for each in (times or [now])),
    )


def _asked_day(wanted: Wanted, today: date, now: datetime) -> date | None:
    """The date of the chosen time in the zone it is looked at in, else the chosen date."""
    start = wanted.choice.start
    if start is not None and abs(start - now) < AHEAD:
        return start.astimezone(wanted.clocks.here).date()
    day = wanted.choice.chosen_day
    return day if day and today <= day <= today + AHEAD else None


def _asked_month(choice: Choice, today: date) -> date | None:
    first = choice.first_of_month
    return first if first and month_of(today) <= first <= today + AHEAD else None


async def _load_month(tx: Tx, wanted: Wanted, first: date, now: datetime) -> _Month:
    here = wanted.clocks.here
    begin, end = max(now, midnight(here, first)), midnight(here, next_month(first))
    calendar = await load_calendar(tx, wanted.practice.practitioner_id, begin, end)
    starts = calendar.free_starts(wanted.length, begin, end, now, offering_id=wanted.offering_id)
    last = (_window_ends(calendar, now) - timedelta(seconds=1)).astimezone(here).date()
    return _Month(first=first, calendar=calendar, starts=starts, last=last)


def _window_ends(calendar: Calendar, now: datetime) -> datetime:
    """The midnight, on the practitioner's calendar, after the last date that can be booked."""
    there = calendar.schedule.zone
    return midnight(there, now.astimezone(there).date() + timedelta(days=calendar.settings.window_days + 1))


async def _look_ahead(
    tx: Tx, wanted: Wanted, empty: _Month, *, stay: bool, now: datetime
) -> tuple[_Month, Later]:
    """Instead of an empty month: the next one with free times, or, when it was asked for, the way to them."""
    clocks = wanted.clocks
    end = _window_ends(empty.calendar, now)
    calendar = await load_calendar(tx, wanted.practice.practitioner_id, now, end)
    starts = calendar.free_starts(wanted.length, now, end, now, offering_id=wanted.offering_id)
    after = [each for each in starts if each >= midnight(clocks.here, empty.first)] or starts
    dates = free_dates(after, clocks.here, _NEXT_DATES)
    later = Later(
        month=month_name(empty.first, clocks.locale),
        skipped=bool(dates) and not stay,
        dates=[cell(day, len(of_day(after, clocks.here, day)), clocks.locale) for day in dates],
        others=await load_others(tx, wanted.practice, clocks, now),
        until=day_name(empty.last, clocks.locale),
    )
    if not later.skipped:
        return empty, later
    first = month_of(dates[0])
    begin, finish = (midnight(clocks.here, each) for each in (first, next_month(first)))
    within = [each for each in starts if begin <= each < finish]
    return _Month(first=first, calendar=calendar, starts=within, last=empty.last), later


async def _wish(tx: Tx, wanted: Wanted, times: Sequence[datetime], now: datetime) -> tuple[str, list[Slot]]:
    """The chosen time when it is one of these, else the ones nearest to it."""
    start = wanted.choice.start
    if start is None or abs(start - now) > AHEAD:
        return "", []
    if start in times:
        return slot(start, wanted.clocks).value, []
    what = wanted.practice.practitioner_id, wanted.offering_id, wanted.length
    nearest = await load_nearest(tx, *what, start, now)
    return "", [slot(each, wanted.clocks) for each in nearest]


async def _next_release(tx: Tx, wanted: Wanted, shown: _Month, now: datetime) -> datetime | None:
    here = wanted.clocks.here
    stretch = midnight(here, shown.first), midnight(here, next_month(shown.first))
    at: datetime | None = await queries.next_release.value(tx, wanted.practice.practitioner_id, *stretch, now)
    return at


def _differ(clocks: Clocks, at: datetime) -> bool:
    return at.astimezone(clocks.here).utcoffset() != at.astimezone(clocks.there).utcoffset()
