"""The form of one date's own hours: rows as they were typed. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from visavis.availability.hours import DayRange, WeeklyRange
from visavis.availability.week_form import Row, clock

MOST_ROWS = 10


def shown(ranges: Iterable[DayRange | WeeklyRange]) -> list[Row]:
    """What holds on the date, as rows."""
    pairs = sorted({(each.starts_min, each.ends_min) for each in ranges})
    return [Row(clock(starts), clock(ends)) for starts, ends in pairs]


def typed(lists: Mapping[str, list[Any]]) -> list[Row]:
    """What a form sent under 'starts' and 'ends'."""
    pairs = zip(lists.get("starts", [])[:MOST_ROWS], lists.get("ends", [])[:MOST_ROWS], strict=False)
    return [Row(str(start).strip()[:5], str(end).strip()[:5]) for start, end in pairs]


def rearranged(rows: list[Row], wish: str) -> list[Row]:
    """A row more ('add'), less ('remove-0'), or none ('none'); another wish changes nothing."""
    verb, _, number = wish.partition("-")
    if verb == "add" and len(rows) < MOST_ROWS:
        return [*rows, Row()]
    if verb == "remove" and number.isdecimal():
        return [row for place, row in enumerate(rows) if place != int(number[:3])]
    return [] if verb == "none" else rows
