"""The rules of availability alone: 30 days, 200 sessions, starts every 30 minutes."""

import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bench.table import Row, show
from bench.timing import p50, p99, timed
from visavis.availability.hours import Schedule, WeeklyRange, instant
from visavis.availability.rules import SlotSettings, free_starts, nearest_free, why_not

NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)  # a clock change lies ahead
MONTH = timedelta(days=30)
SETTINGS = SlotSettings(step_min=30, buffer_after_min=10, notice_min=60)


def schedule() -> Schedule:
    """8 to 12 and 13 to 20, every day, in London."""
    parts = ((480, 720), (780, 1200))
    return Schedule(
        ZoneInfo("Europe/London"), tuple(WeeklyRange(day, *part) for day in range(7) for part in parts)
    )


def sessions(count: int) -> list[tuple[datetime, datetime]]:
    """Of an hour each, spread over the month."""
    hours = random.Random(1).sample(range(30 * 22), count)
    return [(NOW + timedelta(hours=hour), NOW + timedelta(hours=hour + 1)) for hour in sorted(hours)]


def measure(rounds: int = 1000) -> list[Row]:
    """A month, with what was computed before at hand and without, and the two questions a booking asks."""
    hours, busy = schedule(), sessions(200)

    def month() -> list[datetime]:
        return free_starts(hours, SETTINGS, busy, 50, start=NOW, end=NOW + MONTH, now=NOW)

    def cold() -> list[datetime]:
        instant.cache_clear()
        return month()

    free = month()
    start = free[len(free) // 2]
    took = {
        "a month of free starts, rules alone": timed(month, rounds),
        "the same, no wall time seen before": timed(cold, rounds // 4),
        "may this start be booked": timed(
            lambda: why_not(hours, SETTINGS, busy, 50, start=start, now=NOW), rounds
        ),
        "the three nearest free starts": timed(
            lambda: nearest_free(hours, SETTINGS, busy, 50, start=start, now=NOW), rounds
        ),
    }
    made_of = f"30 days, {len(busy)} sessions, {len(free)} free"
    return [
        Row(
            f"{what}, p50",
            p50(found),
            1.0 if place == 0 else None,
            note=f"{made_of}, p99 {p99(found):.2f} ms",
            unit="ms",
        )
        for place, (what, found) in enumerate(took.items())
    ]


if __name__ == "__main__":
    show(measure())
