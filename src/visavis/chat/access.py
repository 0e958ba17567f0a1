"""The only way to a room, its messages and files: as one of its two people."""

from uuid import UUID

import msgspec

from visavis.accounts.access import picture_address
from visavis.chat.queries import messages, rooms, safety
from visavis.chat.queries.messages import FileRow, MessageRow
from visavis.chat.queries.rooms import RoomLineRow, RoomRow
from visavis.chat.rules import File, Message, Person, Quoted, Room, RoomLine
from visavis.kit import throttle
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError, NotFoundError
from visavis.kit.sql import Tx
from visavis.kit.words import _

__all__ = [
    "FileRow",
    "changed_since",
    "find",
    "find_room_with",
    "is_blocked",
    "load_file",
    "load_message",
    "load_messages",
    "load_room",
    "load_room_of_session",
    "load_rooms",
    "refuse_while_blocked",
    "room_in",
]

MOST = 200  # messages at once
LAST = 2**63 - 1


async def load_rooms(db: Db, actor: Actor, most: int = 100, skip: int = 0) -> list[RoomLine]:
    """The actor's rooms, on both sides, that of the latest message first."""
    async with db.transaction(actor) as tx:
        return [_line(row, actor) for row in await rooms.rooms_of.all(tx, actor.known_id, most, skip)]


async def find_room_with(tx: Tx, actor: Actor, person_id: UUID) -> UUID | None:
    """The actor's room with somebody; None where they never had a session, or nobody is signed in."""
    if actor.account_id is None:
        return None
    found: UUID | None = await rooms.room_with.value(tx, actor.account_id, person_id)
    return found


async def load_room(db: Db, actor: Actor, room_id: UUID) -> Room:
    """The room as the actor sees it; NotFoundError for everybody but its two people."""
    async with db.transaction(actor) as tx:
        return await room_in(tx, actor, room_id)


async def load_room_of_session(db: Db, actor: Actor, session_id: UUID) -> Room:
    """The room of the two people of a session; NotFoundError for everybody else."""
    async with db.transaction(actor) as tx:
        room_id: UUID | None = await rooms.room_of_session.value(tx, session_id)
        if room_id is None:
            raise NotFoundError
        return await room_in(tx, actor, room_id)


async def room_in(tx: Tx, actor: Actor, room_id: UUID) -> Room:
    """`load_room` in an open transaction."""
    row = await rooms.find_room.one(tx, actor.known_id, room_id)
    if actor.account_id not in (row.client_id, row.practitioner_id):
        raise NotFoundError
    return _room(row, actor)


async def is_blocked(tx: Tx, one: UUID, other: UUID) -> bool:
    """Whether one of these two people blocks the other."""
    return await safety.blocker_between.value(tx, one, other) is not None


async def refuse_while_blocked(tx: Tx, asker: UUID, other: UUID) -> None:
    """Nothing new begins between two people of whom one blocks the other; the blocked one is not told which.

    Raises InvalidInputError.
    """
    blocker = await safety.blocker_between.value(tx, asker, other)
    if blocker == asker:
        raise InvalidInputError(_("You have blocked them. To meet again, unblock them in your conversation."))
    if blocker is not None:
        raise InvalidInputError(_("No new session can be arranged between you two at the moment."))


async def load_messages(
    db: Db,
    actor: Actor,
    room_id: UUID,
    *,
    after: int | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[Message]:
    """Messages of the room in order: the first ones after a number, else the last ones (before a number).

    Asked again with the last one's number, none is missed and none comes twice. At most 200 at once.
    """
    limit = min(limit, MOST)
    async with db.transaction(actor) as tx:
        await room_in(tx, actor, room_id)
        if after is not None:
            rows = await messages.after.all(tx, room_id, after, limit)
        else:
            rows = await messages.before.all(tx, room_id, LAST if before is None else before, limit)
    return [message_of(row) for row in rows]


async def load_message(tx: Tx, room_id: UUID, message_id: UUID) -> Message:
    """One message of a room that the caller has loaded; NotFoundError for another room's."""
    return message_of(await messages.find_message.one(tx, room_id, message_id))


async def changed_since(
    db: Db, actor: Actor, room_id: UUID, version: int, limit: int = MOST
) -> list[Message]:
    """What was said, edited or deleted since the room had this version, in that order; the last one's
    `version` is where to go on."""
    async with db.transaction(actor) as tx:
        await room_in(tx, actor, room_id)
        rows = await messages.changed.all(tx, room_id, version, min(limit, MOST))
    return [message_of(row) for row in rows]


async def find(
    db: Db, actor: Actor, room_id: UUID, words: str, *, before: int | None = None, limit: int = 30
) -> list[Message]:
    """Messages of the room that hold every one of these words (five at most), the latest first; none without
    a word. Raises TooManyRequestsError: it may read the whole room."""
    patterns = [_pattern(word) for word in words[:200].split()[:5]]
    await throttle.count(db, "search in chat", actor.known_id, most=60, seconds=60)
    async with db.transaction(actor) as tx:
        await room_in(tx, actor, room_id)
        if not patterns:
            return []
        rows = await messages.found.all(
            tx, room_id, patterns, LAST if before is None else before, min(limit, MOST)
        )
    return [message_of(row) for row in rows]


async def load_file(db: Db, actor: Actor, room_id: UUID, file_id: UUID) -> FileRow:
    """A file of this very room; NotFoundError for strangers and for another room's file."""
    async with db.transaction(actor) as tx:
        await room_in(tx, actor, room_id)
        return await messages.find_file.one(tx, room_id, file_id)


def message_of(row: MessageRow) -> Message:
    """The row as the rules know it."""
    fields = msgspec.structs.asdict(row) | {
        "reply": None if row.reply is None else msgspec.convert(row.reply, Quoted),
        "files": msgspec.convert(row.files, list[File]),
    }
    return Message(**fields)


def _pattern(word: str) -> str:
    for special in ("\\", "%", "_"):
        word = word.replace(special, f"\\{special}")
    return f"%{word}%"


def _person(row: RoomRow | RoomLineRow) -> Person:
    picture = picture_address(row.other_id, row.other_picture)
    return Person(row.other_id, row.other_name, picture, row.other_zone)


def _room(row: RoomRow, actor: Actor) -> Room:
    return Room(
        id=row.id,
        client_id=row.client_id,
        practitioner_id=row.practitioner_id,
        viewer_id=actor.known_id,
        other=_person(row),
        latest=row.latest,
        version=row.version,
        seen=row.seen,
        other_seen=row.other_seen,
        blocked=row.blocked,
        blocked_by_other=row.blocked_by_other,
        months_kept=row.months_kept,
        created_at=row.created_at,
    )


def _line(row: RoomLineRow, actor: Actor) -> RoomLine:
    return RoomLine(
        id=row.id,
        other=_person(row),
        blocked=row.blocked,
        unread=row.unread,
        latest_at=row.latest_at,
        last_number=row.last_number,
        last_mine=row.last_author == actor.account_id,
        last_body=row.last_body,
        last_session_id=row.last_session_id,
        last_deleted=row.last_deleted,
        last_files=row.last_files,
    )
