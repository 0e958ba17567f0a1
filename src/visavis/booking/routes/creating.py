"""Making a session for a client: one page, whose choices are in its address, and one form."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post

from visavis.availability.hours import instant, utc
from visavis.booking.creating import create_session
from visavis.booking.creating_page import ADDRESS, Choice, creation_page
from visavis.booking.errors import SlotTakenError
from visavis.booking.plans import MOST_MESSAGE, MOST_NAME, Plan
from visavis.booking.routes.sides import side_of
from visavis.kit.actor import Actor
from visavis.kit.clock import zone
from visavis.kit.db import Db
from visavis.kit.errors import ConflictError, InvalidInputError, TooManyRequestsError
from visavis.kit.forms import Fields, Form, whole_in
from visavis.kit.money import parse_money
from visavis.kit.pages import go, render
from visavis.kit.words import _
from visavis.practices.access import load_own_practice

_FIELDS = ("email", "starts_at", "on", "at", "name", "minutes", "pay", "price", "credits", "message")


@get(ADDRESS, include_in_schema=False)
async def new_session(request: Request[Any, Any, Any], actor: Actor, db: Db, now: datetime) -> Response[Any]:
    """For whom, what and when."""
    side_of("practitioner", actor)
    choice = Choice.read(request.query_params)
    return render(request, await creation_page(db, actor, choice, now, Form()))


@post(ADDRESS, include_in_schema=False)
async def create(request: Request[Any, Any, Any], actor: Actor, db: Db, now: datetime) -> Response[Any]:
    """Make it. Refused with what is in the way (409) or what to change (422), with everything typed."""
    side_of("practitioner", actor)
    data = await request.form()
    choice = Choice.read(data)
    try:
        async with db.transaction(actor) as tx:
            currency = (await load_own_practice(tx, actor)).currency
        seat = await create_session(db, actor, _plan(data, choice, actor, currency), now)
    except (InvalidInputError, ConflictError, TooManyRequestsError) as refused:
        nearest = refused.alternatives if isinstance(refused, SlotTakenError) else []
        form = Form.refused({name: str(data.get(name, "")) for name in _FIELDS}, refused)
        page = await creation_page(db, actor, choice, now, form, nearest)
        return render(request, page, refused.status)
    session = seat.session
    return go(
        request, f"/sessions/{session.id}/room" if session.instant else f"/sessions/{session.id}?made=1"
    )


def _plan(data: Mapping[str, Any], choice: Choice, actor: Actor, currency: str) -> Plan:
    """What the form says; InvalidInputError with every complaint about its words at once."""
    fields, custom = Fields(data), choice.kind == "custom"
    plan = Plan(
        offering_id=_offering(choice),
        length_minutes=_whole(fields, "minutes") if custom else _whole(fields, "length"),
        client_id=choice.client_id,
        email="" if choice.client_id else fields.text("email", most=254),
        starts_at=None if choice.kind == "instant" else _start(fields, choice, actor),
        name=fields.text("name", most=MOST_NAME) if custom else "",
        price_minor=_price(fields, currency) if choice.kind != "regular" else None,
        credits=_credits(fields) if choice.kind != "regular" else None,
        message=fields.text("message", most=MOST_MESSAGE, multiline=True),
    )
    fields.check()
    return plan


def _offering(choice: Choice) -> UUID:
    try:
        return UUID(choice.offering)
    except ValueError:
        raise InvalidInputError(fields={"offering": _("Please choose what it is.")}) from None


def _whole(fields: Fields, name: str) -> int:
    text = fields.text(name, most=4)
    if not text.isdecimal():
        fields.complain(name, _("Please enter a whole number."))
    return whole_in(text)


def _price(fields: Fields, currency: str) -> int | None:
    """Minor units where an amount is to be paid, nothing where credits are; 0 where nothing is."""
    if fields.data.get("pay") != "price":
        return None if fields.data.get("pay") == "credits" else 0
    try:
        return parse_money(fields.text("price", most=20), currency, "price")
    except InvalidInputError as refused:
        fields.complain("price", refused.fields["price"])
        return 0


def _credits(fields: Fields) -> int | None:
    if fields.data.get("pay") != "credits":
        return None
    count = _whole(fields, "credits")
    if not count:
        fields.complain("credits", _("Please enter a number of credits."))
    return count


def _start(fields: Fields, choice: Choice, actor: Actor) -> datetime:
    """One of the free times; else a date and a time on the practitioner's own clock."""
    try:
        if choice.kind == "regular" and choice.time != "own":
            read = datetime.fromisoformat(fields.text("starts_at", most=40))
            return read.astimezone(UTC) if read.tzinfo else _unclear(fields, "starts_at")
        day = date.fromisoformat(fields.text("on", most=10))
        hours, _colon, minutes = fields.text("at", most=5).partition(":")
        clock = int(hours) * 60 + int(minutes)
        if not 0 <= clock < 24 * 60:
            return _unclear(fields, "on")
        return utc(instant(zone(actor.time_zone), day.toordinal(), clock))
    except (ValueError, OverflowError):
        return _unclear(fields, "on" if choice.time == "own" or choice.kind == "custom" else "starts_at")


def _unclear(fields: Fields, name: str) -> datetime:
    """Complained about; the plan is refused before anything looks at it."""
    fields.complain(name, _("Please choose a time."))
    return datetime.max.replace(tzinfo=UTC)


ROUTES = [new_session, create]
