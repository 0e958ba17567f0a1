"""Timing, and one line of the table for each figure."""

import statistics
from collections.abc import Awaitable, Callable
from time import perf_counter_ns
from typing import Any


def timed(act: Callable[[], Any], rounds: int) -> list[float]:
    """Milliseconds of each round; a tenth as many are run before, unmeasured."""
    for _ in range(max(1, rounds // 10)):
        act()
    found = []
    for _ in range(rounds):
        began = perf_counter_ns()
        act()
        found.append((perf_counter_ns() - began) / 1e6)
    return found


async def timed_async(act: Callable[[], Awaitable[Any]], rounds: int) -> list[float]:
    """The same for something awaited."""
    for _ in range(max(1, rounds // 10)):
        await act()
    found = []
    for _ in range(rounds):
        began = perf_counter_ns()
        await act()
        found.append((perf_counter_ns() - began) / 1e6)
    return found


def line(what: str, milliseconds: list[float], most: float | None = None) -> str:
    """'what   p50 0.61 ms   p99 0.80 ms   held'; `most` is the figure to hold at p50."""
    p50, p99 = statistics.median(milliseconds), statistics.quantiles(milliseconds, n=100)[98]
    verdict = "" if most is None else f"  ≤ {most:g} ms: {'held' if p50 <= most else 'MISSED'}"
    return f"{what:<58} p50 {p50:7.3f} ms  p99 {p99:7.3f} ms{verdict}"
