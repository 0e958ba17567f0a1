"""Holding a slot for a person while they fill in the form: one at a time, for five minutes."""

from datetime import datetime, timedelta
from uuid import UUID

from visavis.availability.access import load_calendar
from visavis.availability.nearest import NEAR
from visavis.availability.rules import Reason
from visavis.booking import queries
from visavis.booking.queries import HoldRow, OfferRow
from visavis.booking.refusing import Time, check_time, not_free
from visavis.booking.taking import check_client, check_way
from visavis.kit import throttle
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import SignInRequiredError
from visavis.kit.sql import Tx
from visavis.live.actions import hint

HOLD_LASTS = timedelta(minutes=5)
_QUARTER = 15 * 60
_DAY = 24 * 60 * 60


async def hold_slot(
    db: Db, actor: Actor, offering_id: UUID, starts_at: datetime, length_minutes: int, now: datetime
) -> datetime:
    """Keep a free slot for the acting client, in place of what they held before; until when.

    Asked again for the same slot, the time does not begin anew. Raises SlotTakenError (with the nearest free
    alternatives), TimeNotOfferedError, InvalidInputError, NotFoundError, TooManyRequestsError,
    UnconfirmedError, SignInRequiredError.
    """
    if actor.account_id is None:
        raise SignInRequiredError
    time = Time(starts_at=starts_at, length_minutes=length_minutes)
    check_time(starts_at, now)
    await _count(db, actor)
    async with db.transaction(actor) as tx:
        offer = await queries.find_offer.one(tx, offering_id)
        check_client(actor, offer, length_minutes)
        check_way(offer, "slots")
        calendar = await load_calendar(tx, offer.practitioner_id, starts_at - NEAR, time.ends_at + NEAR)
        if refused := calendar.why_not(length_minutes, starts_at, now, offering_id=offer.offering_id):
            raise await not_free(tx, offer, time, refused, now, calendar)
        held = await queries.own_hold.maybe(tx, now)
        if held is not None and _is_it(held, offer, time):
            return held.expires_at
        stretch = starts_at, time.ends_at, *calendar.blocked(starts_at, length_minutes)
        until = await _take(tx, offer, stretch, now)
        if until is None:
            raise await not_free(tx, offer, time, Reason.TAKEN, now)
        changed = {offer.practitioner_id} | ({held.practitioner_id} if held else set())
        await hint(
            tx,
            to=[actor.known_id],
            about=[f"hold:{starts_at:%Y-%m-%dT%H:%M:%SZ}"],
            public=[f"slots:{each}" for each in changed],
        )
        return until


async def release_hold(db: Db, actor: Actor, starts_at: datetime) -> None:
    """Let the slot go that begins then; nothing happens when it is not held (any more)."""
    async with db.transaction(actor) as tx:
        practitioner_id = await queries.release_hold.value(tx, starts_at)
        if practitioner_id is not None:
            await hint(tx, to=[], about=[], public=[f"slots:{practitioner_id}"])


async def _count(db: Db, actor: Actor) -> None:
    """Slots are for people: nobody clicks through hundreds of them, or keeps one the whole day."""
    await throttle.count(db, "hold", actor.known_id, most=60, seconds=_QUARTER)
    await throttle.count(db, "hold in a day", actor.known_id, most=150, seconds=_DAY)
    await throttle.count(db, "hold from", actor.address, most=300, seconds=_QUARTER)


def _is_it(held: HoldRow, offer: OfferRow, time: Time) -> bool:
    return (held.practitioner_id, held.starts_at, held.ends_at) == (
        offer.practitioner_id,
        time.starts_at,
        time.ends_at,
    )


async def _take(tx: Tx, offer: OfferRow, stretch: tuple[datetime, ...], now: datetime) -> datetime | None:
    """Twice, in case another tab of the same person took one in between."""
    for _attempt in range(2):
        await queries.delete_own_hold.run(tx)
        until: datetime | None = await queries.insert_hold.value(
            tx, offer.practitioner_id, *stretch, now, now + HOLD_LASTS
        )
        if until is not None:
            return until
    return None
