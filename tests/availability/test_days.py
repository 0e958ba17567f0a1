"""Free starts as people read them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from visavis.availability.days import Clocks, by_day, slot

LONDON, TOKYO, YORK = (ZoneInfo(name) for name in ("Europe/London", "Asia/Tokyo", "America/New_York"))


def test_days_follow_each_other_and_free_ones_have_parts() -> None:
    hours = (3, 9, 12, 16, 17, 23)
    starts = [datetime(2026, 12, 2, hour, tzinfo=UTC) for hour in hours]
    days = by_day(starts, Clocks(LONDON, LONDON), date(2026, 12, 1), 3)
    assert [(each.date.day, len(each.parts)) for each in days] == [(1, 0), (2, 4), (3, 0)]
    shown = {part.label: [each.words for each in part.slots] for part in days[1].parts}
    assert shown == {
        "Night": ["03:00"],
        "Morning": ["09:00"],
        "Afternoon": ["12:00", "16:00"],
        "Evening": ["17:00", "23:00"],
    }
    assert days[1].label == "Wednesday, 2 December"


def test_the_others_clock_is_told_where_it_differs() -> None:
    found = slot(datetime(2026, 12, 2, 18, tzinfo=UTC), Clocks(LONDON, TOKYO))
    assert found.value == "2026-12-02T18:00:00Z"
    assert found.words == "18:00<small>Thu 03:00</small>"
    assert found.label == "Wednesday, 2 December, 18:00 (Thu 03:00)"
    same = slot(datetime(2026, 12, 2, 18, tzinfo=UTC), Clocks(LONDON, ZoneInfo("Europe/Lisbon")))
    assert (same.words, same.label) == ("18:00", "Wednesday, 2 December, 18:00")


def test_an_hour_told_twice_is_told_apart() -> None:
    first = datetime(2026, 11, 1, 5, 30, tzinfo=UTC)  # New York turns its clocks back at 06:00 UTC
    days = by_day([first, first + timedelta(hours=1)], Clocks(YORK, YORK), date(2026, 11, 1), 1)
    assert [each.words for part in days[0].parts for each in part.slots] == ["01:30", "01:30 -0500"]
