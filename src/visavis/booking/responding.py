"""Saying yes to a request: with a message, a link to meet at, and a time where it has none yet."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from visavis.availability.access import AHEAD
from visavis.booking import queries, rules
from visavis.booking.access import Seat, load_session
from visavis.booking.actions import approve_in
from visavis.booking.links import meeting_link
from visavis.booking.rescheduling import alone, load_times, move
from visavis.booking.rules import Party, Seen, Verb, WrongStateError
from visavis.booking.too_few_credits import client_hears
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import ForbiddenError, InvalidInputError
from visavis.kit.sql import Tx
from visavis.kit.words import _


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """What goes along with a yes. An empty link leaves the one there is; without a time it stays open."""

    message: str = ""
    meeting_url: str = ""
    starts_at: datetime | None = None


async def accept(
    db: Db, actor: Actor, session_id: UUID, reply: Reply, now: datetime, *, seen: Seen = None
) -> Seat:
    """The other side agrees, once; everything in the reply is there with it, or nothing is.

    Raises SlotTakenError when one of the two is not free at the agreed time, InvalidInputError,
    WrongStateError, ForbiddenError.
    """
    url = meeting_link(reply.meeting_url)
    async with client_hears(db, actor, session_id, now), db.transaction(actor) as tx:
        seat = await alone(tx, actor, session_id)
        rules.refuse_unseen(seen, seat.session.starts_at, seat.session.status)
        refused = rules.refusal(Verb.APPROVE, seat.session.facts, seat.party, now)
        if refused:
            raise refused
        if reply.starts_at is not None:
            await _agree_on_time(tx, seat, reply.starts_at, now)
        if url is not None:
            await _set_link(tx, seat, url)
        seat = await load_session(tx, actor, session_id)
        return await approve_in(tx, actor, seat, now, answer=reply.message)


async def _agree_on_time(tx: Tx, seat: Seat, starts_at: datetime, now: datetime) -> None:
    """Any time to come at which nobody of the two has another session: hours bind only those who book."""
    if seat.session.starts_at is not None or seat.party is not Party.PRACTITIONER:
        raise WrongStateError(_("It has a time already. Please propose another one instead."))
    if not now < starts_at < now + AHEAD:
        raise InvalidInputError(fields={"starts_at": _("Please choose a time within the next 400 days.")})
    length = seat.session.length_minutes
    calendar = await load_times(tx, seat, starts_at, starts_at + timedelta(minutes=length))
    await move(tx, seat, starts_at, calendar.blocked(starts_at, length), now)


async def _set_link(tx: Tx, seat: Seat, url: str) -> None:
    if seat.party is not Party.PRACTITIONER:
        raise ForbiddenError(_("The meeting link is the practitioner's to set."))
    await queries.set_meeting_url.run(tx, seat.session.id, url)
