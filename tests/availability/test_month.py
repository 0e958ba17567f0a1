"""A month as it is counted on the viewer's calendar."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from visavis.availability.choices import Choice
from visavis.availability.days import Clocks
from visavis.availability.month import (
    cells_of,
    free_dates,
    midnight,
    month_before,
    month_name,
    next_month,
    of_day,
)

AUCKLAND, LONDON, APIA = (ZoneInfo(name) for name in ("Pacific/Auckland", "Europe/London", "Pacific/Apia"))


def every_hour(first: datetime, days: int) -> list[datetime]:
    return [first + timedelta(hours=n) for n in range(days * 24)]


def test_days_have_the_hours_that_their_zone_gives_them() -> None:
    starts = every_hour(datetime(2027, 3, 30, tzinfo=UTC), 40)
    april = cells_of(starts, Clocks(AUCKLAND, LONDON), date(2027, 4, 1))
    assert len(april) == 30
    assert {each.date.day: each.free for each in april if each.free != 24} == {4: 25}, "clocks go back"
    march = cells_of(
        every_hour(datetime(2027, 3, 1, tzinfo=UTC), 31), Clocks(LONDON, LONDON), date(2027, 3, 1)
    )
    assert {each.date.day: each.free for each in march if each.free != 24} == {28: 23}
    assert march[27].said == "Sunday, 28 March: 23 free times"


def test_a_day_that_a_zone_skipped_has_no_times() -> None:
    """Samoa went from 29 to 31 December 2011."""
    starts = every_hour(datetime(2011, 12, 28, tzinfo=UTC), 6)
    counts = {each.date.day: each.free for each in cells_of(starts, Clocks(APIA, APIA), date(2011, 12, 1))}
    assert [counts[day] for day in (29, 30, 31)] == [24, 0, 24]


def test_free_dates_are_the_viewers_and_come_once() -> None:
    starts = [
        datetime(2027, 1, 1, hour, tzinfo=UTC) + timedelta(days=day) for day in (0, 3, 9) for hour in (9, 12)
    ]
    assert free_dates(starts, LONDON, 2) == [date(2027, 1, 1), date(2027, 1, 4)]
    assert free_dates(starts, AUCKLAND, 9) == [date(2027, 1, day) for day in (1, 2, 4, 5, 10, 11)], (
        "nine in London is ten in the evening there, noon is the next day"
    )
    assert of_day(starts, LONDON, date(2027, 1, 4)) == starts[2:4]
    assert free_dates([], LONDON, 3) == []


def test_months_follow_each_other() -> None:
    assert next_month(date(2026, 12, 1)) == date(2027, 1, 1)
    assert month_before(date(2027, 3, 1)) == date(2027, 2, 1)
    assert month_name(date(2027, 2, 1), "en") == "February 2027"
    assert midnight(AUCKLAND, date(2027, 1, 1)) == datetime(2026, 12, 31, 11, tzinfo=UTC)


def test_a_choice_reads_what_it_understands() -> None:
    choice = Choice.read({"day": "2027-02-30", "month": "2027-2", "starts_at": "2027-01-01T09:00:00"})
    assert (choice.chosen_day, choice.first_of_month, choice.start) == (None, None, None)
    choice = Choice.read({"day": "2027-02-28", "month": "2027-02", "starts_at": "2027-01-01T09:00:00+01:00"})
    assert choice.chosen_day == date(2027, 2, 28)
    assert choice.first_of_month == date(2027, 2, 1)
    assert choice.start == datetime(2027, 1, 1, 8, tzinfo=UTC)
    assert choice.query(day="", starts_at="") == "?month=2027-02"
