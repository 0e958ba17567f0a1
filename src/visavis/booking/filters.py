"""Which sessions somebody looks at: the filter, read from an address and written to one. Pure."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal
from urllib.parse import urlencode
from uuid import UUID

import msgspec

from visavis.booking.rules import OPEN, Status
from visavis.booking.views import Side
from visavis.kit.clock import zone
from visavis.kit.forms import id_in
from visavis.kit.words import _

Order = Literal["soonest", "latest"]
Place = tuple[datetime, UUID]
"""Where a page begins: place in the list and id of a session next to it."""

ADDRESS = "/sessions"
GROUPS = {
    "open": (_("Open"), OPEN),
    "over": (_("Past"), frozenset(Status) - OPEN),
}
"""Statuses that are asked for together."""
PAYMENTS = {
    "due": _("Payment due"),
    "checking": _("Payment being checked"),
    "paid": _("Paid"),
    "credits": _("By credits"),
    "free": _("Nothing to pay"),
    "later": _("To pay once approved"),
    "void": _("Nothing was paid"),
}
ORDERS: dict[Order, str] = {"soonest": _("Soonest first"), "latest": _("Latest first")}
MOST_NAME = 100
_FIRST_DAY, _LAST_DAY = date(1970, 1, 1), date(2199, 12, 31)


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What to show; empty means all. `first` and `last` are days on the reader's clock, both included.

    `order` is what was asked for, "" when nothing was.
    """

    side: Side
    status: str = ""
    first: date | None = None
    last: date | None = None
    person: str = ""
    offering: UUID | None = None
    payment: str = ""
    order: str = ""

    @property
    def sorted_by(self) -> Order:
        """What is open comes soonest first, everything else latest first, unless asked otherwise."""
        if self.order in ORDERS:
            return "soonest" if self.order == "soonest" else "latest"
        return "soonest" if (self.statuses or frozenset(Status)) <= OPEN else "latest"

    @property
    def statuses(self) -> frozenset[Status] | None:
        """The statuses asked for; None for every one."""
        if self.status in GROUPS:
            return GROUPS[self.status][1]
        return frozenset({Status(self.status)}) if self.status else None

    def span(self, time_zone: str) -> tuple[datetime | None, datetime | None]:
        """The instants between which sessions begin: midnight to midnight on the clock of `time_zone`."""
        end = self.last and self.last + timedelta(days=1)
        return _midnight(self.first, time_zone), _midnight(end, time_zone)


def _midnight(day: date | None, time_zone: str) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), zone(time_zone)).astimezone(UTC)


def read_filter(side: Side, asked: Mapping[str, str]) -> Filter:
    """The filter that an address asks for; what is not understood is left out."""
    status, payment, order = (asked.get(name, "") for name in ("status", "payment", "order"))
    return Filter(
        side=side,
        status=status if status in GROUPS or status in set(Status) else "",
        first=_day(asked.get("from", "")),
        last=_day(asked.get("to", "")),
        person=" ".join(asked.get("person", "").replace("\x00", "").split())[:MOST_NAME],
        offering=id_in(asked.get("offering", "")),
        payment=payment if payment in PAYMENTS else "",
        order=order if order in ORDERS else "",
    )


def _day(text: str) -> date | None:
    try:
        return min(max(date.fromisoformat(text), _FIRST_DAY), _LAST_DAY)
    except ValueError:
        return None


def address(wanted: Filter, place: str = "", path: str = ADDRESS) -> str:
    """The address that asks for this; `place` is 'after=…' or 'before=…' of another page."""
    pairs = {
        "side": wanted.side,
        "status": wanted.status,
        "from": wanted.first,
        "to": wanted.last,
        "person": wanted.person,
        "offering": wanted.offering,
        "payment": wanted.payment,
        "order": wanted.order,
    }
    query = urlencode({name: str(value) for name, value in pairs.items() if value})
    return f"{path}?{query}{'&' if place else ''}{place}"


def without(wanted: Filter, *names: str) -> Filter:
    """The same without some of its conditions."""
    empty: dict[str, Any] = {"first": None, "last": None, "offering": None}
    return msgspec.structs.replace(wanted, **{name: empty.get(name, "") for name in names})


def write_place(name: Literal["after", "before"], listed_at: datetime, session_id: UUID) -> str:
    """'after=2026-11-24T18:00:00Z~<id>': the page next to a session."""
    return urlencode({str(name): f"{listed_at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}~{session_id}"})


def read_place(text: str) -> Place | None:
    """The place that `write_place` wrote; None for anything else."""
    at, _tilde, session_id = text.partition("~")
    try:
        read = datetime.fromisoformat(at)
        instant = read.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    found = id_in(session_id)
    return (instant, found) if found and read.tzinfo else None
