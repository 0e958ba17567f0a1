"""A payment that came after the deadline takes the session's time again, if it is still free."""

from datetime import datetime

import asyncpg
import msgspec

from visavis.availability.access import load_calendar_to_take
from visavis.booking import queries
from visavis.booking.access import Seat, load_session
from visavis.booking.rules import Status, Verb, WrongStateError
from visavis.booking.stepping import Told, advance
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.sql import Tx


async def retake(db: Db, system: Actor, seat: Seat, now: datetime) -> bool:
    """The session that lapsed is certain after all; False when its time is gone, or is offered no more.

    Inside the caller's transaction: what was tried in vain leaves nothing.
    """
    session = seat.session
    told = Told(Verb.PAY_BY_CARD.value, {"after_deadline": True}, moved=True)
    try:
        async with db.transaction(system) as tx:
            await queries.lock_calendars.value(tx, session.practitioner_id, session.client_id)
            seat = await load_session(tx, system, session.id)
            if seat.session.status is not Status.EXPIRED or not await _is_free(tx, seat, now):
                return False
            await advance(tx, system, seat, Verb.PAY_BY_CARD, now, told=told)
            return True
    except (asyncpg.ExclusionViolationError, WrongStateError):
        return False


async def _is_free(tx: Tx, seat: Seat, now: datetime) -> bool:
    """As for anybody who would book it now, but without notice: it was booked long ago."""
    session = seat.session
    if session.starts_at is None or session.ends_at is None or session.created_by == "practitioner":
        return True
    calendar = await load_calendar_to_take(tx, session.practitioner_id, session.starts_at, session.ends_at)
    settings = msgspec.structs.replace(calendar.settings, notice_min=0)
    calendar = msgspec.structs.replace(calendar, settings=settings)
    reason = calendar.why_not(session.length_minutes, session.starts_at, now, offering_id=session.offering_id)
    return reason is None
