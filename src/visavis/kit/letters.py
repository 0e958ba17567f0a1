"""Mail as people read it: one structure, of which text and HTML are made, so both say the same.

Subject, heading and the first line that a phone shows name nobody: they are read over shoulders.
"""

from functools import cache
from typing import NamedTuple

import msgspec
from jinja2 import Environment

from visavis.kit.templates import environment


class Fact(msgspec.Struct, frozen=True):
    """A label and what it says, a line each; the first line is the one that matters."""

    label: str
    lines: list[str]


class Way(msgspec.Struct, frozen=True):
    """Some words, and a link on others: 'You chose to be reminded.' 'Change it' → address."""

    words: str
    label: str
    link: str


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """What a mail says, in its reader's language. `small` and `papers` stand below the button, `ways` at the
    end, after the sign-off."""

    subject: str
    heading: str
    words: list[str]
    button: str
    link: str
    facts: list[Fact] = []
    small: list[str] = []
    papers: list[Way] = []
    ways: list[Way] = []
    locale: str = "en"


class Written(NamedTuple):
    """A letter as it travels."""

    subject: str
    text: str
    html: str


def write(letter: Letter) -> Written:
    """Text and HTML of a letter."""
    context = {"letter": letter}
    text = _plain().get_template("web/mail.txt").render(context)
    return Written(letter.subject, text, environment().get_template("web/mail.html").render(context))


@cache
def _plain() -> Environment:
    """The same templates, where & is & and not &amp;."""
    return environment().overlay(autoescape=False)
