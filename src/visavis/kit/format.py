"""Instants, zones, lengths and money as people read them; also the filters of every template."""

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import lru_cache
from math import floor, inf
from typing import Any, ParamSpec, cast
from urllib.parse import quote

from babel import Locale, dates
from babel.numbers import format_decimal
from babel.units import format_unit
from jinja2 import pass_context
from jinja2.runtime import Context

from visavis.kit.clock import zone
from visavis.kit.money import format_money
from visavis.kit.words import _, translations

_REGIONS = {"en": "en_GB"}
_P = ParamSpec("_P")


def _remembered(make: Callable[_P, str]) -> Callable[_P, str]:
    """A page says the same few times and lengths again and again, and Babel takes its time."""
    return cast(Callable[_P, str], lru_cache(maxsize=4096)(make))


@lru_cache(maxsize=64)
def babel_locale(locale: str) -> Locale:
    """The regional form of a bare language: dates and amounts need one. Parsed once, as parsing is slow."""
    return Locale.parse(_REGIONS.get(locale, locale))


@_remembered
def format_when(instant: datetime, zone_name: str, locale: str = "en") -> str:
    """'Tue 24 Nov 2026, 18:00' on the wall clock of `zone_name`."""
    there = instant.astimezone(zone(zone_name))
    return dates.format_datetime(there, "EEE d MMM y, HH:mm", locale=babel_locale(locale))


@_remembered
def format_clock(instant: datetime, zone_name: str, locale: str = "en") -> str:
    """'18:00' on the wall clock of `zone_name`."""
    return dates.format_time(instant.astimezone(zone(zone_name)), "HH:mm", locale=babel_locale(locale))


@_remembered
def format_day(day: date | datetime, zone_name: str = "UTC", locale: str = "en") -> str:
    """'Tuesday, 24 November'."""
    local = day.astimezone(zone(zone_name)) if isinstance(day, datetime) else day
    return dates.format_date(local, "EEEE, d MMMM", locale=babel_locale(locale))


@_remembered
def format_date(instant: datetime, zone_name: str, locale: str = "en") -> str:
    """'24 Nov 2026' on the calendar of `zone_name`."""
    return dates.format_date(instant.astimezone(zone(zone_name)), "d MMM y", locale=babel_locale(locale))


@_remembered
def format_short(day: date, pattern: str, locale: str = "en") -> str:
    """A day in calendar shorthand: 'Tue' for the pattern EEE, 'Nov' for MMM."""
    return dates.format_date(day, pattern, locale=babel_locale(locale))


def format_city(zone_name: str) -> str:
    """'Sao Paulo' for America/Sao_Paulo."""
    return zone_name.rsplit("/", 1)[-1].replace("_", " ")


@_remembered
def format_zone(zone_name: str, instant: datetime, locale: str = "en") -> str:
    """'Berlin (GMT+1)': the city and what its clocks show at `instant`."""
    long = dates.get_timezone_gmt(instant.astimezone(zone(zone_name)), "long", locale=babel_locale(locale))
    short = re.sub(r":00$", "", re.sub(r"([+-])0(?=\d)", r"\1", long)).removesuffix("+0")
    return f"{format_city(zone_name)} ({short})"


def format_relative(instant: datetime, now: datetime, locale: str = "en") -> str:
    """'in 3 days', 'now', '5 minutes ago'; a script keeps it true (web/static/js/time.js)."""
    seconds = floor((instant - now).total_seconds())
    if abs(seconds) < _JUST:
        return translations(locale).gettext(_("now"))
    unit, size = next((each for each in _UNITS if abs(seconds) / each[1] >= 1.2), _UNITS[-1])
    return _format_away(round(seconds / size) * size, unit, locale)


_JUST = 5  # seconds: clocks and answers on their way differ by as much, and what is done does not lie ahead
_UNITS = dates.TIMEDELTA_UNITS
"""Names and seconds, from years to seconds."""


@_remembered
def _format_away(seconds: int, unit: Any, locale: str) -> str:
    words = babel_locale(locale)
    return dates.format_timedelta(seconds, unit, threshold=inf, add_direction=True, locale=words)


