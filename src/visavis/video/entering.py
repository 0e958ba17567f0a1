"""The click on the way into a provider's room: a link for this person, made now, seen by nobody else.

A provider that does not answer at once leads both into the room that is built in.
"""

from datetime import datetime
from uuid import UUID

from visavis.booking.access import SessionRow, load_session
from visavis.kit import throttle
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.sql import Tx
from visavis.settings import Settings
from visavis.video.access import Call, load_call
from visavis.video.actions import arrive
from visavis.video.keeping import ROOM, RoomWanted, is_made, meet_here
from visavis.video.makers import Maker, MakerError
from visavis.video.meetings import door, meeting_now, meeting_of, person_of, where
from visavis.video.queries import rooms
from visavis.video.queries.rooms import RoomRow


async def enter(db: Db, settings: Settings, actor: Actor, session_id: UUID, now: datetime) -> str:
    """Where the browser goes: into the provider's room, or to the page of the room, for what is on it.

    The link holds a secret of this person. With the practitioner's coming the session is in progress. Raises
    NotFoundError, WrongStateError, TooManyRequestsError, SlotTakenError as `actions.join` does.
    """
    page = f"/sessions/{session_id}/room"
    await throttle.count(db, "enter a room", actor.known_id, most=5, seconds=10)
    async with db.transaction(actor) as tx:
        call = await load_call(tx, actor, session_id, now)
        room = await rooms.find_room.maybe(tx, session_id)
        if where(settings, call.seat.session, room) in ("built_in", "link"):
            return page
        # The job has not made it yet, or was never asked; without a time it opens for who comes now.
        if room is None or meeting_of(call.seat.session, now) is None:
            await ROOM.ask(tx, RoomWanted(session_id, at_door=True))
    try:
        link = await _link(door(settings, room), call, room, now)
    except MakerError as error:
        async with db.transaction(actor) as tx:
            session = (await load_session(tx, actor, session_id)).session
            await meet_here(tx, actor, session, error.trouble, now)
        return page
    async with db.transaction(actor) as tx:
        await arrive(tx, actor, await load_call(tx, actor, session_id, now), now, here=False)
    return link


async def leads_to(tx: Tx, settings: Settings, session: SessionRow) -> str:
    """The origin of the provider's room in which the two meet; empty where they meet at a link, or here."""
    room = await rooms.find_room.maybe(tx, session.id)
    if where(settings, session, room) in ("built_in", "link"):
        return ""
    return door(settings, room).goes_to


async def _link(maker: Maker, call: Call, room: RoomRow | None, now: datetime) -> str:
    """A room that is not there yet, or not at this time, is made first: twice does no harm."""
    session = call.seat.session
    meeting, made = meeting_now(session, now), room.made if room else None
    if made is None or not is_made(made, meeting):
        made = await maker.make(meeting)
    return await maker.link(made, person_of(session, call.seat.party))
