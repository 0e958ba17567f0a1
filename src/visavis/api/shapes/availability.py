"""What the API takes and gives of hours: wall-clock times of the practice, dates, and stretches of time."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from visavis.api.shapes.bodies import Asked, Instant, Minutes
from visavis.api.shapes.common import Zone
from visavis.availability.access import Calendar, ClashRow
from visavis.availability.hours import DAY_MIN, DayRange, WeeklyRange
from visavis.availability.rules import SlotSettings

Clock = Annotated[
    str,
    Meta(
        pattern="^(([01][0-9]|2[0-3]):[0-5][0-9](:00)?|24:00)$",
        description="Wall clock of the practice; an end that is not after its start is on the next day",
        examples=["09:00"],
    ),
]
Weekday = Annotated[int, Meta(ge=0, le=6, description="0 is Sunday")]
Name = Annotated[str, Meta(max_length=80, description="Only you read it")]


class DayHours(Asked, frozen=True, kw_only=True):
    start_time: Clock
    end_time: Clock


class WeekHours(DayHours, frozen=True, kw_only=True):
    """A range of every week; without offerings it is for each of them."""

    day_of_week: Weekday
    offering_ids: Annotated[list[UUID], Meta(max_length=50)] = msgspec.field(default_factory=list)


class AvailabilitySettings(Asked, frozen=True, kw_only=True):
    """How starts are offered. `null` is no limit."""

    step_minutes: Annotated[int, Meta(ge=5, le=240, description="From one start to the next")]
    buffer_before_minutes: Annotated[int, Meta(ge=0, le=240)]
    buffer_after_minutes: Annotated[int, Meta(ge=0, le=240)]
    notice_minutes: Annotated[int, Meta(ge=0, le=43_200, description="From now to the earliest start")]
    window_days: Annotated[int, Meta(ge=1, le=366, description="The last day is today and so many")]
    most_sessions_a_day: Annotated[int, Meta(ge=1, le=50)] | None = None
    most_sessions_a_week: Annotated[int, Meta(ge=1, le=200, description="Monday to Sunday")] | None = None
    default_length_minutes: Minutes = 50


class NewAvailability(Asked, frozen=True, kw_only=True):
    """The whole week and all settings, in place of what was."""

    week: Annotated[list[WeekHours], Meta(max_length=70)]
    settings: AvailabilitySettings


class NewOverride(Asked, frozen=True, kw_only=True):
    """What holds on one date in place of the week; no ranges is a day off."""

    name: Name = ""
    ranges: Annotated[list[DayHours], Meta(max_length=10)] = msgspec.field(default_factory=list)


class DaysOff(Asked, frozen=True, kw_only=True):
    """Both days included."""

    first: date
    last: date
    name: Name = ""


class Switch(Asked, frozen=True, kw_only=True):
    """One stretch of time, on or off, whatever the hours say."""

    starts_at: Instant
    length_minutes: Minutes
    is_available: bool


class NewTravel(Asked, frozen=True, kw_only=True):
    """Both days included; your hours are on the clock there."""

    first: date
    last: date
    time_zone: Zone


class Override(msgspec.Struct, frozen=True, kw_only=True):
    on_date: date
    name: str
    ranges: list[DayHours]


class Travel(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    first: date
    last: date
    time_zone: Zone


class Stretch(msgspec.Struct, frozen=True, kw_only=True):
    starts_at: Instant
    ends_at: Instant
    is_available: bool


class SessionOutside(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    client: str
    starts_at: Instant
    ends_at: Instant


class Availability(msgspec.Struct, frozen=True, kw_only=True):
    """Your hours from today on. Sessions outside of them are listed, and stay as they are."""

    time_zone: Zone
    week: list[WeekHours]
    settings: AvailabilitySettings
    overrides: list[Override]
    travels: list[Travel]
    switched: list[Stretch]
    sessions_outside: list[SessionOutside]


def settings_of(given: AvailabilitySettings) -> SlotSettings:
    return SlotSettings(
        step_min=given.step_minutes,
        buffer_before_min=given.buffer_before_minutes,
        buffer_after_min=given.buffer_after_minutes,
        notice_min=given.notice_minutes,
        window_days=given.window_days,
        most_a_day=given.most_sessions_a_day,
        most_a_week=given.most_sessions_a_week,
        default_length_min=given.default_length_minutes,
    )


def week_of(given: Sequence[WeekHours]) -> list[WeeklyRange]:
    return [
        WeeklyRange(
            each.day_of_week, minute_of(each.start_time), minute_of(each.end_time), tuple(each.offering_ids)
        )
        for each in given
    ]


def ranges_of(given: Sequence[DayHours]) -> list[DayRange]:
    return [DayRange(minute_of(each.start_time), minute_of(each.end_time)) for each in given]


def availability_of(calendar: Calendar, outside: list[ClashRow], today: date, now: datetime) -> Availability:
    """What is over is left out."""
    schedule = calendar.schedule
    switched = [(*each, True) for each in schedule.switched_on] + [
        (*each, False) for each in schedule.switched_off
    ]
    return Availability(
        time_zone=schedule.zone.key,
        week=[
            WeekHours(
                day_of_week=each.day,
                start_time=clock_of(each.starts_min),
                end_time=clock_of(each.ends_min),
                offering_ids=list(each.offerings),
            )
            for each in sorted(schedule.week)
        ],
        settings=_settings(calendar.settings),
        overrides=[
            Override(on_date=each.date, name=each.name, ranges=_hours(each.ranges))
            for each in sorted(schedule.overrides, key=lambda each: each.date)
            if each.date >= today
        ],
        travels=[
            Travel(id=each.id, first=each.first, last=each.last, time_zone=each.zone.key)
            for each in schedule.travels
            if each.last >= today and each.id is not None
        ],
        switched=[
            Stretch(starts_at=a, ends_at=b, is_available=on) for a, b, on in sorted(switched) if b > now
        ],
        sessions_outside=[
            SessionOutside(
                id=each.id, client=each.client_name, starts_at=each.starts_at, ends_at=each.ends_at
            )
            for each in outside
        ],
    )


def clock_of(minute: int) -> str:
    """'09:00' for 540; midnight at the end of a day is '24:00'."""
    return f"{minute // 60:02}:{minute % 60:02}"


def minute_of(clock: str) -> int:
    """540 for '09:00' or '09:00:00'."""
    return min(int(clock[:2]) * 60 + int(clock[3:5]), DAY_MIN)


def _hours(ranges: Sequence[DayRange]) -> list[DayHours]:
    return [
        DayHours(start_time=clock_of(each.starts_min), end_time=clock_of(each.ends_min)) for each in ranges
    ]


def _settings(given: SlotSettings) -> AvailabilitySettings:
    return AvailabilitySettings(
        step_minutes=given.step_min,
        buffer_before_minutes=given.buffer_before_min,
        buffer_after_minutes=given.buffer_after_min,
        notice_minutes=given.notice_min,
        window_days=given.window_days,
        most_sessions_a_day=given.most_a_day,
        most_sessions_a_week=given.most_a_week,
        default_length_minutes=given.default_length_min,
    )
