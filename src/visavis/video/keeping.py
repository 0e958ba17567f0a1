"""Rooms at a provider: made when a session is certain, given its new times, closed when it is over.

A provider that fails is asked again for a while. Then the two meet in the room that is built in, both hear of
it quietly, and `video_room.trouble` tells the operator why: no session waits for a room that is not there.
"""

from datetime import datetime
from uuid import UUID

import msgspec
import structlog

from visavis.booking.access import SessionRow, load_session
from visavis.booking.rules import Status
from visavis.kit import audit
from visavis.kit.actor import SYSTEM, Actor
from visavis.kit.alone import each_alone
from visavis.kit.sql import Tx
from visavis.notifications.actions import tell
from visavis.operations.jobs import Job, Work
from visavis.video.makers import Made, Maker, MakerError, Meeting, maker_of
from visavis.video.meetings import LIVE, MOST_TRIES, door, meeting_now, meeting_of, pause
from visavis.video.queries import rooms
from visavis.video.queries.rooms import RoomRow

_log = structlog.get_logger(__name__)
_MOVED_HERE = "meet_here"
_WORTH = frozenset(
    {
        "approve",
        "verify_payment",
        "take_cash",
        "agree_time",
        "reschedule",
        "invite",
        "start",
        "join_call",
        "remove_meeting_link",
    }
)
_MOST_TROUBLE = 200
_MOST_FAILED = 3


class RoomWanted(msgspec.Struct, frozen=True):
    """The session whose room is to be as it should, and how often that failed; `at_door`: somebody is there
    already, also where no time is agreed on."""

    session_id: UUID
    tries: int = 0
    at_door: bool = False


async def keep_later(tx: Tx, verb: str, session: SessionRow) -> None:
    """After the caller's transaction, the room of a session to which `verb` was done is as it should be."""
    if verb in _WORTH or (verb == "book" and session.status is Status.CONFIRMED):
        await ROOM.ask(tx, RoomWanted(session.id))


async def keep(work: Work, asked: RoomWanted) -> None:
    """Make the room, or give it the session's present times; nothing where they meet elsewhere."""
    db = work.database.handle()
    async with db.transaction(SYSTEM) as tx:
        session = (await load_session(tx, SYSTEM, asked.session_id)).session
        room = await rooms.find_room.maybe(tx, session.id)
    meeting, maker = meeting_of(session, work.now), door(work.settings, room)
    if asked.at_door and session.status in LIVE and session.meeting_url is None:
        meeting = meeting_now(session, work.now)
    if meeting is None or maker.kind == "built_in" or is_made(room.made if room else None, meeting):
        return
    try:
        made = await maker.make(meeting)
    except MakerError as error:
        async with db.transaction(SYSTEM) as tx:
            await _try_later(tx, session, asked.tries + 1, error, work.now)
        return
    async with db.transaction(SYSTEM) as tx:
        kept = await _put(tx, maker, made, session.id, work.now)
    if not kept:
        await _close(maker, made)


async def _put(tx: Tx, maker: Maker, made: Made, session_id: UUID, now: datetime) -> bool:
    """Whether they meet there; a session that has moved meanwhile is looked at once more."""
    columns = maker.kind, made.name, made.url, made.opens_at, made.closes_at
    kept = await rooms.put_room.value(tx, session_id, *columns, now) is not None
    meeting = meeting_of((await load_session(tx, SYSTEM, session_id)).session, now)
    if kept and meeting and not is_made(made, meeting):
        await ROOM.ask(tx, RoomWanted(session_id))
    return kept


def is_made(made: Made | None, meeting: Meeting) -> bool:
    """Whether a room is there, and at this time."""
    return made is not None and (made.opens_at, made.closes_at) == (meeting.opens_at, meeting.closes_at)


async def _try_later(tx: Tx, session: SessionRow, tries: int, error: MakerError, now: datetime) -> None:
    if error.lasting or tries >= MOST_TRIES:
        await meet_here(tx, SYSTEM, session, error.trouble, now)
    else:
        await ROOM.ask(tx, RoomWanted(session.id, tries), at=now + pause(tries))


async def meet_here(tx: Tx, actor: Actor, session: SessionRow, trouble: str, now: datetime) -> None:
    """From now on the two meet in the room that is built in; both hear of it, except who found out."""
    _log.warning("room not at its provider", trouble=trouble, session=str(session.id))
    if await rooms.meet_here.value(tx, session.id, now, trouble[:_MOST_TROUBLE]) is None:
        return
    event = await audit.record(tx, actor, _MOVED_HERE, ("session", session.id), session.people, at=now)
    await tell(tx, event, about=["dashboard", f"session:{session.id}", f"call:{session.id}"])


async def close_rooms(work: Work) -> None:
    """Take away the rooms in which nobody will meet any more; what fails is tried again the next time, and
    after a few of those the others wait, too: the provider may be down."""
    db, failed = work.database.handle(), 0
    async with db.transaction(SYSTEM) as tx:
        over = await rooms.to_close.all(tx, work.now)

    async def close(room: RoomRow) -> None:
        nonlocal failed
        if failed == _MOST_FAILED:
            return
        if room.made is not None and not await _close(maker_of(work.settings, room.provider), room.made):
            failed += 1
            return
        async with db.transaction(SYSTEM) as tx:
            await rooms.mark_closed.run(tx, room.session_id, work.now)

    await each_alone(over, close)


async def _close(maker: Maker, made: Made) -> bool:
    """Whether there is nothing left to do: what cannot be closed ends by itself."""
    try:
        await maker.close(made)
    except MakerError as error:
        _log.warning("room not closed", trouble=error.trouble)
        return error.lasting
    return True


ROOM = Job("video.keep_room", RoomWanted, keep)