def format_countdown(instant: datetime, now: datetime, locale: str = "en") -> str:
    """'2 days 4 hours', '4 hours 12 minutes', '12 minutes': the time until `instant`, two units at most.

    A script keeps it true (web/static/js/time.js), so both round down and write alike.
    """
    minutes = max(int((instant - now).total_seconds()) // 60, 0)
    days, hours = minutes // 1440, minutes // 60 % 24
    parts = [("day", days), ("hour", hours)] if days else [("hour", hours), ("minute", minutes % 60)]
    said = [_format_length(count, unit, locale) for unit, count in parts if count]
    return " ".join(said) or _format_length(1, "minute", locale)


@_remembered
def _format_length(count: int, unit: str, locale: str) -> str:
    return format_unit(count, f"duration-{unit}", "long", locale=babel_locale(locale))


@_remembered
def format_minutes(minutes: int, locale: str = "en") -> str:
    """'50 min', '1 hr 30 min'."""
    hours, rest = divmod(minutes, 60)
    words = babel_locale(locale)
    shown = [format_unit(hours, "duration-hour", "short", locale=words)] if hours else []
    shown += [format_unit(rest, "duration-minute", "short", locale=words)] if rest or not hours else []
    return " ".join(shown)


@_remembered
def format_hours(minutes: int, locale: str = "en") -> str:
    """'1.5' for 90 minutes, '1,250' for 75,000."""
    return format_decimal(minutes / 60, "#,##0.#", locale=babel_locale(locale))


def same_clock(one: str, other: str, instant: datetime) -> bool:
    """Whether two zones show the same wall clock at `instant`."""
    return instant.astimezone(zone(one)).utcoffset() == instant.astimezone(zone(other)).utcoffset()


def _locale(context: Context) -> str:
    return str(context["actor"].locale)


def _zone(context: Context, zone_name: str | None) -> str:
    return zone_name or str(context["actor"].time_zone)


@pass_context
def _when(context: Context, instant: datetime, zone_name: str | None = None) -> str:
    return format_when(instant, _zone(context, zone_name), _locale(context))


@pass_context
def _clock(context: Context, instant: datetime, zone_name: str | None = None) -> str:
    return format_clock(instant, _zone(context, zone_name), _locale(context))


@pass_context
def _day(context: Context, day: date | datetime, zone_name: str | None = None) -> str:
    return format_day(day, _zone(context, zone_name), _locale(context))


@pass_context
def _date_of(context: Context, instant: datetime) -> str:
    return format_date(instant, _zone(context, None), _locale(context))


@pass_context
def _weekday(context: Context, day: date) -> str:
    return format_short(day, "EEE", _locale(context))


@pass_context
def _month(context: Context, day: date) -> str:
    return format_short(day, "MMM", _locale(context))


@pass_context
def _zone_label(context: Context, zone_name: str, instant: datetime) -> str:
    return format_zone(zone_name, instant, _locale(context))


@pass_context
def _relative(context: Context, instant: datetime) -> str:
    return format_relative(instant, context["now"], _locale(context))


@pass_context
def _relatives(context: Context, instants: Iterable[datetime]) -> list[str]:
    now, locale = context["now"], _locale(context)
    return [format_relative(each, now, locale) for each in instants]


@pass_context
def _countdown(context: Context, instant: datetime) -> str:
    return format_countdown(instant, context["now"], _locale(context))


@pass_context
def _minutes(context: Context, minutes: int) -> str:
    return format_minutes(minutes, _locale(context))


@pass_context
def _money(context: Context, minor: int, currency: str) -> str:
    return format_money(minor, currency, babel_locale(_locale(context)))


def mail_link(address: str) -> str:
    """The link that writes to an address (RFC 6068): what looks like a field of the letter is part of it."""
    return f"mailto:{quote(address, safe='@')}"


FILTERS: dict[str, Any] = {
    "mail_link": mail_link,
    "when": _when,  # {{ instant|when }} in the viewer's zone, {{ instant|when("Europe/London") }} in another
    "clock": _clock,
    "day": _day,
    "date_of": _date_of,  # '24 Nov 2026'
    "weekday": _weekday,  # 'Tue' of a date
    "month": _month,  # 'Nov' of a date
    "zone_label": _zone_label,  # {{ "Europe/London"|zone_label(instant) }}
    "city": format_city,  # 'London' for Europe/London
    "relative": _relative,
    "relatives": _relatives,  # of each
    "countdown": _countdown,
    "minutes": _minutes,
    "money": _money,  # {{ minor|money(currency) }}
}
