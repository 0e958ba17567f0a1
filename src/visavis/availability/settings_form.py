"""The form of how starts are offered: choices with words, and what was chosen. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from visavis.availability.rules import SlotSettings
from visavis.kit.format import format_minutes
from visavis.kit.forms import Fields, number_in
from visavis.kit.words import _, translations
from visavis.practices.rules import LENGTHS

_STEPS = (5, 10, 15, 20, 30, 45, 60, 90, 120, 240)
_BUFFERS = (0, 5, 10, 15, 20, 30, 45, 60, 90, 120)
_NOTICES = (0, 30, 60, 120, 180, 240, 480, 720, 1440, 2880, 4320, 7200, 10080, 20160, 43200)
_WINDOWS = (7, 14, 21, 30, 60, 90, 120, 180, 270, 366)
_DAY = 1440
_MOST_DIGITS = 6
_NO_WORD = _("Please choose one.")
_NO_NUMBER = _("Please enter a whole number, or nothing for no limit.")

Options = list[tuple[int, str]]


def values_of(settings: SlotSettings) -> dict[str, Any]:
    """What is kept, as the form names it; no limit is an empty field."""
    names = SlotSettings.__struct_fields__
    return {name: "" if (value := getattr(settings, name)) is None else value for name in names}


def read(data: Mapping[str, Any]) -> SlotSettings:
    """What was chosen. InvalidInputError, with a sentence for each field that says no number."""
    fields = Fields(data)
    numbers = {name: _number(fields, name) for name in SlotSettings.__struct_fields__}
    fields.check()
    return SlotSettings(**numbers)  # type: ignore[arg-type]  # None only where there may be no limit


def _number(fields: Fields, name: str) -> int | None:
    optional = name.startswith("most_")
    text = fields.text(name, most=_MOST_DIGITS)
    if optional and not text:
        return None
    number = number_in(text, _MOST_DIGITS)
    if number is None:
        fields.complain(name, _NO_NUMBER if optional else _NO_WORD)
        return None
    # SlotSettings itself refuses a step of nothing; the form says so like any other wrong choice.
    return max(1, number) if name == "step_min" else number


def options(settings: SlotSettings, offered: Iterable[int], locale: str) -> dict[str, Options]:
    """What each field proposes, the kept value always among it; `offered` are the lengths of offerings."""
    lengths = {*LENGTHS, *offered}
    plain = {
        "default_length_min": lengths,
        "step_min": _STEPS,
        "buffer_before_min": _BUFFERS,
        "buffer_after_min": _BUFFERS,
        "notice_min": _NOTICES,
        "window_days": _WINDOWS,
    }
    return {
        name: [(each, _words(name, each, locale)) for each in sorted({*values, getattr(settings, name)})]
        for name, values in plain.items()
    }


def _words(name: str, value: int, locale: str) -> str:
    say = translations(locale)
    if name == "window_days":
        return _days(value, locale)
    if value == 0:
        return say.gettext(_("None"))
    return _days(value // _DAY, locale) if value % _DAY == 0 else format_minutes(value, locale)


def _days(days: int, locale: str) -> str:
    say = translations(locale)
    if days == 366:
        return say.gettext(_("1 year"))
    if days % 7 == 0 and days <= 21:
        return say.ngettext("%(num)s week", "%(num)s weeks", days // 7) % {"num": days // 7}
    if days % 30 == 0:
        return say.ngettext("%(num)s month", "%(num)s months", days // 30) % {"num": days // 30}
    return say.ngettext("%(num)s day", "%(num)s days", days) % {"num": days}
