"""Facts about availability that other scheduling products found out, run through our rules."""

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from visavis.availability.hours import (
    DayRange,
    Override,
    Schedule,
    WeeklyRange,
    check_week,
    expand,
    normalise_day,
)
from visavis.availability.intervals import Interval, at_least, clip, intersect, subtract, union
from visavis.availability.rules import SlotSettings, free_starts

Case = dict[str, Any]
VECTORS: list[Case] = json.loads((Path(__file__).parent / "vectors" / "availability.json").read_text())[
    "vectors"
]
BASE = datetime(2024, 1, 1, tzinfo=UTC)


def named(*ops: str) -> Any:
    return pytest.mark.parametrize("case", [pytest.param(v, id=v["id"]) for v in VECTORS if v["op"] in ops])


def test_every_vector_is_run() -> None:
    run = {"expand_schedule", "slots_from_ranges", "bookable_starts", "subtract", "merge_free_busy", "merge"}
    run |= {"intersect", "normalize_windows", "busy_expansion", "validate_windows", "seats"}
    assert len(VECTORS) == 45
    assert {v["op"] for v in VECTORS} == run


@named("expand_schedule")
def test_hours_become_instants(case: Case) -> None:
    given = case["input"]
    found = expand(schedule_of(given["schedule"]), instant(given["from"]), instant(given["to"]))
    assert found == ranges(case["expected"]["ranges"])


@named("subtract", "merge_free_busy")
def test_busy_is_taken_out_of_free(case: Case) -> None:
    given = case["input"]
    assert subtract(ranges(given["free"]), ranges(given["busy"])) == ranges(case["expected"]["ranges"])


@named("merge")
def test_ranges_join(case: Case) -> None:
    assert union(ranges(case["input"]["ranges"])) == ranges(case["expected"]["ranges"])


@named("intersect")
def test_what_all_have_in_common(case: Case) -> None:
    sets = [ranges(each) for each in case["input"]["sets"]]
    assert intersect(*sets) == ranges(case["expected"]["ranges"])


@named("busy_expansion")
def test_repeated_busy_times_join(case: Case) -> None:
    given = case["input"]
    series = [
        (first + timedelta(days=n * each["interval"]), each["duration_min"])
        for each in given["busy_series"]
        for first in [instant(each["start"])]
        for n in range(each["count"])
    ]
    busy = [(start, start + timedelta(minutes=length)) for start, length in series]
    assert clip(busy, instant(given["from"]), instant(given["to"])) == ranges(case["expected"]["ranges"])


@named("seats")
def test_a_full_room_is_not_offered(case: Case) -> None:
    given = case["input"]
    hour = (BASE, BASE + timedelta(hours=1))
    offered = [hour not in at_least(given["capacity"], [hour] * booked) for booked in given["booked"]]
    assert offered == case["expected"]["offered"]


@named("normalize_windows")
def test_windows_of_a_day_join(case: Case) -> None:
    windows = [DayRange(minute(a), minute(b)) for a, b in case["input"]["windows"]]
    assert normalise_day(windows) == [(minute(a), minute(b)) for a, b in case["expected"]["windows"]]


@named("validate_windows")
def test_windows_are_checked(case: Case) -> None:
    given = case["input"]
    week = [WeeklyRange(given["day"], minute(a), minute(b)) for a, b in given["windows_local"]]
    assert (not check_week(week, given["slot_duration_min"])) is case["expected"]["valid"]


@named("slots_from_ranges")
def test_free_ranges_become_starts(case: Case) -> None:
    given = case["input"]
    by_date: dict[date, list[DayRange]] = defaultdict(list)
    for start, end in ranges(given["free"]):
        ends_min = (end - start.replace(hour=0, minute=0)) // timedelta(minutes=1)
        by_date[start.date()].append(DayRange(start.hour * 60 + start.minute, ends_min))
    schedule = Schedule(
        ZoneInfo("UTC"), (), tuple(Override(day, tuple(each)) for day, each in by_date.items())
    )
    check(
        case["expected"],
        starts_of(given, schedule, [], min(by_date), max(by_date)),
        given["display_timezone"],
    )


