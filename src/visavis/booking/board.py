"""What a dashboard shows: cards in sections, those that need the reader first. Pure."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

import msgspec

from visavis.booking.asked import Asked
from visavis.booking.rules import Status
from visavis.booking.views import Card, Side
from visavis.kit.words import _

Tone = Literal["", "approval", "payment", "proof", "ready"]


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """Cards of one kind. `acting`: one of them needs the reader."""

    key: str
    title: str
    tone: Tone
    nothing: str
    cards: list[Card]

    @property
    def acting(self) -> bool:
        return any(card.acting for card in self.cards)

    @property
    def starts(self) -> list[datetime]:
        """When they begin, those with a time."""
        return [card.starts_at for card in self.cards if card.starts_at]


class Board(msgspec.Struct, frozen=True, kw_only=True):
    """A whole dashboard. `asked` comes first; `waiting` counts the sessions that need the reader."""

    side: Side
    asked: list[Asked]
    sections: list[Section]
    past: list[Card]
    more: bool

    @property
    def waiting(self) -> int:
        return len(self.asked) + sum(card.acting for section in self.sections for card in section.cards)

    @property
    def empty(self) -> bool:
        """Whether nothing is open."""
        return not self.asked and not any(section.cards for section in self.sections)


class _Kind(msgspec.Struct, frozen=True, kw_only=True):
    """A section before its cards; without words for `nothing` it is there only when it has some."""

    key: str
    title: str
    tone: Tone
    nothing: str
    statuses: frozenset[Status]
    without_slot: bool | None = None  # only those that were asked for without a slot, or only the others


_CLIENT = (
    _Kind(
        key="pending",
        title=_("Pending approval"),
        tone="approval",
        nothing=_("No request waits for an answer."),
        statuses=frozenset({Status.PENDING_APPROVAL}),
        without_slot=False,
    ),
    _Kind(
        key="requests",
        title=_("Pending requests"),
        tone="approval",
        nothing="",
        statuses=frozenset({Status.PENDING_APPROVAL}),
        without_slot=True,
    ),
    _Kind(
        key="payment",
        title=_("Approved, payment required"),
        tone="payment",
        nothing=_("Nothing to pay."),
        statuses=frozenset({Status.APPROVED}),
    ),
    _Kind(
        key="submitted",
        title=_("Payment submitted"),
        tone="proof",
        nothing=_("No payment is being checked."),
        statuses=frozenset({Status.PAYMENT_SUBMITTED}),
    ),
    _Kind(
        key="confirmed",
        title=_("Confirmed, upcoming"),
        tone="ready",
        nothing=_("Sessions that are paid and certain appear here."),
        statuses=frozenset({Status.CONFIRMED, Status.IN_PROGRESS}),
    ),
)
_PRACTITIONER = (
    _Kind(
        key="pending",
        title=_("Pending approval"),
        tone="approval",
        nothing=_("No request waits for your answer."),
        statuses=frozenset({Status.PENDING_APPROVAL}),
        without_slot=False,
    ),
    _Kind(
        key="requests",
        title=_("Pending requests"),
        tone="approval",
        nothing="",
        statuses=frozenset({Status.PENDING_APPROVAL}),
        without_slot=True,
    ),
    _Kind(
        key="verify",
        title=_("Verify payment"),
        tone="payment",
        nothing=_("No payment to check."),
        statuses=frozenset({Status.PAYMENT_SUBMITTED}),
    ),
    _Kind(
        key="progress",
        title=_("In progress"),
        tone="ready",
        nothing=_("No session is on."),
        statuses=frozenset({Status.IN_PROGRESS}),
    ),
    _Kind(
        key="confirmed",
        title=_("Confirmed, upcoming"),
        tone="ready",
        nothing=_("Sessions that are paid and certain appear here."),
        statuses=frozenset({Status.CONFIRMED}),
    ),
    _Kind(
        key="payment",
        title=_("Awaiting payment"),
        tone="payment",
        nothing=_("Nobody owes you a payment."),
        statuses=frozenset({Status.APPROVED}),
    ),
)


def board(
    side: Side, asked: Sequence[Asked], shown: Sequence[Card], past: Sequence[Card], *, more: bool
) -> Board:
    """The dashboard of one side: `shown` soonest first, `past` latest first, `more`: there is more history.

    Sections that need the reader come first, then those with cards, then empty ones.
    """
    kinds = _CLIENT if side == "client" else _PRACTITIONER
    above = {each.card.id for each in asked}
    shown = [card for card in shown if card.id not in above]
    made = sorted((_section(kind, shown) for kind in kinds), key=_order)
    made = [section for section in made if section.cards or section.nothing]
    return Board(side=side, asked=list(asked), sections=made, past=list(past), more=more)


def _order(section: Section) -> int:
    return 0 if section.acting else 1 if section.cards else 2


def _section(kind: _Kind, shown: Sequence[Card]) -> Section:
    mine = sorted((card for card in shown if _belongs(card, kind)), key=lambda card: not card.acting)
    return Section(key=kind.key, title=kind.title, tone=kind.tone, nothing=kind.nothing, cards=mine)


def _belongs(card: Card, kind: _Kind) -> bool:
    return card.status in kind.statuses and kind.without_slot in (None, card.without_slot)
