"""What letters about a payment say of its papers. Pure."""

from collections.abc import Iterable

import msgspec

from visavis.kit.letters import Letter, Way
from visavis.kit.words import _, translations
from visavis.papers.access import PaperRow

_WORDS = {
    "invoice": _("Your receipt and invoice:"),
    "confirmation": _("What your credits paid:"),
    "credit_note": _("What goes back:"),
}


def with_papers(letter: Letter, papers: Iterable[PaperRow], site: str) -> Letter:
    """The letter with a link to each paper below its button; `site` is the public address."""
    say = translations(letter.locale).gettext
    links = [Way(say(_WORDS[each.kind]), each.number, f"{site}/papers/{each.id}") for each in papers]
    return msgspec.structs.replace(letter, papers=links)
