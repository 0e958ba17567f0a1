"""How long before a session a person may be reminded of it, in minutes. Pure."""

from visavis.kit.errors import InvalidInputError
from visavis.kit.words import _

CHOICES = {
    10_080: _("A week before"),
    2_880: _("Two days before"),
    1_440: _("A day before"),
    180: _("Three hours before"),
    60: _("An hour before"),
    15: _("A quarter of an hour before"),
}
MOST = 4


def read_choices(typed: list[str]) -> list[int]:
    """The chosen minutes, the longest first; InvalidInputError on `remind` for others, or more than four."""
    chosen = [minutes for minutes in CHOICES if str(minutes) in typed]
    if len(chosen) != len(set(typed)):
        raise InvalidInputError(fields={"remind": _("Please choose from this list.")})
    if len(chosen) > MOST:
        raise InvalidInputError(fields={"remind": _("Please choose at most four.")})
    return chosen
