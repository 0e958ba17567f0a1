"""Choosing a time with a practitioner."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Request, Response, get
from litestar.response import Redirect

from visavis.availability.booking_page import (
    NothingPage,
    PriceFragment,
    SlotsFragment,
    booking_page,
    load_menu,
    load_slots,
)
from visavis.availability.choices import Choice
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import NotFoundError
from visavis.kit.pages import render
from visavis.practices.access import PracticeRow


@get("/practitioners/{practitioner_id:uuid}/book", include_in_schema=False)
async def book(
    request: Request[Any, Any, Any], db: Db, actor: Actor, now: datetime, practitioner_id: UUID
) -> Response[Any]:
    """Offering, length, time, notes. Who is not signed in does that first and comes back to the choice."""
    choice = Choice.read(request.query_params)
    if "sign-in" in request.query_params and actor.account_id is None:
        back = f"/practitioners/{practitioner_id}/book{choice.query()}"
        return Redirect(f"/sign-in?{urlencode({'next': back})}", status_code=303)
    page = await booking_page(db, actor, practitioner_id, choice, now)
    if isinstance(page, NothingPage) and page.elsewhere:
        return Redirect(page.elsewhere, status_code=303)
    return render(request, page)


@get("/practitioners/{practitioner_id:uuid}/book/slots", include_in_schema=False)
async def slots(
    request: Request[Any, Any, Any], db: Db, actor: Actor, now: datetime, practitioner_id: UUID
) -> Response[Any]:
    """The live part: what is free now."""
    async with db.transaction(actor) as tx:
        menu = await load_menu(tx, actor, practitioner_id, Choice.read(request.query_params))
        if isinstance(menu, PracticeRow):
            raise NotFoundError
        view = await load_slots(tx, menu, now)
    return render(request, SlotsFragment(menu=menu, view=view))


@get("/practitioners/{practitioner_id:uuid}/book/price", include_in_schema=False)
async def price(
    request: Request[Any, Any, Any], db: Db, actor: Actor, practitioner_id: UUID
) -> Response[Any]:
    """The other live part: what it costs now. NotFoundError when this offering or length is gone."""
    choice = Choice.read(request.query_params)
    async with db.transaction(actor) as tx:
        menu = await load_menu(tx, actor, practitioner_id, choice)
    if isinstance(menu, PracticeRow) or menu.choice != choice:
        raise NotFoundError
    return render(request, PriceFragment(menu=menu))


ROUTES = [book, slots, price]
