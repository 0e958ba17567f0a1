"""How long things take."""

from collections.abc import Awaitable, Callable
from time import perf_counter_ns
from typing import Any


def timed(act: Callable[[], Any], rounds: int) -> list[float]:
    """Milliseconds of each round, ascending; a tenth as many are run before, unmeasured."""
    found = []
    for place in range(-rounds // 10, rounds):
        began = perf_counter_ns()
        act()
        if place >= 0:
            found.append((perf_counter_ns() - began) / 1e6)
    return sorted(found)


async def timed_async(act: Callable[[], Awaitable[Any]], rounds: int) -> list[float]:
    """The same for something awaited."""
    found = []
    for place in range(-rounds // 10, rounds):
        began = perf_counter_ns()
        await act()
        if place >= 0:
            found.append((perf_counter_ns() - began) / 1e6)
    return sorted(found)


def p50(milliseconds: list[float]) -> float:
    """Of an ascending list."""
    return milliseconds[len(milliseconds) // 2]


def p99(milliseconds: list[float]) -> float:
    """Of an ascending list."""
    return milliseconds[len(milliseconds) * 99 // 100]
