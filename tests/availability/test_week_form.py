"""The rows of the hours form."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visavis.availability.hours import DAY_MIN, WeeklyRange
from visavis.availability.week_form import ORDER, Row, in_words, ranges_of, rearranged, shown, typed

MONDAY = Row("09:00", "12:00")


def week_with(*rows: Row) -> dict[int, list[Row]]:
    return {day: [] for day in ORDER} | {1: list(rows)}


@given(
    st.lists(
        st.builds(WeeklyRange, st.integers(0, 6), st.integers(0, 1439), st.integers(1, 1440)), max_size=12
    )
)
@settings(deadline=None)
def test_what_is_shown_means_what_is_kept(kept: list[WeeklyRange]) -> None:
    ranges, places = ranges_of(shown(kept))
    assert sorted((each.day, each.starts_min, each.ends_min or DAY_MIN) for each in ranges) == sorted(
        (each.day, each.starts_min, each.ends_min) for each in kept
    )
    assert len(places) == len(ranges)


@pytest.mark.parametrize("text", ["", "9", "9:5", "25:00", "12:60", "ab:cd", "-1:00", "٣:٠٠", "12:0x"])
def test_what_is_no_time_is_found(text: str) -> None:
    [only], [place] = ranges_of(week_with(Row(), Row("08:00", text)))
    assert place == (1, 1)
    assert only.ends_min == -1


def test_rows_are_added_removed_and_copied() -> None:
    week = week_with(MONDAY, Row("13:00", "17:00"))
    assert rearranged(week, "add-0")[0] == [Row()]
    assert rearranged(week, "remove-1-0")[1] == [Row("13:00", "17:00")]
    weekdays = rearranged(week, "weekdays-1")
    assert [len(weekdays[day]) for day in ORDER] == [2, 2, 2, 2, 2, 0, 0]
    assert all(len(rows) == 2 for rows in rearranged(week, "everyday-1").values())
    copied = rearranged(week, "copy-1-6")
    assert [len(copied[day]) for day in ORDER] == [2, 0, 0, 0, 0, 2, 0]


@pytest.mark.parametrize("wish", ["", "add", "add-9", "add-x", "remove-1", "remove-1-99", "drop-1", "add--"])
def test_an_unknown_wish_changes_nothing(wish: str) -> None:
    week = week_with(MONDAY)
    assert rearranged(week, wish) == week


def test_what_was_typed_is_read_in_pairs() -> None:
    week = typed(
        {"starts-1": ["09:00 ", ""], "ends-1": [" 12:00", ""], "starts-2": ["10:00"], "other": ["x"]}
    )
    assert week[1] == [MONDAY, Row()]
    assert week[2] == []
    assert ranges_of(week)[0] == [WeeklyRange(1, 540, 720)]


def test_neighbouring_days_with_the_same_hours_stand_together() -> None:
    ranges = [WeeklyRange(day, 540, 780) for day in (1, 2, 3, 5, 0)] + [WeeklyRange(2, 840, 1440)]
    assert in_words(ranges, "en") == [
        ("Monday", "09:00–13:00"),
        ("Tuesday", "09:00–13:00, 14:00–00:00"),
        ("Wednesday", "09:00–13:00"),
        ("Friday", "09:00–13:00"),
        ("Sunday", "09:00–13:00"),
    ]
    assert in_words([WeeklyRange(day, 540, 780) for day in range(1, 6)], "en") == [
        ("Monday–Friday", "09:00–13:00")
    ]
    assert in_words([], "en") == []
