"""A month as a client chooses in it: each date with how many starts are free. Pure."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import msgspec
from babel import dates

from visavis.availability.days import Clocks, day_name
from visavis.availability.hours import instant, utc
from visavis.kit.format import babel_locale
from visavis.kit.words import _, translations


class Cell(msgspec.Struct, frozen=True):
    """A date of the month; `free` counts its starts, `said` is read aloud."""

    date: date
    label: str
    free: int
    said: str

    @property
    def weekday(self) -> int:
        """1 is Monday."""
        return self.date.isoweekday()


def month_of(day: date) -> date:
    """The first date of its month."""
    return day.replace(day=1)


def next_month(first: date) -> date:
    """The first date of the month after."""
    return month_of(first + timedelta(days=31))


def month_before(first: date) -> date:
    """The first date of the month before."""
    return month_of(first - timedelta(days=1))


def dates_of(first: date) -> Iterator[date]:
    """Every date of the month that begins on `first`."""
    return (first + timedelta(days=n) for n in range((next_month(first) - first).days))


@lru_cache(maxsize=1 << 12)
def midnight(zone: ZoneInfo, day: date) -> datetime:
    """The instant at which a date begins there."""
    return utc(instant(zone, day.toordinal(), 0))


def cells_of(starts: Sequence[datetime], clocks: Clocks, first: date) -> list[Cell]:
    """The month that begins on `first`; `starts` ascend and may reach beyond it."""
    days = list(dates_of(first))
    edges = [bisect_left(starts, midnight(clocks.here, day)) for day in [*days, next_month(first)]]
    return [
        cell(day, end - begin, clocks.locale) for day, begin, end in zip(days, edges, edges[1:], strict=False)
    ]


@lru_cache(maxsize=1 << 13)
def cell(day: date, free: int, locale: str) -> Cell:
    """'Tuesday, 24 November: 14 free times'."""
    label = day_name(day, locale)
    words = translations(locale).ngettext(_("%(num)s free time"), _("%(num)s free times"), free)
    return Cell(day, label, free, f"{label}: {words % {'num': free}}")


def of_day(starts: Sequence[datetime], zone: ZoneInfo, day: date) -> Sequence[datetime]:
    """Those of the ascending `starts` that are on a date there."""
    begin, end = (midnight(zone, each) for each in (day, day + timedelta(days=1)))
    return starts[bisect_left(starts, begin) : bisect_left(starts, end)]


def free_dates(starts: Sequence[datetime], zone: ZoneInfo, most: int) -> list[date]:
    """The first `most` dates there on which one of the ascending `starts` lies."""
    found: list[date] = []
    place = 0
    while place < len(starts) and len(found) < most:
        found.append(starts[place].astimezone(zone).date())
        place = bisect_left(starts, midnight(zone, found[-1] + timedelta(days=1)))
    return found


@lru_cache(maxsize=256)
def month_name(first: date, locale: str) -> str:
    """'November 2026'."""
    return dates.format_skeleton("yMMMM", first, locale=babel_locale(locale))
