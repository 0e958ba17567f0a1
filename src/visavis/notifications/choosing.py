"""Reading the form of choices. Pure."""

from collections.abc import Mapping
from datetime import time
from typing import Any

from visavis.kit.errors import InvalidInputError
from visavis.kit.forms import number_in, typed_text
from visavis.kit.words import _
from visavis.notifications.rules import Choice
from visavis.notifications.words import GROUPS, WORDS, Words

WAYS = ("sound", "browser", "mail")


def audible() -> frozenset[str]:
    """The groups of which at least one kind has a sound."""
    kinds = [each for found in WORDS.values() for each in _each(found)]
    return frozenset(words.group for words in kinds if words.sound != "none")


def values_of(choice: Choice) -> dict[str, Any]:
    """The form's fields as they stand: "sound-requests" and the like are there when they are on."""
    on = {
        f"{way}-{group}": "yes"
        for way in WAYS
        for group in GROUPS
        if group not in getattr(choice, f"{way}_off")
    }
    return on | {
        "sound_on": "yes" if choice.sound_on else "",
        "volume": str(choice.volume),
        "quiet_from": "" if choice.quiet_from is None else f"{choice.quiet_from:%H:%M}",
        "quiet_to": "" if choice.quiet_to is None else f"{choice.quiet_to:%H:%M}",
    }


def read_choice(data: Mapping[str, Any]) -> Choice:
    """The choice that the form makes. Raises InvalidInputError with every complaint."""
    errors: dict[str, str] = {}
    quiet_from, quiet_to = (_clock(data, name, errors) for name in ("quiet_from", "quiet_to"))
    if not errors and (quiet_from is None) != (quiet_to is None):
        errors["quiet_to"] = _("Please give both ends of your quiet hours, or neither.")
    if not errors and quiet_from is not None and quiet_from == quiet_to:
        errors["quiet_to"] = _("Please let your quiet hours end at another time than they begin.")
    volume = number_in(typed_text(data, "volume"), 3)
    if volume is None or volume > 100:
        errors["volume"] = _("Please choose a volume from 0 to 100.")
    if errors or volume is None:
        raise InvalidInputError(fields=errors)
    off = {way: [group for group in GROUPS if not data.get(f"{way}-{group}")] for way in WAYS}
    return Choice(
        sound_on=bool(data.get("sound_on")),
        volume=volume,
        quiet_from=quiet_from,
        quiet_to=quiet_to,
        sound_off=[group for group in off["sound"] if group in audible()],
        browser_off=list(off["browser"]),
        mail_off=list(off["mail"]),
    )


def _clock(data: Mapping[str, Any], name: str, errors: dict[str, str]) -> time | None:
    typed = str(data.get(name, "")).strip()
    try:
        read = time.fromisoformat(typed) if typed else None
    except ValueError:
        read, typed = None, "?"
    if typed == "?" or (read is not None and read.tzinfo is not None):
        errors[name] = _("Please give a time of day such as 21:30.")
        return None
    return read


def _each(found: Words | Mapping[Any, Words]) -> list[Words]:
    return [found] if isinstance(found, Words) else list(found.values())
