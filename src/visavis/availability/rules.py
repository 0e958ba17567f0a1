"""Which starts are offered. Page, API and booking ask these, so what is shown is what can be booked.

Decided: starts lie `step` minutes apart, counted from the start of their working range (the grid begins anew
where another date's range begins, also when the two join); the session lies inside the joined hours; what it
blocks, [start - buffer before, end + buffer after), overlaps nothing that blocks; the earliest start is
now + notice, inclusive; the last date is today + window in the practitioner's zone at home, inclusive. What
is switched off is no working time and moves no grid: no session lies in it, but buffers may reach into it. A
day or an ISO week that has its most sessions, by where they start on the practitioner's clock, is full.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil, floor
from zoneinfo import ZoneInfo

from msgspec import Struct

from visavis.availability.hours import Schedule, instant, open_ranges, utc, working_ranges
from visavis.availability.intervals import Interval, union
from visavis.availability.limits import find_full


class SlotSettings(Struct, frozen=True, cache_hash=True):
    """How starts are offered; minutes, and days for the window. None is no limit.

    The default length is what calendars and statistics show; what is booked has the length of its offering.
    """

    step_min: int = 30
    buffer_before_min: int = 0
    buffer_after_min: int = 0
    notice_min: int = 0
    window_days: int = 60
    most_a_day: int | None = None
    most_a_week: int | None = None
    default_length_min: int = 50

    def __post_init__(self) -> None:
        if self.step_min < 1:
            raise ValueError("starts are at least one minute apart")


class Reason(StrEnum):
    """Why a start cannot be booked."""

    TOO_SOON = "too_soon"
    TOO_FAR = "too_far"
    OUTSIDE_HOURS = "outside_hours"
    SWITCHED_OFF = "switched_off"
    OFF_GRID = "off_grid"
    FULL = "full"
    TAKEN = "taken"


class _Piece(Struct, frozen=True):
    """Starts in [opens, last) lie on the anchor's grid; their sessions end by `closes`. Epoch seconds."""

    anchor: int
    opens: int
    last: int
    closes: int


class _Need(Struct, frozen=True):
    """Seconds: between starts, blocked before the start, of the session, from the start until free again."""

    step: int
    before: int
    length: int
    until: int


def free_starts(
    schedule: Schedule,
    settings: SlotSettings,
    busy: Iterable[Interval[datetime]],
    length_min: int,
    *,
    start: datetime,
    end: datetime,
    now: datetime,
    booked: Iterable[datetime] = (),
) -> list[datetime]:
    """The bookable starts in [start, end), ascending, in UTC. `busy` is what blocks, with its own buffers.

    `booked` are the starts of sessions that count for the most a day and a week.
    """
    low, high = reach(schedule, settings, start, end, now)
    return starts_between(schedule, settings, _outwards(busy), length_min, (low, high), booked)


def reach(
    schedule: Schedule, settings: SlotSettings, start: datetime, end: datetime, now: datetime
) -> Interval[int]:
    """[start, end) less what notice and window keep out; epoch seconds, empty when nothing is left."""
    earliest, limit = _bounds(schedule.zone, settings, now)
    return max(earliest, ceil(start.timestamp())), min(limit, ceil(end.timestamp()))


def starts_between(
    schedule: Schedule,
    settings: SlotSettings,
    blocks: Iterable[Interval[int]],
    length_min: int,
    around: Interval[int],
    booked: Iterable[datetime],
) -> list[datetime]:
    """The free starts in `around`, whatever notice and window say; `blocks` in epoch seconds."""
    low, high = around
    if low >= high:
        return []
    need = _need(settings, length_min)
    pieces = _pieces(schedule, low, high + need.length)
    found = [utc(each) for each in _free(pieces, union(blocks), need, low, high)]
    full = find_full(schedule, booked, settings.most_a_day, settings.most_a_week)
    return [each for each in found if not full.holds(schedule.date_of(each))] if full else found


