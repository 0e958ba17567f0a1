"""The questions of an offering as rows of a form: add, remove, move up. Pure."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from visavis.booking.questions import KINDS, MOST_QUESTIONS, Question

_MOST_TYPED = 4000  # characters of one field; what is longer is refused by its rule anyway


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One question as it is typed; `choices` one on a line. `fresh`: it was just added."""

    key: str
    label: str = ""
    kind: str = "text"
    required: bool = False
    choices: str = ""
    fresh: bool = False


def shown(questions: Sequence[Question]) -> list[Row]:
    """The questions that are kept."""
    return [
        Row(
            key=each.key,
            label=each.label,
            kind=each.kind,
            required=each.required,
            choices="\n".join(each.choices),
        )
        for each in questions
    ]


def typed(data: Mapping[str, Any]) -> list[Row]:
    """The rows of a form as they were sent; keys that are none of ours are made anew."""
    rows: list[Row] = []
    while len(rows) <= MOST_QUESTIONS and f"question-{len(rows)}-label" in data:
        rows.append(_row(data, f"question-{len(rows)}"))
    return rows


def _row(data: Mapping[str, Any], name: str) -> Row:
    def text(what: str) -> str:
        value = data.get(f"{name}-{what}", "")
        return value.replace("\r\n", "\n").replace("\x00", "")[:_MOST_TYPED] if isinstance(value, str) else ""

    key, kind = text("key"), text("kind")
    return Row(
        key=key if len(key) == 8 and key.isascii() and key.isalnum() else _new_key(),
        label=" ".join(text("label").split()),
        kind=kind if kind in KINDS else "text",
        required=bool(text("required")),
        choices=text("choices"),
    )


def rearranged(rows: list[Row], wish: str) -> list[Row]:
    """The rows after one of their buttons: "add", "remove-<place>" or "up-<place>"."""
    act, _, place = wish.partition("-")
    at = int(place) if place.isdecimal() and len(place) < 3 and int(place) < len(rows) else -1
    if act == "add" and len(rows) < MOST_QUESTIONS:
        return [*rows, Row(key=_new_key(), fresh=True)]
    if act == "remove" and at >= 0:
        return rows[:at] + rows[at + 1 :]
    if act == "up" and at >= 1:
        return [*rows[: at - 1], rows[at], rows[at - 1], *rows[at + 1 :]]
    return rows


def questions_of(rows: Sequence[Row]) -> list[Question]:
    """What the rows ask, to be checked by `booking.questions`."""
    return [
        Question(
            key=row.key,
            label=row.label,
            kind=row.kind,  # type: ignore[arg-type]  # one of KINDS, see `_row`
            required=row.required,
            choices=_lines(row.choices) if row.kind == "choice" else [],
        )
        for row in rows
    ]


def _lines(text: str) -> list[str]:
    return list(dict.fromkeys(line for each in text.split("\n") if (line := " ".join(each.split()))))


def _new_key() -> str:
    return secrets.token_hex(4)