@named("bookable_starts")
def test_the_whole_way_from_hours_to_starts(case: Case) -> None:
    given, query = case["input"], case["input"]["query"]
    schedule = schedule_of(given["schedule"])
    booked = ranges(given.get("bookings", []))
    if most := given.get("limit_minutes_per_day"):
        closed = tuple(Override(day) for day in full_days(booked, schedule.zone, most))
        schedule = Schedule(schedule.zone, schedule.week, schedule.overrides + closed)
    before, after = buffers(given)
    busy = [(a - before, b + after) for a, b in booked] + ranges(given.get("external_busy", []))
    found = free_starts(
        schedule,
        settings_of(given),
        busy,
        given["duration_min"],
        start=instant(query["from"]),
        end=instant(query["to"]),
        now=instant(given["now"]),
    )
    check(case["expected"], found, query["display_timezone"])


def full_days(sessions: Iterable[Interval[datetime]], zone: ZoneInfo, most_min: int) -> set[date]:
    """The practitioner's dates with `most_min` minutes booked already; a session counts where it starts."""
    booked: dict[date, timedelta] = {}
    for start, end in sessions:
        day = start.astimezone(zone).date()
        booked[day] = booked.get(day, timedelta()) + (end - start)
    return {day for day, total in booked.items() if total >= timedelta(minutes=most_min)}


def starts_of(
    given: Case, schedule: Schedule, busy: list[Interval[datetime]], first: date, last: date
) -> list[datetime]:
    midnight = datetime(first.year, first.month, first.day, tzinfo=UTC)
    until = midnight + (last - first) + timedelta(days=1)
    settings = settings_of(given)
    now = instant(given["now"])
    return free_starts(schedule, settings, busy, given["duration_min"], start=midnight, end=until, now=now)


def check(expected: Case, found: list[datetime], viewer_zone: str) -> None:
    assert found == sorted(found)
    days = defaultdict(list)
    for each in found:
        days[str(each.astimezone(ZoneInfo(viewer_zone)).date())].append(each)
    for key, wanted in expected.items():
        match key:
            case "starts":
                assert found == [instant(each) for each in wanted]
            case "count":
                assert len(found) == wanted
            case "by_date":
                assert days == {day: [instant(each) for each in starts] for day, starts in wanted.items()}
            case "unavailable_dates" | "host_day_counts":
                assert not any(day in days for day in wanted)
            case "contains":
                assert {instant(each) for each in wanted} <= set(found)
            case "not_contains":
                assert not {instant(each) for each in wanted} & set(found)
            case "none_before":
                assert all(each >= instant(wanted) for each in found)
            case "min_count" | "nonempty":
                assert len(found) >= int(wanted)
            case other:
                assert other == "match", f"the vectors expect something new: {other}"


def schedule_of(given: Case) -> Schedule:
    week = [
        WeeklyRange(day, minute(each["start"]), minute(each["end"]))
        for each in given["weekly"]
        for day in each["days"]
    ]
    overrides = [
        Override(date.fromisoformat(each["date"]), (DayRange(minute(each["start"]), minute(each["end"])),))
        for each in given.get("overrides", [])
    ]
    return Schedule(ZoneInfo(given["timezone"]), tuple(week), tuple(overrides))


def settings_of(given: Case) -> SlotSettings:
    return SlotSettings(
        step_min=given["step_min"],
        buffer_before_min=given.get("buffer_before_min", 0),
        buffer_after_min=given.get("buffer_after_min", 0),
        notice_min=given["min_notice_min"],
        window_days=3660,
    )


def buffers(given: Case) -> tuple[timedelta, timedelta]:
    settings = settings_of(given)
    return timedelta(minutes=settings.buffer_before_min), timedelta(minutes=settings.buffer_after_min)


def ranges(given: list[Case]) -> list[Interval[datetime]]:
    return [(instant(each["start"]), instant(each["end"])) for each in given]


def instant(given: str | int) -> datetime:
    if isinstance(given, int):
        return BASE + timedelta(minutes=given)
    return datetime.fromisoformat(given)


def minute(wall: str) -> int:
    hours, minutes = wall.split(":")
    return int(hours) * 60 + int(minutes)
