"""The form of weekly hours: rows as they were typed, and the week they mean. Pure."""

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any
from uuid import UUID

import msgspec
from babel import Locale

from visavis.availability.hours import Problem, WeeklyRange, check_week
from visavis.kit.format import babel_locale

WEEKDAYS = (1, 2, 3, 4, 5)
ORDER = (1, 2, 3, 4, 5, 6, 0)
"""The week as it is shown: Monday first; 0 is Sunday."""
MOST_ROWS = 12
"""Of one day."""
_UNREADABLE = -1


class Row(msgspec.Struct, frozen=True):
    """One range as typed: '09:00' and '17:00'; an end at or before the start is on the next day.

    `offerings` are the ids of those it is kept for; none is all.
    """

    starts: str = ""
    ends: str = ""
    error: str = ""
    offerings: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not self.starts and not self.ends

    @property
    def ends_next_day(self) -> bool:
        return bool(self.starts and self.ends) and "00:00" < self.ends <= self.starts


Week = dict[int, list[Row]]
"""The rows of each day, in order."""


def shown(ranges: Iterable[WeeklyRange]) -> Week:
    """What is kept, as rows; a day off has none."""
    week: Week = {day: [] for day in ORDER}
    for each in sorted(ranges):
        only = tuple(str(offering) for offering in each.offerings)
        week[each.day].append(Row(clock(each.starts_min), clock(each.ends_min), offerings=only))
    return week


def typed(lists: Mapping[str, list[Any]]) -> Week:
    """What a form sent: each day's 'starts-<day>' and 'ends-<day>', and 'for-<day>-<n>' of its n-th row."""
    week: Week = {}
    for day in ORDER:
        starts, ends = lists.get(f"starts-{day}", []), lists.get(f"ends-{day}", [])
        pairs = zip(starts[:MOST_ROWS], ends[:MOST_ROWS], strict=False)
        week[day] = [
            Row(str(start).strip()[:5], str(end).strip()[:5], offerings=_ids(lists.get(f"for-{day}-{place}")))
            for place, (start, end) in enumerate(pairs)
        ]
    return week


def _ids(values: list[Any] | None) -> tuple[str, ...]:
    """Those that are ids; whether they exist, the database knows."""
    found = []
    for value in values or ():
        try:
            found.append(str(UUID(str(value))))
        except ValueError:
            continue
    return tuple(found)


def ranges_of(week: Week) -> tuple[list[WeeklyRange], list[tuple[int, int]]]:
    """The ranges of all rows that are not empty, and where each stands: (day, row). -1 is unreadable."""
    ranges, places = [], []
    for day in ORDER:
        for place, row in enumerate(week[day]):
            if not row.is_empty:
                only = tuple(sorted(UUID(each) for each in row.offerings))
                ranges.append(WeeklyRange(day, minute(row.starts), minute(row.ends), only))
                places.append((day, place))
    return ranges, places


def wrong(ranges: Iterable[WeeklyRange]) -> set[int]:
    """The positions of those that nobody can read, whatever their length."""
    return {place for place, problem in check_week(ranges, 1).items() if problem is not Problem.TOO_SHORT}


def in_words(ranges: Iterable[WeeklyRange], locale: str) -> list[tuple[str, str]]:
    """('Monday–Friday', '09:00–13:00, 14:00–18:00'): neighbouring days with the same hours stand together."""
    week = shown(ranges)
    hours = {day: ", ".join(f"{row.starts}–{row.ends}" for row in week[day]) for day in ORDER}
    groups = [[*days] for times, days in groupby(ORDER, key=lambda day: hours[day]) if times]
    names = [(day_name(days[0], locale), day_name(days[-1], locale)) for days in groups]
    return [
        (first if first == last else f"{first}–{last}", hours[days[0]])
        for (first, last), days in zip(names, groups, strict=True)
    ]


def day_name(day: int, locale: str) -> str:
    """'Monday' for 1, 'Sunday' for 0."""
    names = Locale.parse(babel_locale(locale)).days["stand-alone"]["wide"]  # 0 is Monday there
    return str(names[(day - 1) % 7])


def with_errors(week: Week, errors: Mapping[tuple[int, int], str]) -> Week:
    """The same rows with the sentences that belong to them."""
    return {
        day: [
            msgspec.structs.replace(row, error=errors.get((day, place), "")) for place, row in enumerate(rows)
        ]
        for day, rows in week.items()
    }


def rearranged(week: Week, wish: str) -> Week:
    """A row more ('add-1'), less ('remove-1-0'), a day copied ('copy-1-3', 'weekdays-1', 'everyday-1').

    A wish that is none of these changes nothing.
    """
    verb, _, rest = wish.partition("-")
    numbers = [int(each) for each in rest.split("-") if each.isdecimal() and len(each) < 3]
    if not numbers or numbers[0] not in week:
        return week
    day, rows = numbers[0], week[numbers[0]]
    if verb == "add" and len(rows) < MOST_ROWS:
        return week | {day: [*rows, Row()]}
    if verb == "remove" and len(numbers) == 2:
        return week | {day: [row for place, row in enumerate(rows) if place != numbers[1]]}
    others = {"weekdays": WEEKDAYS, "everyday": ORDER, "copy": tuple(numbers[1:])}.get(verb, ())
    return week | {each: [row for row in rows if not row.is_empty] for each in others if each in week}


def clock(minutes: int) -> str:
    """'09:00' for 540; 24:00 reads 00:00, as browsers write times."""
    return f"{minutes // 60 % 24:02}:{minutes % 60:02}"


def minute(text: str) -> int:
    """540 for '09:00'; -1 for what is no time."""
    hours, colon, minutes = text.partition(":")
    if not (colon and hours.isascii() and hours.isdigit() and minutes.isascii() and minutes.isdigit()):
        return _UNREADABLE
    if len(minutes) != 2 or int(minutes) > 59 or int(hours) > 24:
        return _UNREADABLE
    return int(hours) * 60 + int(minutes)
