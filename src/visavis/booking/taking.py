"""Booking itself: taking a free slot."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import msgspec

from visavis.availability.access import Calendar, load_calendar_to_take
from visavis.availability.rules import Reason
from visavis.booking import queries, rules
from visavis.booking.access import Seat, load_session
from visavis.booking.errors import PriceChangedError, UnconfirmedAddressError
from visavis.booking.queries import OfferRow
from visavis.booking.questions import Answer, answered, questions_in
from visavis.booking.refusing import Time, check_time, not_free
from visavis.kit import audit
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError, TooManyRequestsError
from visavis.kit.money import format_money, per_hour
from visavis.kit.sql import Tx
from visavis.kit.words import _
from visavis.notifications.actions import tell

MOST_NOTES = 2000  # characters
MOST_WAITING = 20  # requests of one client: a request holds its slot, and slots are for people
MOST_AN_HOUR = 60


class SeenPrice(msgspec.Struct, frozen=True, kw_only=True):
    """What the client was shown; compared with the present price, never believed."""

    minor: int
    currency: str


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
    InvalidInputError (answers by "answer-<key>"), NotFoundError, UnconfirmedAddressError.
    """
    check_time(wish, now)
    async with db.transaction(actor) as tx:
        offer = await queries.find_offer.one(tx, wish.offering_id)
        check_client(actor, offer, wish.length_minutes)
        answers = _check_words(offer, wish)
        _check_price(offer, wish)
        calendar = await load_calendar_to_take(tx, offer.practitioner_id, wish.starts_at, wish.ends_at)
        refused = calendar.why_not(wish.length_minutes, wish.starts_at, now, offering_id=offer.offering_id)
        session_id = None if refused else await _take(tx, actor, offer, calendar, wish, answers, now)
        if session_id is None:
            raise await not_free(tx, offer, wish, refused or Reason.TAKEN, now)
        people = [offer.practitioner_id, actor.known_id]
        event = await audit.record(tx, actor, "book", ("session", session_id), people, at=now)
        about = ["dashboard", f"session:{session_id}"]
        await tell(tx, event, about=about, public=[f"slots:{offer.practitioner_id}"])
        return await load_session(tx, actor, session_id)


def check_client(actor: Actor, offer: OfferRow, length_minutes: int) -> None:
    """Whether the acting account may ask for such a session now."""
    if not offer.confirmed:
        raise UnconfirmedAddressError
    if offer.waiting >= MOST_WAITING or offer.asked_lately >= MOST_AN_HOUR:
        raise TooManyRequestsError(
            _("You have asked for many sessions. Please wait for the answers, then go on."),
            headers={"retry-after": "3600"},
        )
    if offer.practitioner_id == actor.account_id:
        raise InvalidInputError(_("This is your own practice: sessions with yourself cannot be booked."))
    if length_minutes not in offer.lengths_minutes:
        raise InvalidInputError(fields={"length": _("Please choose one of the offered lengths.")})


def _check_words(offer: OfferRow, wish: Wish) -> list[Answer]:
    """The answers to keep; every complaint about words at once."""
    errors = {"notes": _("Please keep this to 2000 characters.")} if len(wish.notes) > MOST_NOTES else {}
    try:
        answers = answered(questions_in(offer.questions), wish.answers)
    except InvalidInputError as refused:
        raise InvalidInputError(refused.message, fields=refused.fields | errors) from None
    if errors:
        raise InvalidInputError(fields=errors)
    return answers


def _check_price(offer: OfferRow, wish: Wish) -> None:
    minor, seen = price_of(offer, wish.length_minutes), wish.seen
    if seen is None or (seen.minor, seen.currency) == (minor, offer.currency):
        return
    sentence = _("It is {price} now. Nothing has been booked yet; you decide.")
    amount = format_money(minor, offer.currency)
    raise PriceChangedError(sentence.format(price=amount), minor, offer.currency)


async def _take(
    tx: Tx,
    actor: Actor,
    offer: OfferRow,
    calendar: Calendar,
    wish: Wish,
    answers: list[Answer],
    now: datetime,
) -> UUID | None:
    price = price_of(offer, wish.length_minutes)
    status = rules.first_status(offer.terms, price)
    session_id: UUID | None = await queries.insert_session.value(
        tx,
        offer.practitioner_id,
        actor.account_id,
        offer.offering_id,
        offer.name,
        rules.Party.CLIENT.value,
        status.value,
        wish.starts_at,
        wish.ends_at,
        *calendar.blocked(wish.starts_at, wish.length_minutes),
        price,
        offer.currency,
        offer.policy,
        wish.notes,
        rules.due_at(status, offer.terms, wish.starts_at, now),
        now,
        answers,
    )
    return session_id


def price_of(offer: OfferRow, length_minutes: int) -> int:
    """Minor units: the fixed price, or the hourly rate for the length."""
    if offer.fixed_price_minor is not None:
        return offer.fixed_price_minor
    return per_hour(offer.rate_minor, length_minutes)
