"""What may be kept of hours and special times: InvalidInputError with a sentence for each field. Pure."""

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from visavis.availability import hours
from visavis.availability.hours import DayRange, Problem, WeeklyRange
from visavis.availability.rules import SlotSettings
from visavis.kit.clock import zone_names
from visavis.kit.errors import InvalidInputError
from visavis.kit.format import format_minutes
from visavis.kit.words import _

MOST_RANGES = 70
"""Of one week."""
MOST_RANGES_A_DAY = 10
"""Of one date."""
MOST_AHEAD = 1000
"""Dates of their own and switched stretches that are not over, of one practice."""
MOST_TRAVELS = 30
MOST_SWITCHED = 720  # minutes
_MOST_NAME = 80
_BACK, _AHEAD = timedelta(days=31), timedelta(days=800)

_LIMITS = {
    "step_min": (5, 240),
    "buffer_before_min": (0, 240),
    "buffer_after_min": (0, 240),
    "notice_min": (0, 43_200),
    "window_days": (1, 366),
    "most_a_day": (1, 50),
    "most_a_week": (1, 200),
    "default_length_min": (5, 720),
}


def check_settings(settings: SlotSettings) -> None:
    """Fields are named as in SlotSettings; None is no limit where there may be none."""
    sentence = _("Please choose from {least} to {most}.")
    given = {name: getattr(settings, name) for name in _LIMITS}
    _refuse(
        {
            name: sentence.format(least=least, most=most)
            for name, (least, most) in _LIMITS.items()
            if given[name] is not None and not least <= given[name] <= most
        }
    )


def check_week(week: Sequence[WeeklyRange], shortest: int, offerings: Collection[UUID]) -> None:
    """Fields are "range-<position>"; `shortest` is the length of the shortest session, in minutes."""
    if len(week) > MOST_RANGES:
        raise InvalidInputError(_("Please keep this to 70 ranges a week."))
    check_hours(week, shortest)
    _refuse(
        {
            f"range-{place}": _("Please choose from what you offer now.")
            for place, each in enumerate(week)
            if not set(each.offerings) <= set(offerings)
        }
    )


def check_hours(week: Sequence[WeeklyRange], shortest: int) -> None:
    """Each range is one, and long enough together with what it touches."""
    sentences = {
        Problem.BAD_DAY: _("Please choose a day of the week."),
        Problem.BAD_TIME: _("Please enter both times, such as 09:00 and 17:00."),
        Problem.TOO_SHORT: _("This is too short for your shortest session of {length}."),
    }
    length = format_minutes(shortest)
    problems = hours.check_week(week, shortest)
    _refuse({f"range-{place}": sentences[each].format(length=length) for place, each in problems.items()})


def check_day(ranges: Sequence[DayRange], shortest: int) -> None:
    """Fields are "range-<position>"."""
    if len(ranges) > MOST_RANGES_A_DAY:
        raise InvalidInputError(_("Please keep this to 10 ranges a day."))
    check_hours([WeeklyRange(0, each.starts_min, each.ends_min) for each in ranges], shortest)


def check_name(name: str) -> None:
    """Field "name"."""
    if len(name) > _MOST_NAME:
        raise InvalidInputError(fields={"name": _("Please keep this to 80 characters.")})


def check_dates(first: date, last: date, now: datetime) -> None:
    """Fields "first" and "last": in order, and about now."""
    errors = {}
    if not today(now) - _BACK <= first <= today(now) + _AHEAD:
        errors["first"] = _("Please choose a date of the next two years.")
    if last < first:
        errors["last"] = _("The last day comes after the first.")
    elif last > today(now) + _AHEAD:
        errors["last"] = _("Please choose a date of the next two years.")
    _refuse(errors)


def check_stretch(starts_at: datetime, minutes: int, now: datetime) -> None:
    """Fields "starts_at" and "minutes": whole minutes, about now, at most half a day."""
    errors = {}
    if starts_at.tzinfo is None or starts_at.second or starts_at.microsecond:
        errors["starts_at"] = _("Please choose a whole minute.")
    elif not now - _BACK <= starts_at <= now + _AHEAD:
        errors["starts_at"] = _("Please choose a date of the next two years.")
    if not 5 <= minutes <= MOST_SWITCHED:
        errors["minutes"] = _("Please choose from 5 minutes to 12 hours.")
    _refuse(errors)


def check_zone(time_zone: str) -> None:
    """Field "time_zone"."""
    if time_zone not in zone_names():
        raise InvalidInputError(fields={"time_zone": _("Please choose a time zone from the list.")})


def today(now: datetime) -> date:
    """Somewhere: limits are generous, no zone matters."""
    return now.astimezone(UTC).date()


def _refuse(errors: dict[str, str]) -> None:
    if errors:
        raise InvalidInputError(fields=errors)
