"""Free starts as a person reads them: by day and part of day, on the viewer's own wall clock. Pure."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import msgspec
from babel import dates
from markupsafe import Markup

from visavis.kit.format import babel_locale, format_day
from visavis.kit.words import _, translations

_PARTS = ((5, _("Night")), (12, _("Morning")), (17, _("Afternoon")), (24, _("Evening")))
"""Each part of the day ends before this hour."""


class Slot(msgspec.Struct, frozen=True):
    """One start: `value` is sent, `words` stand on the button, `label` is read aloud."""

    value: str
    words: str
    label: str

    @property
    def key(self) -> str:
        """For the ids of its elements."""
        return self.value.replace("-", "").replace(":", "")


class Part(msgspec.Struct, frozen=True):
    """A part of a day with free starts."""

    label: str
    slots: list[Slot]


class Day(msgspec.Struct, frozen=True):
    """A date of the viewer; without parts when nothing is free."""

    date: date
    label: str
    parts: list[Part]


class Clocks(msgspec.Struct, frozen=True):
    """Whose wall clocks are shown: the viewer's, and the practitioner's where it differs."""

    here: ZoneInfo
    there: ZoneInfo
    locale: str = "en"


def parts_of(starts: Iterable[datetime], clocks: Clocks) -> list[Part]:
    """The ascending starts of one date of the viewer, by part of the day."""
    say = translations(clocks.locale).gettext
    found: dict[str, list[Slot]] = {}
    for start in starts:
        hour = start.astimezone(clocks.here).hour
        part = next(name for before, name in _PARTS if hour < before)
        found.setdefault(part, []).append(slot(start, clocks))
    return [Part(say(name), slots) for name, slots in found.items()]


def by_day(starts: Iterable[datetime], clocks: Clocks, first: date, count: int) -> list[Day]:
    """`count` dates from `first` on without gaps, each with its ascending `starts`."""
    found: dict[date, dict[str, list[Slot]]] = {}
    for start in starts:
        here = start.astimezone(clocks.here)
        part = next(name for before, name in _PARTS if here.hour < before)
        parts = found.setdefault(here.date(), {})
        parts.setdefault(part, []).append(slot(start, clocks))
    say = translations(clocks.locale).gettext
    return [
        Day(
            day,
            day_name(day, clocks.locale),
            [Part(say(name), slots) for name, slots in parts.items()],
        )
        for day in (first + timedelta(days=n) for n in range(count))
        for parts in [found.get(day, {})]
    ]


def slot(start: datetime, clocks: Clocks) -> Slot:
    """One start in words; the second of two equal wall times names its offset."""
    here, there = start.astimezone(clocks.here), start.astimezone(clocks.there)
    words = clock(here.hour, here.minute, clocks.locale)
    if here.fold:
        words = f"{words} {dates.get_timezone_gmt(here, 'short', locale=babel_locale(clocks.locale))}"
    label = f"{day_name(here.date(), clocks.locale)}, {words}"
    if here.utcoffset() != there.utcoffset():
        theirs = clock(there.hour, there.minute, clocks.locale)
        if here.date() != there.date():
            theirs = f"{short_day(there.date(), clocks.locale)} {theirs}"
        label = f"{label} ({theirs})"
        words = two_clocks(words, theirs)
    return Slot(f"{start:%Y-%m-%dT%H:%M:%SZ}", words, label)


@lru_cache(maxsize=1 << 12)
def two_clocks(words: str, theirs: str) -> Markup:
    """The viewer's time, with the other's small beside it."""
    return Markup("{}<small>{}</small>").format(words, theirs)


@lru_cache(maxsize=1 << 12)
def day_name(day: date, locale: str) -> str:
    """'Tuesday, 24 November'."""
    return format_day(day, locale=locale)


@lru_cache(maxsize=1 << 12)
def short_day(day: date, locale: str) -> str:
    """'Tue'."""
    return dates.format_date(day, "EEE", locale=babel_locale(locale))


@lru_cache(maxsize=1 << 12)
def clock(hour: int, minute: int, locale: str) -> str:
    """'18:00'."""
    return dates.format_time(time(hour, minute), "HH:mm", locale=babel_locale(locale))
