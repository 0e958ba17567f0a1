"""Days as they are drawn: on each date's own clock, across changes of clocks and travels."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from visavis.availability.access import Calendar
from visavis.availability.agenda import AgendaDay, Away, away, bounds, days_of
from visavis.availability.changes import with_override, with_switch
from visavis.availability.hours import DayRange, Override, Schedule, Travel, WeeklyRange
from visavis.availability.queries.agenda import AgendaRow
from visavis.availability.rules import SlotSettings
from visavis.availability.statistics import Block, count, picture

LONDON, LISBON, NEW_YORK = (
    ZoneInfo(f"{name}") for name in ("Europe/London", "Europe/Lisbon", "America/New_York")
)
ALL_WEEK = tuple(WeeklyRange(day, 540, 660) for day in range(7))  # 9 to 11
NOBODY = UUID(int=1)
NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)


def calendar(schedule: Schedule, **settings: Any) -> Calendar:
    kept = SlotSettings(**{"step_min": 60, "default_length_min": 60} | settings)
    return Calendar(practitioner_id=NOBODY, schedule=schedule, settings=kept, taken=((), ()))


def session(start: datetime, minutes: int = 60) -> AgendaRow:
    return AgendaRow(NOBODY, "Emma Clarke", "Talk", "confirmed", start, start + timedelta(minutes=minutes))


def drawn(schedule: Schedule, first: date, days: int, *sessions: AgendaRow) -> list[AgendaDay]:
    dates = [first + timedelta(days=n) for n in range(days)]
    return days_of(calendar(schedule), list(sessions), dates, NOW, cells=True)


def cells(day: AgendaDay) -> list[tuple[str, str]]:
    return [(f"{each.span.starts:%H:%M}", each.state) for each in day.cells]


def test_a_change_of_clocks_moves_nothing_on_the_wall() -> None:
    saturday, sunday, monday = drawn(Schedule(LONDON, ALL_WEEK), date(2026, 3, 28), 3)
    assert [each.words for each in sunday.hours] == ["09:00–11:00"]
    assert cells(saturday) == cells(sunday) == cells(monday) == [("09:00", "free"), ("10:00", "free")]
    assert [day.cells[0].value for day in (saturday, sunday)] == [
        "2026-03-28T09:00Z 60 off",
        "2026-03-29T08:00Z 60 off",
    ]
    assert saturday.free == sunday.free == 2


def test_on_a_travel_everything_is_on_the_clock_there() -> None:
    travel = Travel(date(2026, 5, 4), date(2026, 5, 5), NEW_YORK)
    schedule = Schedule(LONDON, ALL_WEEK, travels=(travel,))
    at = datetime(2026, 5, 4, 13, tzinfo=UTC)
    before, there, _, after = drawn(schedule, date(2026, 5, 3), 4, session(at))
    assert (before.city, there.city, after.city) == ("", "America/New_York", "")
    assert [each.span.words for each in there.booked] == ["09:00–10:00"]
    assert cells(there) == [("09:00", "taken"), ("10:00", "free")]
    assert cells(before) == cells(after) == [("09:00", "free"), ("10:00", "free")]
    start, end = bounds(schedule, date(2026, 5, 4), date(2026, 5, 4))
    assert (start, end) == (datetime(2026, 5, 4, 4, tzinfo=UTC), datetime(2026, 5, 5, 4, tzinfo=UTC))


def test_single_slots_say_what_they_are() -> None:
    plain = Schedule(LONDON, ALL_WEEK)
    off = with_switch(plain, datetime(2026, 4, 1, 8, tzinfo=UTC), 60, False)
    both = with_switch(off, datetime(2026, 4, 1, 18, tzinfo=UTC), 60, True)
    [day] = drawn(both, date(2026, 4, 1), 1)
    assert cells(day) == [("09:00", "off"), ("10:00", "free"), ("19:00", "extra")]
    assert day.cells[0].value.endswith(" on")
    assert [each.words for each in day.extra] == ["19:00–20:00"]
    assert day.free == 2


def test_what_is_over_has_no_slots_but_its_sessions() -> None:
    [day] = drawn(
        Schedule(LONDON, ALL_WEEK), date(2026, 3, 18), 1, session(datetime(2026, 3, 18, 9, tzinfo=UTC))
    )
    assert (day.past, day.cells, day.free, len(day.booked)) == (True, [], 0, 1)


def test_small_steps_become_slots_that_fit_a_finger() -> None:
    dates = [date(2026, 4, 1)]
    [day] = days_of(calendar(Schedule(LONDON, ALL_WEEK), step_min=10), [], dates, NOW, cells=True)
    assert [each.value.split()[1] for each in day.cells] == ["20"] * 6


def test_neighbours_off_for_the_same_reason_are_one_holiday() -> None:
    days = [Override(date(2026, 4, day), (), "Easter") for day in (5, 3, 4)]
    own = Override(date(2026, 4, 6), (DayRange(540, 600),), "Easter")
    assert away([*days, own]) == [
        Away(date(2026, 4, 3), date(2026, 4, 5), "Easter", ""),
        Away(date(2026, 4, 6), date(2026, 4, 6), "Easter", "09:00–10:00"),
    ]


def test_what_a_week_comes_to() -> None:
    week = Schedule(LONDON, tuple(WeeklyRange(day, 540, 660) for day in (1, 2)))
    nine = int(datetime(2026, 3, 23, 9, tzinfo=UTC).timestamp())
    taken = Calendar(
        practitioner_id=NOBODY,
        schedule=week,
        settings=SlotSettings(step_min=60),
        taken=((nine,), (nine + 3600,)),
    )
    assert [getattr(count(taken, 60, NOW), name) for name in ("days", "total", "free")] == [8, 16, 15]
    shut = Calendar(
        practitioner_id=NOBODY,
        schedule=with_override(week, date(2026, 3, 24), ()),
        settings=SlotSettings(step_min=60),
        taken=((), ()),
    )
    assert [getattr(count(shut, 60, NOW), name) for name in ("days", "total")] == [7, 14]


def test_the_picture_of_a_night_goes_on_the_next_morning() -> None:
    assert picture([WeeklyRange(0, 1320, 120)]) == [Block(6, 1320, 120), Block(0, 0, 120)]
