"""Days and weeks that are full: enough sessions in them. Pure."""

from collections import Counter
from collections.abc import Hashable, Iterable
from datetime import date, datetime
from typing import TypeVar

from msgspec import Struct

from visavis.availability.hours import Schedule

K = TypeVar("K", bound=Hashable)


class Full(Struct, frozen=True):
    """Dates and ISO weeks that have their most sessions."""

    days: frozenset[date]
    weeks: frozenset[tuple[int, int]]

    def holds(self, day: date) -> bool:
        """Whether nothing more may start on this date of the practitioner."""
        return day in self.days or day.isocalendar()[:2] in self.weeks


def find_full(
    schedule: Schedule, booked: Iterable[datetime], most_a_day: int | None, most_a_week: int | None
) -> Full | None:
    """What is full with sessions that start at `booked`; None when nothing is."""
    if most_a_day is None and most_a_week is None:
        return None
    days = Counter(schedule.date_of(start) for start in booked)
    weeks: Counter[tuple[int, int]] = Counter()
    for day, count in days.items():
        weeks[day.isocalendar()[:2]] += count
    full = Full(_reached(days, most_a_day), _reached(weeks, most_a_week))
    return full if full.days or full.weeks else None


def _reached(counts: Counter[K], most: int | None) -> frozenset[K]:
    return frozenset(each for each, count in counts.items() if most is not None and count >= most)
