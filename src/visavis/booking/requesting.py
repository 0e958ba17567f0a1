"""Asking for a session without a slot: what it is about, a free wish, and the practitioner answers."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid5

import msgspec

from visavis.booking import queries
from visavis.booking.access import Seat, load_session
from visavis.booking.inserting import NewSession, insert_session, sold
from visavis.booking.queries import OfferRow
from visavis.booking.questions import Answer
from visavis.booking.rules import Party
from visavis.booking.stepping import announce
from visavis.booking.taking import (
    MOST_NOTES,
    SeenPrice,
    check_client,
    check_price,
    check_way,
    checked_answers,
)
from visavis.booking.wishes import FreeWish, check_wish
from visavis.kit import audit
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError
from visavis.kit.sql import Tx
from visavis.kit.words import _
from visavis.practices.access import load_offerings

MOST_TOPIC = 200  # characters


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What a client asks a practitioner for. Never a price and never a status.

    Without an offering it is the first one that takes requests; without a length its shortest. The same words
    from the same `form_id` are one request, however often they are sent.
    """

    practitioner_id: UUID
    topic: str
    message: str = ""
    offering_id: UUID | None = None
    length_minutes: int | None = None
    wish: FreeWish = FreeWish()
    answers: Mapping[str, str] = {}
    seen: SeenPrice | None = None
    form_id: UUID | None = None


async def ask_session(db: Db, actor: Actor, request: Request, now: datetime) -> Seat:
    """Ask for a session, which has no time yet and holds no slot; the practitioner's page shows it at once.

    Raises InvalidInputError (answers by "answer-<key>"), PriceChangedError, NotFoundError,
    UnconfirmedError, TooManyRequestsError.
    """
    wanted = _id_of(actor, request)
    async with db.transaction(actor) as tx:
        if wanted and (there := await queries.find_session.maybe(tx, wanted)):
            return Seat(there, Party.CLIENT)
        offer = await _offer(tx, request)
        length = request.length_minutes or min(offer.lengths_minutes)
        check_client(actor, offer, length)
        answers = checked_answers(offer, request.answers, _complaints(request))
        check_wish(request.wish, actor.time_zone, now)
        check_price(offer, length, request.seen)
        made = _made(offer, actor.known_id, request, length, answers)
        session_id = await insert_session(tx, msgspec.structs.replace(made, id=wanted), now)
        if session_id is None and wanted:  # the same form, sent a moment before
            return await load_session(tx, actor, wanted)
        if session_id is None:
            raise LookupError("a session without a time is in nobody's way")
        seat = await load_session(tx, actor, session_id)
        people, details = seat.session.people, {"topic": seat.session.topic}
        event = await audit.record(tx, actor, "book", ("session", session_id), people, details, now)
        await announce(tx, event, seat.session)
        return seat


def _id_of(actor: Actor, request: Request) -> UUID | None:
    """Of these words from this form, for this person: nobody meets another's by it."""
    if request.form_id is None:
        return None
    said = msgspec.json.encode(request, order="deterministic").decode()
    return uuid5(request.form_id, f"{actor.known_id} {said}")


async def _offer(tx: Tx, request: Request) -> OfferRow:
    """What is asked for; InvalidInputError unless this practitioner takes requests for it."""
    offering_id = request.offering_id or await _first(tx, request.practitioner_id)
    offer = await queries.find_offer.maybe(tx, offering_id) if offering_id else None
    if offer is None or offer.practitioner_id != request.practitioner_id:
        raise InvalidInputError(fields={"offering": _("This is not offered any more.")})
    check_way(offer, "request")
    return offer


async def _first(tx: Tx, practitioner_id: UUID) -> UUID | None:
    offerings = await load_offerings(tx, practitioner_id)
    return next((each.id for each in offerings if each.terms.booking == "request"), None)


def _complaints(request: Request) -> dict[str, str]:
    """About its words, by field."""
    errors: dict[str, str] = {}
    if not request.topic.strip():
        errors["topic"] = _("Please say in a few words what it is about.")
    elif len(request.topic) > MOST_TOPIC:
        errors["topic"] = _("Please keep this to 200 characters.")
    if len(request.message) > MOST_NOTES:
        errors["message"] = _("Please keep this to 2000 characters.")
    return errors


def _made(
    offer: OfferRow, client_id: UUID, request: Request, length: int, answers: list[Answer]
) -> NewSession:
    return NewSession(
        sold=sold(offer, length),
        client_id=client_id,
        created_by="client",
        length_minutes=length,
        notes=request.message,
        answers=answers,
        topic=" ".join(request.topic.split()),
        wished_on=request.wish.on,
        wished_at=request.wish.at,
    )
