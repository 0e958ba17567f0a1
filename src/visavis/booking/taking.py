"""Booking itself: taking a free slot."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from visavis.accounts.errors import UnconfirmedError
from visavis.availability.access import Calendar, load_calendar_to_take
from visavis.availability.nearest import NEAR
from visavis.availability.rules import Reason
from visavis.booking import queries
from visavis.booking.access import Seat, load_session
from visavis.booking.errors import PriceChangedError
from visavis.booking.inserting import NewSession, insert_session, sold
from visavis.booking.queries import OfferRow
from visavis.booking.questions import Answer, answered, questions_in
from visavis.booking.refusing import Time, check_time, not_free
from visavis.kit import audit
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError, TooManyRequestsError
from visavis.kit.money import format_money
from visavis.kit.sql import Tx
from visavis.kit.turns import after_the_first
from visavis.kit.words import _
from visavis.notifications.actions import tell
from visavis.video.keeping import keep_later

MOST_NOTES = 2000  # characters
MOST_WAITING = 20  # requests of one client: a request holds its slot, and slots are for people
MOST_AN_HOUR = 60


class SeenPrice(msgspec.Struct, frozen=True, kw_only=True):
    """What the client was shown; compared with the present price, never believed."""

    minor: int
    currency: str
    credits: int = 0


class Wish(Time, frozen=True, kw_only=True):
    """What a client asks for. Never a price and never a status: those come from the database.

    `answers` are by the keys of the offering's questions.
    """

    offering_id: UUID
    notes: str = ""
    answers: Mapping[str, str] = {}
    seen: SeenPrice | None = None


async def book_slot(db: Db, actor: Actor, wish: Wish, now: datetime) -> Seat:
    """Take a slot for the acting client; the practitioner's page shows it with the commit.

    Raises SlotTakenError (with the nearest free alternatives), TimeNotOfferedError, PriceChangedError,
    InvalidInputError (answers by "answer-<key>"), NotFoundError, UnconfirmedError.
    """
    check_time(wish.starts_at, now)
    async with after_the_first((wish.offering_id, wish.starts_at)), db.transaction(actor) as tx:
        offer = await queries.find_offer.one(tx, wish.offering_id)
        check_client(actor, offer, wish.length_minutes)
        check_way(offer, "slots")
        too_long = (
            {"notes": _("Please keep this to 2000 characters.")} if len(wish.notes) > MOST_NOTES else {}
        )
        answers = checked_answers(offer, wish.answers, too_long)
        check_price(offer, wish.length_minutes, wish.seen)
        around = wish.starts_at - NEAR, wish.ends_at + NEAR  # what is free instead, too
        calendar = await load_calendar_to_take(tx, offer.practitioner_id, *around)
        refused = calendar.why_not(wish.length_minutes, wish.starts_at, now, offering_id=offer.offering_id)
        if refused:
            raise await not_free(tx, offer, wish, refused, now, calendar)
        session_id = await _take(tx, actor, offer, calendar, wish, answers, now)
        if session_id is None:
            raise await not_free(tx, offer, wish, Reason.TAKEN, now)
        people = [offer.practitioner_id, actor.known_id]
        event = await audit.record(tx, actor, "book", ("session", session_id), people, at=now)
        seat = await load_session(tx, actor, session_id)
        await keep_later(tx, event.verb, seat.session)
        about = ["dashboard", f"session:{session_id}"]
        await tell(tx, event, about=about, public=[f"slots:{offer.practitioner_id}"])
        return seat


def check_client(actor: Actor, offer: OfferRow, length_minutes: int) -> None:
    """Whether the acting account may ask for such a session now."""
    if not offer.confirmed:
        raise UnconfirmedError
    if offer.waiting >= MOST_WAITING or offer.asked_lately >= MOST_AN_HOUR:
        raise TooManyRequestsError(
            _("You have asked for many sessions. Please wait for the answers, then go on."),
            headers={"retry-after": "3600"},
        )
    if offer.practitioner_id == actor.account_id:
        raise InvalidInputError(_("This is your own practice: sessions with yourself cannot be booked."))
    if length_minutes not in offer.lengths_minutes:
        raise InvalidInputError(fields={"length": _("Please choose one of the offered lengths.")})


def check_way(offer: OfferRow, way: Literal["slots", "request"]) -> None:
    """Whether clients ask for this offering in this way. Raises InvalidInputError on "offering"."""
    if offer.terms.booking == way:
        return
    sentence = {
        "slots": _("You choose a time of this one in the calendar."),
        "request": _("For this one you send a request, without choosing a time."),
        "proposal": _("This one is proposed by the practitioner."),
    }[offer.terms.booking]
    raise InvalidInputError(sentence, fields={"offering": sentence})


def checked_answers(offer: OfferRow, given: Mapping[str, str], errors: Mapping[str, str]) -> list[Answer]:
    """The answers to keep; InvalidInputError with every complaint at once, `errors` among them."""
    try:
        answers = answered(questions_in(offer.questions), given)
    except InvalidInputError as refused:
        raise InvalidInputError(refused.message, fields={**errors, **refused.fields}) from None
    if errors:
        raise InvalidInputError(fields=errors)
    return answers


def check_price(offer: OfferRow, length_minutes: int, seen: SeenPrice | None) -> None:
    """PriceChangedError when the client was shown another price than the present one; None: shown none."""
    terms = sold(offer, length_minutes)
    minor, taken = terms.price_minor, terms.policy.credits_taken
    if seen is None or (seen.minor, seen.currency, seen.credits) == (minor, offer.currency, taken):
        return
    sentence = _("It is {price} now. Nothing has been booked yet; you decide.")
    amount = format_money(minor, offer.currency)
    if taken:
        sentence = _("It is paid by credits now: {price}. Nothing has been booked yet; you decide.")
        amount = str(taken)
    raise PriceChangedError(sentence.format(price=amount), minor, offer.currency, taken)


async def _take(
    tx: Tx,
    actor: Actor,
    offer: OfferRow,
    calendar: Calendar,
    wish: Wish,
    answers: list[Answer],
    now: datetime,
) -> UUID | None:
    made = NewSession(
        sold=sold(offer, wish.length_minutes),
        client_id=actor.known_id,
        created_by="client",
        length_minutes=wish.length_minutes,
        starts_at=wish.starts_at,
        blocked=calendar.blocked(wish.starts_at, wish.length_minutes),
        notes=wish.notes,
        answers=answers,
    )
    return await insert_session(tx, made, now)
