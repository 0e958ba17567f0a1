"""Why a time cannot be had, and which ones can instead."""

from datetime import datetime, timedelta

import msgspec

from visavis.availability.access import AHEAD, Calendar
from visavis.availability.nearest import load_nearest
from visavis.availability.rules import Reason
from visavis.booking import queries
from visavis.booking.errors import SlotTakenError, TimeNotOfferedError
from visavis.booking.queries import OfferRow
from visavis.kit.sql import Tx
from visavis.kit.words import _


class Time(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch of time that somebody wants; `length_minutes` from an instant on."""

    starts_at: datetime
    length_minutes: int

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.length_minutes)


def check_time(starts_at: datetime, now: datetime) -> None:
    """Before any date is computed from it: an instant with a zone, in reach of a booking window."""
    if starts_at.tzinfo is None or abs(starts_at - now) > AHEAD:
        raise not_offered()


def not_offered() -> TimeNotOfferedError:
    """Nobody was faster: this time was never one of the buttons."""
    return TimeNotOfferedError(fields={"starts_at": _("Please choose one of the offered times.")})


async def not_free(
    tx: Tx, offer: OfferRow, time: Time, reason: Reason, now: datetime, calendar: Calendar | None = None
) -> SlotTakenError | TimeNotOfferedError:
    """The refusal, with the nearest free starts of the whole window; `calendar` is as in load_nearest."""
    if reason in (Reason.TOO_FAR, Reason.OUTSIDE_HOURS, Reason.OFF_GRID):
        return not_offered()
    sentence = await _sentence(tx, offer, time, reason, now)
    place = offer.practitioner_id, offer.offering_id, time.length_minutes, time.starts_at
    return SlotTakenError(sentence, await load_nearest(tx, *place, now, calendar))


async def _sentence(tx: Tx, offer: OfferRow, time: Time, reason: Reason, now: datetime) -> str:
    if reason is Reason.TOO_SOON:
        return _("This time is too soon now. These are the nearest free ones.")
    if reason in (Reason.SWITCHED_OFF, Reason.FULL):
        return _("This time is no longer offered. These are the nearest free ones.")
    taken_by = await queries.taken_by.value(tx, offer.practitioner_id, time.starts_at, time.ends_at, now)
    if taken_by == "the client":
        return _("You have another session at this time. These are free for you.")
    if taken_by == "a hold":
        return _("Somebody is just booking this time. These are the nearest free ones.")
    return _("Somebody has just taken this time. These are the nearest free ones.")
