"""Booking: the form of the calendar ends here."""

from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import quote, urlencode
from uuid import UUID

from litestar import Request, Response, post
from litestar.response import Redirect

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


class AgainPage(Page, frozen=True, kw_only=True):
    """The booking was refused: what was wished, free times instead, and the way back to the calendar."""

    template: ClassVar[str] = "booking/again.html"
    offer: OfferRow
    wish: Wish
    price: str
    alternatives: list[datetime]
    calendar: str
    taken: bool
    form: Form


@post("/sessions", include_in_schema=False)
async def book(request: Request[Any, Any, Any], actor: Actor, db: Db, now: datetime) -> Response[Any]:
    """Take a time. Refused with free alternatives (409) or what to change (422); nothing typed is lost."""
    data = await request.form()
    wish = _wish(data)
    if actor.account_id is None:
        return await _sign_in_first(request, actor, db, wish)
    try:
        seat = await book_slot(db, actor, wish, now)
    except (SlotTakenError, InvalidInputError) as refused:
        page = await _again(db, actor, wish, refused)
        return render(request, page, refused.status)
    return go(request, f"/sessions/{seat.session.id}?booked=1")


def _wish(data: Any) -> Wish:
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


async def _sign_in_first(request: Request[Any, Any, Any], actor: Actor, db: Db, wish: Wish) -> Response[Any]:
    if by_htmx(request):  # the page keeps what was typed and says so
        raise SignInRequiredError
    async with db.transaction(actor) as tx:
        offer = await load_offer(tx, wish.offering_id)
    return Redirect(f"/sign-in?next={quote(_calendar(offer, wish), safe='')}", status_code=303)


async def _again(db: Db, actor: Actor, wish: Wish, refused: SlotTakenError | InvalidInputError) -> AgainPage:
    async with db.transaction(actor) as tx:
        offer = await load_offer(tx, wish.offering_id)
    return AgainPage(
        offer=offer,
        wish=wish,
        price=price_in(actor, price_of(offer, wish.length_minutes), offer.currency),
        alternatives=refused.alternatives if isinstance(refused, SlotTakenError) else [],
        calendar=_calendar(offer, wish),
        taken=isinstance(refused, SlotTakenError),
        form=Form.refused({"notes": wish.notes}, refused),
    )


def _calendar(offer: OfferRow, wish: Wish) -> str:
    """The booking page with the same choices."""
    chosen = {"offering": str(offer.offering_id), "length": str(wish.length_minutes)}
    return f"/practitioners/{offer.practitioner_id}/book?{urlencode(chosen)}"


ROUTES = [book]
