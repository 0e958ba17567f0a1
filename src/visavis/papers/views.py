"""Papers as rows of a list. Pure."""

from collections.abc import Iterable
from uuid import UUID

import msgspec

from visavis.kit.actor import Actor
from visavis.kit.format import format_short
from visavis.kit.words import _, say
from visavis.money.views import money
from visavis.papers.access import PaperRow, Which
from visavis.papers.sheets import printed_of

_KINDS = {"invoice": _("Invoice"), "confirmation": _("Confirmation"), "credit_note": _("Credit note")}


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A paper in a list; `amount` is empty where credits paid."""

    id: UUID
    kind: str
    number: str
    who: str
    what: str
    day: str
    amount: str
    is_invoice: bool


def listed(papers: Iterable[PaperRow], which: Which, actor: Actor) -> list[Listed]:
    """For a reader on one of the two sides: who the other one is."""
    return [_listed(each, which, actor) for each in papers]


def _listed(paper: PaperRow, which: Which, actor: Actor) -> Listed:
    it = printed_of(paper)
    amount = money(paper.gross_minor, paper.currency, actor)
    back = chr(0x2212) if paper.kind == "credit_note" else ""
    return Listed(
        id=paper.id,
        kind=say(actor, _KINDS[paper.kind]),
        number=paper.number,
        who=it.issuer.name if which == "received" else it.recipient.name,
        what=it.line.name,
        day=format_short(paper.issued_on, "d MMM y", actor.locale),
        amount=f"{back}{amount}" if paper.gross_minor else "",
        is_invoice=paper.kind == "invoice",
    )
