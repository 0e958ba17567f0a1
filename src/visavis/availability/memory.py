"""What was computed before from the same facts: pure functions that remember.

Every request reads the facts anew. Only what follows from them is kept, under the facts themselves: what is
remembered cannot be out of date, in no process, and nothing has to be told to forget.
"""

from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import msgspec

from visavis.availability import rules
from visavis.availability.hours import Override, Schedule, Travel, WeeklyRange, ranges_from, utc
from visavis.availability.intervals import Interval
from visavis.kit.clock import zone

Taken = tuple[tuple[int, ...], tuple[int, ...]]
"""Starts and ends of what blocks, in epoch seconds."""


class Found(msgspec.Struct, frozen=True):
    """Free starts, and the same as epoch seconds; ascending."""

    starts: list[datetime]
    seconds: list[int]


_MOST_FACTS = 30_000  # characters
_MOST_STARTS = 9_000
"""What is bigger is computed each time, so that nobody fills the memory of a process."""


def known(facts: str) -> tuple[Schedule, rules.SlotSettings]:
    """The facts of `queries.CalendarRow` in the words of the rules."""
    return _read(facts) if len(facts) > _MOST_FACTS else _known(facts)


def _read(facts: str) -> tuple[Schedule, rules.SlotSettings]:
    time_zone, step, before, after, notice, window, a_day, a_week, length, *rows = msgspec.json.decode(facts)
    hours, overrides, travels, switches = (each or [] for each in rows)
    schedule = Schedule(
        zone(time_zone),
        tuple(WeeklyRange(day, a, b, tuple(map(UUID, only or ()))) for day, a, b, only in hours),
        tuple(Override(date.fromisoformat(day), ranges_from(each), name) for day, each, name in overrides),
        tuple(_travel(*each) for each in travels),
        tuple(_stretch(a, b) for a, b, on in switches if on),
        tuple(_stretch(a, b) for a, b, on in switches if not on),
    )
    return schedule, rules.SlotSettings(step, before, after, notice, window, a_day, a_week, length)


_known = lru_cache(maxsize=1024)(_read)


def starts_between(
    schedule: Schedule,
    settings: rules.SlotSettings,
    taken: Taken,
    counted: tuple[int, ...],
    length: int,
    around: Interval[int],
    offering_id: UUID | None,
) -> Found:
    """Every start in `around`, notice and window aside; `counted` as in `access.Calendar`."""
    most = (around[1] - around[0]) // (settings.step_min * 60)
    find = _find_starts if most > _MOST_STARTS else found_starts
    return find(schedule, settings, taken, counted, length, around, offering_id)


def _find_starts(
    schedule: Schedule,
    settings: rules.SlotSettings,
    taken: Taken,
    counted: tuple[int, ...],
    length: int,
    around: Interval[int],
    offering_id: UUID | None,
) -> Found:
    blocks, booked = list(zip(*taken, strict=True)), [utc(each) for each in counted]
    found = {
        start
        for each in schedule.for_any(offering_id)
        for start in rules.starts_between(each, settings, blocks, length, around, booked)
    }
    starts = sorted(found)
    return Found(starts, [int(each.timestamp()) for each in starts])


found_starts = lru_cache(maxsize=256)(_find_starts)
"""Those that were asked for lately."""


def _travel(travel_id: str, first: str, last: str, time_zone: str) -> Travel:
    return Travel(date.fromisoformat(first), date.fromisoformat(last), zone(time_zone), UUID(travel_id))


def _stretch(start: Any, end: Any) -> Interval[datetime]:
    return utc(int(start)), utc(int(end))
