"""Why a time cannot be had, and which ones can instead."""

from datetime import datetime, timedelta

import msgspec

from visavis.availability.access import load_calendar
from visavis.availability.rules import Reason
from visavis.booking import queries
from visavis.booking.errors import SlotTakenError, TimeNotOfferedError
from visavis.booking.queries import OfferRow
from visavis.kit.sql import Tx
from visavis.kit.words import _

FAR = timedelta(days=400)  # no booking window is wider
_NEAR = timedelta(days=7)
_LONGEST = timedelta(days=1)  # no session with its buffers is longer
_ALTERNATIVES = 3


class Time(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch of time that somebody wants; `length_minutes` from an instant on."""

    starts_at: datetime
    length_minutes: int

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.length_minutes)


def check_time(time: Time, now: datetime) -> None:
    """Before any date is computed from it: an instant with a zone, in reach of a booking window."""
    if time.starts_at.tzinfo is None or abs(time.starts_at - now) > FAR:
        raise not_offered()


def not_offered() -> TimeNotOfferedError:
    """Nobody was faster: this time was never one of the buttons."""
    return TimeNotOfferedError(fields={"starts_at": _("Please choose one of the offered times.")})


async def not_free(
    tx: Tx, offer: OfferRow, time: Time, reason: Reason, now: datetime
) -> SlotTakenError | TimeNotOfferedError:
    """The refusal, with the nearest free starts of the whole booking window."""
    if reason in (Reason.TOO_FAR, Reason.OUTSIDE_HOURS, Reason.OFF_GRID):
        return not_offered()
    return SlotTakenError(await _sentence(tx, offer, time, reason, now), await _nearest(tx, offer, time, now))


async def _sentence(tx: Tx, offer: OfferRow, time: Time, reason: Reason, now: datetime) -> str:
    if reason is Reason.TOO_SOON:
        return _("This time is too soon now. These are the nearest free ones.")
    if reason in (Reason.SWITCHED_OFF, Reason.FULL):
        return _("This time is no longer offered. These are the nearest free ones.")
    if await queries.own_overlap.value(tx, time.starts_at, time.ends_at):
        return _("You have another session at this time. These are free for you.")
    stretch = time.starts_at, time.ends_at
    if await queries.held_by_others_until.value(tx, offer.practitioner_id, *stretch, now):
        return _("Somebody is just booking this time. These are the nearest free ones.")
    return _("Somebody has just taken this time. These are the nearest free ones.")


async def _nearest(tx: Tx, offer: OfferRow, time: Time, now: datetime) -> list[datetime]:
    """The nearest free starts: nearly always within days, and only then cheap to know."""
    around, ahead = time.starts_at - _NEAR, time.starts_at + _NEAR
    calendar = await load_calendar(tx, offer.practitioner_id, around, ahead)
    nearest = calendar.nearest_free(time.length_minutes, time.starts_at, now, offering_id=offer.offering_id)
    if len(nearest) == _ALTERNATIVES and around <= nearest[0] and nearest[-1] + _LONGEST <= ahead:
        return nearest
    calendar = await load_calendar(tx, offer.practitioner_id, now, now + FAR)
    return calendar.nearest_free(time.length_minutes, time.starts_at, now, offering_id=offer.offering_id)
