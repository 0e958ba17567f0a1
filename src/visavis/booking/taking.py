"""Booking itself: taking a free slot."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from visavis.availability.access import Calendar, load_calendar
from visavis.availability.rules import Reason
from visavis.booking import queries, rules
from visavis.booking.access import Seat, load_session
from visavis.booking.errors import SlotTakenError, TimeNotOfferedError, UnconfirmedAddressError
from visavis.booking.queries import OfferRow
from visavis.kit import audit
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError, TooManyRequestsError
from visavis.kit.money import per_hour
from visavis.kit.sql import Tx
from visavis.kit.words import _
from visavis.live.actions import hint

MOST_NOTES = 2000  # characters
MOST_WAITING = 20  # requests of one client: a request holds its slot, and slots are for people
MOST_AN_HOUR = 60
_FAR = timedelta(days=400)  # no booking window is wider
_NEAR = timedelta(days=7)
_LONGEST = timedelta(days=1)  # no session with its buffers is longer
_ALTERNATIVES = 3


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What a client asks for. Never a price and never a status: those come from the database."""

    offering_id: UUID
    starts_at: datetime
    length_minutes: int
    notes: str = ""

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.length_minutes)


async def book_slot(db: Db, actor: Actor, wish: Wish, now: datetime) -> Seat:
    """Take a slot for the acting client; the practitioner's page shows it with the commit.

    Raises SlotTakenError (with the nearest free alternatives), TimeNotOfferedError, InvalidInputError,
    NotFoundError, UnconfirmedAddressError.
    """
    _check_start(wish, now)
    async with db.transaction(actor) as tx:
        offer = await queries.find_offer.one(tx, wish.offering_id)
        _check(actor, offer, wish)
        calendar = await load_calendar(tx, offer.practitioner_id, wish.starts_at, wish.ends_at)
        refused = calendar.why_not(wish.length_minutes, wish.starts_at, now)
        session_id = None if refused else await _take(tx, actor, offer, calendar, wish, now)
        if session_id is None:
            raise await _not_free(tx, offer, wish, refused or Reason.TAKEN, now)
        people = [offer.practitioner_id, actor.known_id]
        await audit.record(tx, actor, "book", ("session", session_id), people, at=now)
        await hint(tx, to=people, about=["dashboard", f"session:{session_id}"])
        return await load_session(tx, actor, session_id)


def _check_start(wish: Wish, now: datetime) -> None:
    """Before any date is computed from it: an instant with a zone, in reach of a booking window."""
    if wish.starts_at.tzinfo is None or abs(wish.starts_at - now) > _FAR:
        raise _not_offered()


def _check(actor: Actor, offer: OfferRow, wish: Wish) -> None:
    if not offer.confirmed:
        raise UnconfirmedAddressError
    if offer.waiting >= MOST_WAITING or offer.asked_lately >= MOST_AN_HOUR:
        raise TooManyRequestsError(
            _("You have asked for many sessions. Please wait for the answers, then go on."),
            headers={"retry-after": "3600"},
        )
    if offer.practitioner_id == actor.account_id:
        raise InvalidInputError(_("This is your own practice: sessions with yourself cannot be booked."))
    if wish.length_minutes not in offer.lengths_minutes:
        raise InvalidInputError(fields={"length": _("Please choose one of the offered lengths.")})
    if len(wish.notes) > MOST_NOTES:
        raise InvalidInputError(fields={"notes": _("Please keep this to 2000 characters.")})


async def _take(
    tx: Tx, actor: Actor, offer: OfferRow, calendar: Calendar, wish: Wish, now: datetime
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
    )
    return session_id


def price_of(offer: OfferRow, length_minutes: int) -> int:
    """Minor units: the fixed price, or the hourly rate for the length."""
    if offer.fixed_price_minor is not None:
        return offer.fixed_price_minor
    return per_hour(offer.rate_minor, length_minutes)


async def _not_free(
    tx: Tx, offer: OfferRow, wish: Wish, reason: Reason, now: datetime
) -> SlotTakenError | TimeNotOfferedError:
    """The refusal, with the nearest free starts of the whole booking window."""
    if reason not in (Reason.TAKEN, Reason.TOO_SOON):
        return _not_offered()
    nearest = await _nearest(tx, offer, wish, now)
    if reason is Reason.TOO_SOON:
        return SlotTakenError(_("This time is too soon now. These are the nearest free ones."), nearest)
    if await queries.own_overlap.value(tx, wish.starts_at, wish.ends_at):
        return SlotTakenError(_("You have another session at this time. These are free for you."), nearest)
    return SlotTakenError(_("Somebody has just taken this time. These are the nearest free ones."), nearest)


async def _nearest(tx: Tx, offer: OfferRow, wish: Wish, now: datetime) -> list[datetime]:
    """The nearest free starts: nearly always within days, and only then cheap to know."""
    around, ahead = wish.starts_at - _NEAR, wish.starts_at + _NEAR
    calendar = await load_calendar(tx, offer.practitioner_id, around, ahead)
    nearest = calendar.nearest_free(wish.length_minutes, wish.starts_at, now)
    if len(nearest) == _ALTERNATIVES and around <= nearest[0] and nearest[-1] + _LONGEST <= ahead:
        return nearest
    calendar = await load_calendar(tx, offer.practitioner_id, now, now + _FAR)
    return calendar.nearest_free(wish.length_minutes, wish.starts_at, now)


def _not_offered() -> TimeNotOfferedError:
    return TimeNotOfferedError(fields={"starts_at": _("Please choose one of the offered times.")})
