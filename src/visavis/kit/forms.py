"""What a person typed into a form, and what was wrong with it, so that nothing typed is lost."""

from collections.abc import Mapping
from datetime import date, time
from typing import Any
from uuid import UUID

import msgspec

from visavis.kit.errors import InvalidInputError, VisavisError


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """The state of a form to show: `values` as text and `errors` by field name, `message` for the whole."""

    values: Mapping[str, Any] = {}
    errors: Mapping[str, str] = {}
    message: str = ""

    def value(self, name: str, otherwise: Any = "") -> Any:
        """What to show in a field."""
        return self.values.get(name, otherwise)

    def error(self, name: str) -> str:
        """The sentence next to a field, empty when there is none."""
        return self.errors.get(name, "")

    @classmethod
    def refused(cls, values: Mapping[str, Any], error: VisavisError) -> "Form":
        """The same form again after a refusal, with everything that was typed."""
        return cls(values=values, errors=error.fields, message=error.message)


class Fields:
    """Reads text fields of a submitted form and gathers every complaint before refusing."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data
        self.errors: dict[str, str] = {}

    def text(self, name: str, *, most: int, required: str = "", multiline: bool = False) -> str:
        """The trimmed text of a field; `required` is the sentence shown when it is empty."""
        raw = self.data.get(name, "")
        text = (raw if isinstance(raw, str) else "").replace("\r\n", "\n").replace("\x00", "").strip()
        if not multiline:
            text = " ".join(text.split())
        if required and not text:
            self.errors[name] = required
        elif len(text) > most:
            self.errors[name] = f"Please keep this to {most} characters (it has {len(text)})."
        return text

    def complain(self, name: str, sentence: str) -> None:
        """Add a complaint about a field; the first one stays."""
        self.errors.setdefault(name, sentence)

    def check(self) -> None:
        """Raise InvalidInputError with everything that is wrong."""
        if self.errors:
            raise InvalidInputError(fields=self.errors)


def typed_text(data: Any, name: str) -> str:
    """What was typed into one field; a file where words belong is no words."""
    value = data.get(name, "")
    return value.replace("\r\n", "\n") if isinstance(value, str) else ""


def id_in(text: str) -> UUID | None:
    """The id that a text says, None where it says none."""
    try:
        return UUID(text)
    except ValueError:
        return None


def date_in(text: str) -> date | None:
    """'2026-11-24' as browsers send it; None for anything else."""
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def time_in(text: str) -> time | None:
    """'18:00' as browsers send it, seconds ignored; None for anything else."""
    try:
        return time.fromisoformat(text[:5]).replace(second=0) if text[2:3] == ":" else None
    except ValueError:
        return None


def number_in(text: str, digits: int) -> int | None:
    """The whole number that a text says with at most so many ASCII digits, None where it says none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= digits else None


def whole_in(text: str) -> int:
    """A typed whole number; 0 for anything else, which is refused with the sentence for a wrong one."""
    return number_in(text, 5) or 0
