"""How much there is to book: counted in the next four weeks, by the same rules that offer it. Pure."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

import msgspec

from visavis.availability.access import Calendar
from visavis.availability.hours import DAY_MIN, DayRange, WeeklyRange, expand, instant, normalise_day, utc
from visavis.availability.week_form import ORDER

DAYS = 28


class Statistics(msgspec.Struct, frozen=True, kw_only=True):
    """Dates with hours, starts there are, and starts still free, for sessions of `length` minutes."""

    days: int
    total: int
    free: int
    length: int


class Block(msgspec.Struct, frozen=True):
    """Hours in a picture of the week: the column (0 is Monday), and from and to in minutes."""

    column: int
    top: int
    height: int


def count(calendar: Calendar, length: int, now: datetime) -> Statistics:
    """The coming four weeks from `now`; `calendar` must have been loaded for them."""
    zone = calendar.schedule.zone
    first = now.astimezone(zone).date()
    end = utc(instant(zone, first.toordinal() + DAYS, 0))
    untaken = msgspec.structs.replace(calendar, taken=((), ()))
    return Statistics(
        days=sum(1 for _ in working_days(calendar, first, DAYS)),
        total=len(untaken.free_starts(length, now, end, now)),
        free=len(calendar.free_starts(length, now, end, now)),
        length=length,
    )


def horizon(now: datetime) -> datetime:
    """The instant up to which a calendar has to be loaded to be counted, in whatever zone."""
    return now + timedelta(days=DAYS + 1)


def working_days(calendar: Calendar, first: date, days: int) -> Iterable[date]:
    """The dates with any hours, of `days` from `first` on."""
    zone = calendar.schedule.zone
    for day in (first + timedelta(days=n) for n in range(days)):
        start, end = instant(zone, day.toordinal(), 0), instant(zone, day.toordinal() + 1, 0)
        if expand(calendar.schedule, utc(start), utc(end)):
            yield day


def picture(week: Iterable[WeeklyRange]) -> list[Block]:
    """The hours of a week as blocks; what goes past midnight goes on at the top of the next day."""
    ranges = list(week)
    blocks = []
    for column, day in enumerate(ORDER):
        hours = [DayRange(each.starts_min, each.ends_min) for each in ranges if each.day == day]
        for top, end in normalise_day(hours):
            blocks.append(Block(column, top, min(end, DAY_MIN) - top))
            if end > DAY_MIN:
                blocks.append(Block((column + 1) % 7, 0, end - DAY_MIN))
    return blocks
