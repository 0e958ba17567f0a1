"""The only way to load a call: for the two people of its session, and nobody else."""

from datetime import datetime
from uuid import UUID

import msgspec

from visavis.booking.access import Seat, load_session
from visavis.booking.rules import Party
from visavis.kit.actor import Actor
from visavis.kit.errors import NotFoundError
from visavis.kit.sql import Tx
from visavis.video import rules
from visavis.video.queries import calls
from visavis.video.rules import Stay

__all__ = ["Call", "load_call", "load_going", "load_stays"]


_MOST_STAYS = 1000


class Call(msgspec.Struct, frozen=True):
    """A session whose call is open to `seat`, and when each of the two was last there."""

    seat: Seat
    stays: list[Stay]

    @property
    def other_id(self) -> UUID:
        session = self.seat.session
        return session.practitioner_id if self.seat.party is Party.CLIENT else session.client_id

    def other(self, now: datetime) -> Stay | None:
        """The other person's page in the call; None while they are not there."""
        return rules.present(self.stays, self.other_id, now)


async def load_call(tx: Tx, actor: Actor, session_id: UUID, now: datetime) -> Call:
    """The call, to be joined; NotFoundError for strangers, WrongStateError while it is closed to them."""
    seat = await _seat(tx, actor, session_id)
    refused = rules.refusal(seat.session.facts, seat.party, now)
    if refused:
        raise refused
    return Call(seat, await calls.last_stays.all(tx, session_id))


async def load_going(tx: Tx, actor: Actor, session_id: UUID, now: datetime) -> Call:
    """The call for who is in it, which ends later than joining does; raises likewise."""
    seat = await _seat(tx, actor, session_id)
    if not rules.goes_on(seat.session.facts, now):
        raise rules.refusal(seat.session.facts, seat.party, now) or NotFoundError
    return Call(seat, await calls.last_stays.all(tx, session_id))


async def load_stays(tx: Tx, session_id: UUID) -> list[Stay]:
    """Who was in the call of a session, first come first; only for its two people. Of many, the latest."""
    return await calls.stays_of.all(tx, session_id, _MOST_STAYS)


async def _seat(tx: Tx, actor: Actor, session_id: UUID) -> Seat:
    seat = await load_session(tx, actor, session_id)
    if seat.party is Party.SYSTEM:
        raise NotFoundError
    return seat
