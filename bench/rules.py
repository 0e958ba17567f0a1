"""The rules of availability alone: 30 days, 200 sessions, starts every 30 minutes."""

import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bench.timing import line, timed
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


def main() -> None:
    hours, busy = schedule(), sessions(200)

    def month() -> list[datetime]:
        return free_starts(hours, SETTINGS, busy, 50, start=NOW, end=NOW + MONTH, now=NOW)

    def cold() -> list[datetime]:
        instant.cache_clear()
        return month()

    free = month()
    middle = free[len(free) // 2]
    print(f"{len(free)} free starts of 50 minutes in 30 days beside {len(busy)} sessions")
    print(line("a month of starts", timed(month, 1000), most=1))
    print(line("a month of starts, nothing remembered", timed(cold, 300)))
    print(
        line(
            "is this start bookable",
            timed(lambda: why_not(hours, SETTINGS, busy, 50, start=middle, now=NOW), 1000),
        )
    )
    near = timed(lambda: nearest_free(hours, SETTINGS, busy, 50, start=middle, now=NOW), 1000)
    print(line("the three nearest", near))


if __name__ == "__main__":
    main()
