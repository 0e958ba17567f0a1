"""What the session manager shows: cards with payment, contact, notes; totals; the filter in words. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec

from visavis.booking.filters import GROUPS, PAYMENTS, Filter, address, without
from visavis.booking.phrases import price_in
from visavis.booking.queries import SessionRow
from visavis.booking.queries.listing import NamedRow, TotalsRow
from visavis.booking.remembered_cards import cards_of
from visavis.booking.rules import Status
from visavis.booking.views import Card, Side
from visavis.kit.actor import Actor
from visavis.kit.format import format_day, format_minutes
from visavis.kit.words import _, say

STATUSES = {
    Status.PENDING_APPROVAL: _("Awaiting approval"),
    Status.APPROVED: _("Payment required"),
    Status.PAYMENT_SUBMITTED: _("Payment to verify"),
    Status.CONFIRMED: _("Confirmed"),
    Status.IN_PROGRESS: _("In progress"),
    Status.COMPLETED: _("Completed"),
    Status.DECLINED: _("Declined"),
    Status.CANCELLED: _("Cancelled"),
    Status.EXPIRED: _("Expired"),
    Status.NO_SHOW: _("Missed"),
}


class Totals(msgspec.Struct, frozen=True, kw_only=True):
    """What all sessions under a filter come to, in words; amounts one for each currency."""

    sessions: int
    hours: str
    paid: list[str]
    awaited: list[str]
    no_shows: int
    late: int


def totals_of(rows: Sequence[TotalsRow], actor: Actor) -> Totals:
    """The sum over the currencies; money is never added across them."""
    return Totals(
        sessions=sum(row.sessions for row in rows),
        hours=format_minutes(sum(row.minutes for row in rows), actor.locale),
        paid=[price_in(actor, row.paid_minor, row.currency) for row in rows if row.paid_minor],
        awaited=[price_in(actor, row.awaited_minor, row.currency) for row in rows if row.awaited_minor],
        no_shows=sum(row.no_shows for row in rows),
        late=sum(row.late for row in rows),
    )


def full_cards(
    side: Side,
    rows: Iterable[SessionRow],
    actor: Actor,
    now: datetime,
    how_to_pay: Mapping[UUID, str],
    payments: Mapping[UUID, str],
    contacts: Mapping[UUID, str],
) -> list[Card]:
    """Cards as on the dashboards, with what one manages sessions by."""
    rows = list(rows)
    return [
        msgspec.structs.replace(
            card,
            payment=say(actor, PAYMENTS[payments[row.id]]),
            contact=contacts.get(row.client_id, ""),
            notes=row.notes,
        )
        for row, card in zip(rows, cards_of(side, rows, actor, now, how_to_pay), strict=True)
    ]


class Link(msgspec.Struct, frozen=True):
    """A way to another filter."""

    words: str
    href: str
    current: bool = False


def tabs_of(wanted: Filter, actor: Actor) -> list[Link]:
    """All, open, past: with the rest of the filter kept."""
    kept = without(wanted, "status", "order")
    groups = [("", _("All")), *((key, words) for key, (words, _statuses) in GROUPS.items())]
    return [
        Link(say(actor, words), address(msgspec.structs.replace(kept, status=key)), wanted.status == key)
        for key, words in groups
    ]


def conditions_of(wanted: Filter, offerings: Iterable[NamedRow], actor: Actor) -> list[Link]:
    """Every condition in force, each with the address without it."""
    names = {row.id: row.name for row in offerings}
    shown: dict[str, str] = {
        "status": say(actor, STATUSES[Status(wanted.status)]) if wanted.status not in {"", *GROUPS} else "",
        "first": _dated(actor, _("From %(day)s"), wanted.first),
        "last": _dated(actor, _("Until %(day)s"), wanted.last),
        "person": wanted.person,
        "offering": names.get(wanted.offering, say(actor, _("One offering"))) if wanted.offering else "",
        "payment": say(actor, PAYMENTS[wanted.payment]) if wanted.payment else "",
    }
    return [Link(words, address(without(wanted, name))) for name, words in shown.items() if words]


def _dated(actor: Actor, sentence: str, day: date | None) -> str:
    return say(actor, sentence, day=f"{format_day(day, locale=actor.locale)} {day.year}") if day else ""
