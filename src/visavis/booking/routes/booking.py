"""Booking: the form of the calendar ends here."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import urlencode
from uuid import UUID

from litestar import Request, Response, post
from litestar.response import Redirect

from visavis.availability.booking_page import Choice
from visavis.booking.access import OfferRow, load_offer
from visavis.booking.errors import SlotTakenError
from visavis.booking.phrases import price_in
from visavis.booking.taking import Wish, book_slot, price_of
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError, SignInRequiredError
from visavis.kit.forms import Fields, Form
from visavis.kit.pages import Page, by_htmx, go, render
from visavis.kit.words import _
from visavis.practices.access import load_practice


class AgainPage(Page, frozen=True, kw_only=True):
    """The booking was refused: what was wished, free times instead, and the way back to the calendar."""

    template: ClassVar[str] = "booking/again.html"
    name: str
    offer: OfferRow
    wish: Wish
    price: str
    taken: bool
    alternatives: list[datetime]
    calendar: str
    form: Form


@post("/sessions", include_in_schema=False)
async def book(request: Request[Any, Any, Any], actor: Actor, db: Db, now: datetime) -> Response[Any]:
    """Take a time. Refused with free alternatives (409) or what to change (422); nothing typed is lost."""
    data = await request.form()
    wish = _wish(data)
    if actor.account_id is None:
        if by_htmx(request):
            raise SignInRequiredError  # the page keeps what was typed and says so
        calendar = _calendar(await _offer(db, actor, wish), data)
        return Redirect(f"/sign-in?{urlencode({'next': calendar})}", status_code=303)
    try:
        seat = await book_slot(db, actor, wish, now)
    except (SlotTakenError, InvalidInputError) as refused:
        return render(request, await _again(db, actor, wish, refused, data), refused.status)
    return go(request, f"/sessions/{seat.session.id}?booked=1")


def _wish(data: Mapping[str, Any]) -> Wish:
    """What the form asks for; InvalidInputError when it is no offering, instant and length at all."""
    fields = Fields(data)
    notes = data.get("notes", "")
    try:
        offering_id = UUID(fields.text("offering_id", most=36))
        starts_at = datetime.fromisoformat(fields.text("starts_at", most=40))
        length = int(fields.text("length", most=4))
    except ValueError:
        raise InvalidInputError(_("Please choose a time and a length in the calendar.")) from None
    if starts_at.tzinfo is None or not 0 < length <= 24 * 60:
        raise InvalidInputError(_("Please choose a time and a length in the calendar."))
    return Wish(
        offering_id=offering_id,
        starts_at=starts_at,
        length_minutes=length,
        notes=notes.replace("\r\n", "\n").strip() if isinstance(notes, str) else "",
    )


async def _offer(db: Db, actor: Actor, wish: Wish) -> OfferRow:
    async with db.transaction(actor) as tx:
        return await load_offer(tx, wish.offering_id)


async def _again(
    db: Db, actor: Actor, wish: Wish, refused: SlotTakenError | InvalidInputError, data: Mapping[str, Any]
) -> AgainPage:
    async with db.transaction(actor) as tx:
        offer = await load_offer(tx, wish.offering_id)
        practice = await load_practice(tx, actor, offer.practitioner_id)
    return AgainPage(
        name=practice.name,
        offer=offer,
        wish=wish,
        price=price_in(actor, price_of(offer, wish.length_minutes), offer.currency),
        taken=isinstance(refused, SlotTakenError),
        alternatives=refused.alternatives if isinstance(refused, SlotTakenError) else [],
        calendar=_calendar(offer, data),
        form=Form.refused({"notes": wish.notes}, refused),
    )


def _calendar(offer: OfferRow, data: Mapping[str, Any]) -> str:
    """The calendar with the same choices."""
    choice = Choice.read({**data, "offering": data.get("offering_id", "")})
    return f"/practitioners/{offer.practitioner_id}/book{choice.query()}"


ROUTES = [book]
