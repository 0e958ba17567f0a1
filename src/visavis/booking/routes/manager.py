"""The session manager of both sides: filters in the address, totals, cards, a page at a time, live."""

from datetime import datetime
from typing import Any, ClassVar, Literal

import msgspec
from litestar import Request, Response, get
from litestar.response import Redirect

from visavis.booking.filters import (
    ADDRESS,
    GROUPS,
    ORDERS,
    PAYMENTS,
    Filter,
    address,
    read_filter,
    read_place,
    write_place,
)
from visavis.booking.listing import Leaf, load_choices, load_contacts, load_leaf, load_payments, load_totals
from visavis.booking.manager import STATUSES, Link, Totals, conditions_of, full_cards, tabs_of, totals_of
from visavis.booking.queries.listing import NamedRow
from visavis.booking.routes.sides import own_side, side_of
from visavis.booking.rules import Status
from visavis.booking.views import Card
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.pages import Page, render
from visavis.payments.access import load_instructions

Asked = Request[Any, Any, Any]
LIST = f"{ADDRESS}/list"


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """The live part: totals and one page of cards, with ways to those before and after."""

    cards: list[Card]
    totals: Totals
    conditions: list[Link]
    everything: str
    here: str
    earlier: str
    later: str


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """What can be chosen in the filter: (value, words)."""

    statuses: list[tuple[str, str]]
    payments: list[tuple[str, str]]
    orders: list[tuple[str, str]]
    offerings: list[NamedRow]


class ManagerPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "booking/sessions.html"
    wanted: Filter
    shown: Shown
    tabs: list[Link]
    options: Options


class ManagerFragment(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "booking/sessions_alone.html"
    shown: Shown


@get(ADDRESS, include_in_schema=False)
async def manager(request: Asked, actor: Actor, db: Db, now: datetime) -> Response[Any]:
    """Sessions under a filter; an address with empty conditions leads to the one without them."""
    wanted = _wanted(request, actor)
    if any(value == "" for value in request.query_params.values()):
        return Redirect(address(wanted), status_code=303)
    shown, offerings = await _shown(request, db, actor, wanted, now)
    groups = [(key, words) for key, (words, _statuses) in GROUPS.items()]
    options = Options(
        statuses=groups + [(status.value, words) for status, words in STATUSES.items()],
        payments=list(PAYMENTS.items()),
        orders=[(key, words) for key, words in ORDERS.items()],
        offerings=offerings,
    )
    return render(
        request, ManagerPage(wanted=wanted, shown=shown, tabs=tabs_of(wanted, actor), options=options)
    )


@get(LIST, include_in_schema=False)
async def manager_list(request: Asked, actor: Actor, db: Db, now: datetime) -> Response[Any]:
    """The live part of that page."""
    shown, _offerings = await _shown(request, db, actor, _wanted(request, actor), now)
    return render(request, ManagerFragment(shown=shown))


def _wanted(request: Asked, actor: Actor) -> Filter:
    asked = request.query_params
    return read_filter(side_of(asked.get("side") or own_side(actor), actor), asked)


async def _shown(
    request: Asked, db: Db, actor: Actor, wanted: Filter, now: datetime
) -> tuple[Shown, list[NamedRow]]:
    way: Literal["after", "before"] = "before" if "before" in request.query_params else "after"
    place = read_place(request.query_params.get(way, ""))
    async with db.transaction(actor) as tx:
        leaf = await load_leaf(tx, actor, wanted, way, place)
        totals = await load_totals(tx, actor, wanted)
        offerings = await load_choices(tx, actor, wanted)
        payments = await load_payments(tx, leaf.rows)
        contacts = await load_contacts(tx, wanted, leaf.rows)
        to_pay = {row.practitioner_id for row in leaf.rows if row.status is Status.APPROVED}
        how_to_pay = await load_instructions(tx, to_pay if wanted.side == "client" else [])
    here = write_place(way, *place) if place else ""
    following, previous = _neighbours(leaf, wanted)
    later_follows = wanted.sorted_by == "soonest"
    shown = Shown(
        cards=full_cards(wanted.side, leaf.rows, actor, now, how_to_pay, payments, contacts),
        totals=totals_of(totals, actor),
        conditions=conditions_of(wanted, offerings, actor),
        everything=address(Filter(side=wanted.side, status=wanted.status if wanted.status in GROUPS else "")),
        here=address(wanted, here, LIST),
        earlier=previous if later_follows else following,
        later=following if later_follows else previous,
    )
    return shown, offerings


def _neighbours(leaf: Leaf, wanted: Filter) -> tuple[str, str]:
    """The addresses of the following and the previous page, empty where there is none."""
    following = previous = ""
    if leaf.rows and leaf.after:
        following = address(wanted, write_place("after", leaf.rows[-1].listed_at, leaf.rows[-1].id))
    if leaf.rows and leaf.before:
        previous = address(wanted, write_place("before", leaf.rows[0].listed_at, leaf.rows[0].id))
    return following, previous or (address(wanted) if leaf.before else "")


ROUTES = [manager, manager_list]
