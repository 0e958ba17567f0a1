"""Practitioners, as everybody sees them."""

from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

from litestar import get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, QueryParameter

from visavis.api.problems import problems
from visavis.api.shapes.practitioners import (
    PractitionerInFull,
    PractitionerPage,
    Slots,
    practitioner_in_full,
    practitioner_of,
)
from visavis.availability.access import load_calendar
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError
from visavis.kit.words import _
from visavis.practices.access import load_offerings, load_practice, load_published

_MOST = timedelta(days=62)
_MOST_WORK = timedelta(days=62 * 6)  # each offering with hours of its own is looked for on each of the days
_FAR = timedelta(days=400)


@get(
    "/practitioners",
    operation_id="listPractitioners",
    summary="Practitioners whom everybody can book",
    tags=["Practitioners"],
    responses=problems(),
)
async def list_all(
    db: Db,
    actor: Actor,
    page: Annotated[int, QueryParameter(ge=1, le=100_000, description="The first is 1")] = 1,
) -> PractitionerPage:
    """Verified ones first, twenty a page."""
    async with db.transaction(actor) as tx:
        rows, more = await load_published(tx, page)
    return PractitionerPage([practitioner_of(row) for row in rows], page + 1 if more else None)


@get(
    "/practitioners/{practitioner_id:uuid}",
    operation_id="readPractitioner",
    summary="One practitioner, with what is offered",
    tags=["Practitioners"],
    responses=problems(404),
)
async def read(db: Db, actor: Actor, practitioner_id: FromPath[UUID]) -> PractitionerInFull:
    """Prices are those of today; a session keeps the price that it was booked at."""
    async with db.transaction(actor) as tx:
        practice = await load_practice(tx, actor, practitioner_id)
        offerings = await load_offerings(tx, practitioner_id)
    return practitioner_in_full(practice, offerings)


@get(
    "/practitioners/{practitioner_id:uuid}/slots",
    operation_id="listSlots",
    summary="Free starts of a practitioner",
    tags=["Practitioners"],
    responses=problems(404),
)
async def slots(
    db: Db,
    actor: Actor,
    now: datetime,
    practitioner_id: FromPath[UUID],
    start: Annotated[datetime, QueryParameter(name="from", description="ISO 8601 with offset, inclusive")],
    end: Annotated[datetime, QueryParameter(name="to", description="Exclusive; at most 62 days later")],
    length: Annotated[int, QueryParameter(ge=5, le=720, description="Length of the session in minutes")],
    offering_id: Annotated[
        UUID | None, QueryParameter(description="Hours may be for some offerings only; without: for any")
    ] = None,
) -> Slots:
    """Every start that can be booked in [from, to) for a session of this length."""
    first, last = _instant("from", start, now), _instant("to", end, now)
    if not timedelta(0) < last - first <= _MOST:
        raise InvalidInputError(
            fields={"to": _("Please ask for at most 62 days, beginning before they end.")}
        )
    async with db.transaction(actor) as tx:
        calendar = await load_calendar(tx, practitioner_id, first, last)
    if len(calendar.schedule.for_any(offering_id)) * (last - first) > _MOST_WORK:
        raise InvalidInputError(
            fields={"offering_id": _("Hours differ by offering: please say which, or ask for fewer days.")}
        )
    starts = calendar.free_starts(length, first, last, now, offering_id=offering_id)
    return Slots(practitioner_id, length, starts)


def _instant(name: str, given: datetime, now: datetime) -> datetime:
    """In UTC; refused without a zone, or too far away to count from."""
    if given.tzinfo is None:
        raise InvalidInputError(fields={name: _("Please say the offset too, such as 2026-11-24T18:00:00Z.")})
    if abs(given - now) > _FAR:
        raise InvalidInputError(fields={name: _("Please choose a time within the next 400 days.")})
    return given.astimezone(UTC)


ROUTES: list[HTTPRouteHandler] = [list_all, read, slots]