def why_not(
    schedule: Schedule,
    settings: SlotSettings,
    busy: Iterable[Interval[datetime]],
    length_min: int,
    *,
    start: datetime,
    now: datetime,
    booked: Iterable[datetime] = (),
) -> Reason | None:
    """None when `start` is one of the free starts, else the first reason against it."""
    earliest, limit = _bounds(schedule.zone, settings, now)
    at, need = floor(start.timestamp()), _need(settings, length_min)
    if at < earliest:
        return Reason.TOO_SOON
    if at >= limit:
        return Reason.TOO_FAR
    pieces = _pieces(schedule, at, at + need.length)
    here = [each for each in pieces if each.opens <= at < each.last and at + need.length <= each.closes]
    if not here:
        off = any(a.timestamp() < at + need.length and at < b.timestamp() for a, b in schedule.switched_off)
        return Reason.SWITCHED_OFF if off else Reason.OUTSIDE_HOURS
    if start.microsecond or (at - here[0].anchor) % need.step:
        return Reason.OFF_GRID
    full = find_full(schedule, booked, settings.most_a_day, settings.most_a_week)
    if full and full.holds(schedule.date_of(start)):
        return Reason.FULL
    free = next(_free(here, union(_outwards(busy)), need, at, at + 1), None)
    return Reason.TAKEN if free is None else None


def nearest_free(
    schedule: Schedule,
    settings: SlotSettings,
    busy: Iterable[Interval[datetime]],
    length_min: int,
    *,
    start: datetime,
    now: datetime,
    booked: Iterable[datetime] = (),
    count: int = 3,
) -> list[datetime]:
    """Up to `count` free starts nearest to `start`, in order of time; of two equally near the earlier."""
    blocked, counted = list(busy), list(booked)
    whole = abs(start - now) + timedelta(days=settings.window_days + 2, minutes=settings.notice_min)
    reach = min(timedelta(days=1), whole)
    while True:
        first, last = start - reach, start + reach + timedelta(seconds=1)
        around = free_starts(
            schedule, settings, blocked, length_min, start=first, end=last, now=now, booked=counted
        )
        if len(around) >= count or reach >= whole:
            return sorted(sorted(around, key=lambda each: abs(each - start))[:count])
        reach = min(reach * 4, whole)


def _bounds(zone: ZoneInfo, settings: SlotSettings, now: datetime) -> Interval[int]:
    """The earliest start, and the midnight that ends the window."""
    after_window = now.astimezone(zone).toordinal() + settings.window_days + 1
    return ceil(now.timestamp()) + settings.notice_min * 60, instant(zone, after_window, 0)


def _need(settings: SlotSettings, length_min: int) -> _Need:
    return _Need(
        settings.step_min * 60,
        settings.buffer_before_min * 60,
        length_min * 60,
        (length_min + settings.buffer_after_min) * 60,
    )


def _outwards(busy: Iterable[Interval[datetime]]) -> Iterator[Interval[int]]:
    """Rounded outwards to seconds: every start and end offered is a whole one, so nothing is lost."""
    return ((floor(start.timestamp()), ceil(end.timestamp())) for start, end in busy)


def _pieces(schedule: Schedule, low: int, high: int) -> list[_Piece]:
    """The hours around [low, high): a piece for each date's range in each opening of the joined hours."""
    ranges = working_ranges(schedule, low, high)
    opened = open_ranges(schedule, ranges)
    pieces: list[_Piece] = []
    group = 0
    for place, (anchor, ends) in enumerate(ranges, start=1):
        following = ranges[place][0] if place < len(ranges) else max(ends, opened[-1][1] if opened else ends)
        while group < len(opened) and opened[group][1] <= anchor:
            group += 1
        here = group
        while here < len(opened) and opened[here][0] < following:
            opens, closes = opened[here]
            pieces.append(_Piece(anchor, max(anchor, opens), min(following, closes), closes))
            here += 1
    return pieces


def _free(
    pieces: list[_Piece], blocks: list[Interval[int]], need: _Need, low: int, high: int
) -> Iterator[int]:
    """One sweep over pieces and blocks; a block is jumped over, not stepped through."""
    place = 0
    for piece in pieces:
        stop = min(piece.last, piece.closes - need.length + 1, high)
        at = _on_grid(piece.anchor, need.step, max(piece.opens, low))
        while at < stop:
            while place < len(blocks) and blocks[place][1] <= at - need.before:
                place += 1
            if place < len(blocks) and blocks[place][0] < at + need.until:
                at = _on_grid(piece.anchor, need.step, blocks[place][1] + need.before)
            else:
                yield at
                at += need.step


def _on_grid(anchor: int, step: int, at: int) -> int:
    """The first point of the grid that is not before `at`."""
    return at + (anchor - at) % step
