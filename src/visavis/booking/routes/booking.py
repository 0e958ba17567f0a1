"""Booking: the form of the calendar ends here."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Request, Response, post
from litestar.response import Redirect

from visavis.availability.booking_page import BookPage, NothingPage, booking_page
from visavis.availability.choices import Choice
from visavis.booking.access import OfferRow, load_offer
from visavis.booking.card_words import payable_by_card
from visavis.booking.errors import PriceChangedError, SlotTakenError
from visavis.booking.taking import SeenPrice, Wish, book_slot
from visavis.credits.errors import NotEnoughCreditsError
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError, SignInRequiredError, VisavisError
from visavis.kit.forms import Fields, Form, typed_text
from visavis.kit.pages import by_htmx, go, render
from visavis.kit.words import _

ANSWER = "answer-"
"""What the names of answers begin with in a form."""
MOST_ANSWERS = 50  # more than any offering asks


@post("/sessions", include_in_schema=False)
async def book(request: Request[Any, Any, Any], actor: Actor, db: Db, now: datetime) -> Response[Any]:
    """Take a time. Refused with free alternatives or another price (409) or what to change (422), on the same
    page with everything that was typed."""
    data = await request.form()
    wish = _wish(data)
    if actor.account_id is None:
        if by_htmx(request):
            raise SignInRequiredError  # the page keeps what was typed and says so
        return Redirect(
            f"/sign-in?{urlencode({'next': await _back(db, actor, wish, data)})}", status_code=303
        )
    try:
        seat = await book_slot(db, actor, wish, now)
    except (SlotTakenError, PriceChangedError, NotEnoughCreditsError, InvalidInputError) as refused:
        return render(request, await _again(db, actor, wish, refused, data, now), refused.status)
    to_pay = payable_by_card(seat.session, seat.party, now)
    return go(request, f"/sessions/{seat.session.id}{'/card' if to_pay else '?booked=1'}")


def _wish(data: Mapping[str, Any]) -> Wish:
    """What the form asks for; InvalidInputError when it is no offering, instant and length at all."""
    fields = Fields(data)
    try:
        offering_id = UUID(fields.text("offering_id", most=36))
        starts_at = datetime.fromisoformat(fields.text("starts_at", most=40))
        length = int(fields.text("length", most=4))
    except ValueError:
        raise InvalidInputError(_("Please choose a time and a length in the calendar.")) from None
    if starts_at.tzinfo is None or not 0 < length <= 24 * 60:
        raise InvalidInputError(_("Please choose a time and a length in the calendar."))
    answers = [name for name in data if name.startswith(ANSWER)][:MOST_ANSWERS]
    return Wish(
        offering_id=offering_id,
        starts_at=starts_at,
        length_minutes=length,
        notes=typed_text(data, "notes").strip(),
        answers={name.removeprefix(ANSWER): typed_text(data, name).strip() for name in answers},
        seen=seen_price(typed_text(data, "seen_price").strip()),
    )


def seen_price(text: str) -> SeenPrice | None:
    """The price on the button that was pressed, '8000 GBP', or '0 GBP 2' for two credits; a form that
    does not say is not compared."""
    found = re.fullmatch(r"([0-9]{1,9}) ([A-Z]{3})(?: ([0-9]{1,4}))?", text)
    return SeenPrice(minor=int(found[1]), currency=found[2], credits=int(found[3] or 0)) if found else None


async def _back(db: Db, actor: Actor, wish: Wish, data: Mapping[str, Any]) -> str:
    """The calendar with the same choices."""
    async with db.transaction(actor) as tx:
        offer = await load_offer(tx, wish.offering_id)
    return f"/practitioners/{offer.practitioner_id}/book{_choice(data).query()}"


async def _again(
    db: Db, actor: Actor, wish: Wish, refused: VisavisError, data: Mapping[str, Any], now: datetime
) -> BookPage | NothingPage:
    async with db.transaction(actor) as tx:
        offer: OfferRow = await load_offer(tx, wish.offering_id)
    typed = {"notes": wish.notes} | {f"{ANSWER}{key}": text for key, text in wish.answers.items()}
    form = Form.refused(typed, refused)
    more = refused.get_more if isinstance(refused, NotEnoughCreditsError) else ""
    return await booking_page(db, actor, offer.practitioner_id, _choice(data), now, form, more)


def _choice(data: Mapping[str, Any]) -> Choice:
    return Choice.read({**data, "offering": data.get("offering_id", "")})


ROUTES = [book]
