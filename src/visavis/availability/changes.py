"""What a change would make of a schedule: the same for what is kept, and for what is only asked. Pure."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from msgspec.structs import replace

from visavis.availability.hours import DayRange, Override, Schedule, Travel, WeeklyRange, expand
from visavis.availability.intervals import Interval, intersect, subtract
from visavis.kit.clock import zone


def with_week(schedule: Schedule, week: Iterable[WeeklyRange]) -> Schedule:
    """Another week."""
    return replace(schedule, week=tuple(sorted(set(week))))


def with_override(schedule: Schedule, on_date: date, ranges: Iterable[DayRange], name: str = "") -> Schedule:
    """One date with hours of its own; none is a day off."""
    others = without_override(schedule, on_date).overrides
    return replace(schedule, overrides=(*others, Override(on_date, tuple(ranges), name)))


def without_override(schedule: Schedule, on_date: date, last: date | None = None) -> Schedule:
    """The weekly hours on this date again, and up to `last`."""
    last = last or on_date
    kept = tuple(each for each in schedule.overrides if not on_date <= each.date <= last)
    return replace(schedule, overrides=kept)


def with_days_off(schedule: Schedule, first: date, last: date, name: str = "") -> Schedule:
    """No hours from `first` to `last`, both included."""
    for day in dates(first, last):
        schedule = with_override(schedule, day, (), name)
    return schedule


def with_travel(schedule: Schedule, first: date, last: date, time_zone: str) -> Schedule:
    """Hours on the clock of `time_zone` (an IANA name) from `first` to `last`, both included."""
    return replace(schedule, travels=(*schedule.travels, Travel(first, last, zone(time_zone))))


def without_travel(schedule: Schedule, travel_id: UUID) -> Schedule:
    """Hours on the clock at home again, on the days of this travel."""
    return replace(schedule, travels=tuple(each for each in schedule.travels if each.id != travel_id))


def with_switch(schedule: Schedule, starts_at: datetime, minutes: int, available: bool) -> Schedule:
    """One stretch on or off: where the hours say the same anyway, nothing is kept."""
    here: Interval[datetime] = (starts_at, starts_at + timedelta(minutes=minutes))
    on, off = subtract(schedule.switched_on, [here]), subtract(schedule.switched_off, [here])
    plain = replace(schedule, switched_on=(), switched_off=())
    hours = expand(plain, *here)
    if available:
        on = sorted([*on, *subtract([here], hours)])
    else:
        off = sorted([*off, *intersect([here], hours)])
    return replace(schedule, switched_on=tuple(on), switched_off=tuple(off))


def touched(schedule: Schedule, start: datetime, end: datetime) -> Schedule:
    """With those switched stretches only that reach into [start, end), each as it was made."""
    on, off = (
        tuple(each for each in stretches if each[0] < end and start < each[1])
        for stretches in (schedule.switched_on, schedule.switched_off)
    )
    return replace(schedule, switched_on=on, switched_off=off)


def switches(schedule: Schedule) -> set[tuple[datetime, datetime, bool]]:
    """Every switched stretch, and whether it is on."""
    on, off = schedule.switched_on, schedule.switched_off
    return {(*each, True) for each in on} | {(*each, False) for each in off}


def dates(first: date, last: date) -> list[date]:
    """Every date from `first` to `last`, both included."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
