"""Half-open ranges [start, end) of integers or instants; results are sorted and joined, with no empty one."""

from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

T = TypeVar("T", int, datetime)
Interval = tuple[T, T]


def union(ranges: Iterable[Interval[T]]) -> list[Interval[T]]:
    """All ranges as one set: overlapping and touching ones join, empty ones vanish."""
    joined: list[Interval[T]] = []
    for start, end in sorted(ranges):
        if end <= start:
            continue
        if joined and start <= joined[-1][1]:
            if end > joined[-1][1]:
                joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def at_least(depth: int, ranges: Iterable[Interval[T]]) -> list[Interval[T]]:
    """Where `depth` or more of the ranges lie over each other: a room of `depth` seats is full there."""
    edges: list[tuple[T, int]] = []
    for start, end in ranges:
        if start < end:
            edges += [(start, 1), (end, -1)]
    found: list[Interval[T]] = []
    level = 0
    opened: T | None = None
    for at, change in sorted(edges):  # at one point ends come before starts: touching is not overlapping
        level += change
        if opened is None and level >= depth:
            opened = at
        elif opened is not None and level < depth:
            found.append((opened, at))
            opened = None
    return union(found)


def intersect(*sets: Iterable[Interval[T]]) -> list[Interval[T]]:
    """What lies in every one of the sets; nothing when there are none."""
    if not sets:
        return []
    return at_least(len(sets), [piece for ranges in sets for piece in union(ranges)])


def subtract(ranges: Iterable[Interval[T]], taken: Iterable[Interval[T]]) -> list[Interval[T]]:
    """What is left of the ranges."""
    left: list[Interval[T]] = []
    holes = union(taken)
    first = 0
    for start, end in union(ranges):
        while first < len(holes) and holes[first][1] <= start:
            first += 1
        at, here = start, first
        while here < len(holes) and holes[here][0] < end:
            if at < holes[here][0]:
                left.append((at, holes[here][0]))
            at = holes[here][1]
            here += 1
        if at < end:
            left.append((at, end))
    return left


def clip(ranges: Iterable[Interval[T]], start: T, end: T) -> list[Interval[T]]:
    """The part that lies in [start, end)."""
    return union((max(a, start), min(b, end)) for a, b in ranges)
