"""What the API takes and gives of chat."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar.datastructures import UploadFile
from msgspec import Meta

from visavis.api.shapes.bodies import Asked, Instant
from visavis.api.shapes.common import Zone
from visavis.chat import rules

_LAST = 2**63 - 1  # a bigint's
Number = Annotated[int, Meta(ge=0, le=_LAST, description="Of a message: its place in the room, without gaps")]
Version = Annotated[int, Meta(ge=0, le=_LAST, description="Of the room: counts every change in it")]
Words = Annotated[str, Meta(max_length=4100, description="Plain text of at most 4000 characters")]
Unread = Annotated[int, Meta(ge=0, le=100, description="Counted to 100")]


class ChatPerson(msgspec.Struct, frozen=True):
    """`picture` is an address, empty without one."""

    id: UUID
    name: str
    picture: str
    time_zone: Zone


class RoomLine(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    other: ChatPerson
    unread: Unread
    latest_at: Instant
    last_body: Annotated[str, Meta(description="The beginning of the last message; empty for a card")]
    last_mine: bool
    last_session_id: UUID | None
    blocked: bool


class Rooms(msgspec.Struct, frozen=True):
    rooms: list[RoomLine]


class Room(msgspec.Struct, frozen=True, kw_only=True):
    """`seen` and `other_seen`: how far each of the two has read."""

    id: UUID
    other: ChatPerson
    latest: Number
    version: Version
    seen: Number
    other_seen: Number
    blocked: Annotated[bool, Meta(description="You blocked the other person")]
    can_write: Annotated[bool, Meta(description="false while one of you blocks the other")]
    months_kept: Annotated[int | None, Meta(description="null: messages are kept for ever")]


class ChatFile(msgspec.Struct, frozen=True, kw_only=True):
    """A picture (JPEG, with its size in pixels) or a PDF; read it at `address`."""

    id: UUID
    name: str
    media_type: str
    bytes: int
    width: int | None
    height: int | None
    address: str


class Quoted(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    number: Number
    author_id: UUID
    body: Annotated[str, Meta(description="Its beginning")]
    deleted: bool


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """With `session_id` it is the card of a session, made by its author. What is deleted keeps its place."""

    id: UUID
    room_id: UUID
    number: Number
    version: Version
    author_id: UUID
    body: str
    reply: Quoted | None
    session_id: UUID | None
    files: list[ChatFile]
    created_at: Instant
    edited_at: Instant | None
    deleted_at: Instant | None


class Messages(msgspec.Struct, frozen=True):
    messages: list[Message]
    more: Annotated[bool, Meta(description="Whether there are more in the direction that was asked for")]


class NewMessage(Asked, frozen=True, kw_only=True):
    """`id` is of your making (a UUID): send the same again after a break, and it is said once."""

    id: UUID
    body: Words
    reply_to: Annotated[UUID | None, Meta(description="A message of the same room")] = None


class NewFiles(Asked, frozen=True, kw_only=True):
    """multipart/form-data: at most five JPEG, PNG or WebP pictures or PDFs, of at most 10 MB each."""

    id: UUID
    files: list[UploadFile]
    body: str = ""
    reply_to: UUID | None = None


class NewWords(Asked, frozen=True, kw_only=True):
    body: Words


class SeenUpto(Asked, frozen=True, kw_only=True):
    upto: Number


class WasNews(msgspec.Struct, frozen=True):
    news: Annotated[bool, Meta(description="Whether it had not been read before")]


class NewReport(Asked, frozen=True, kw_only=True):
    reason: Annotated[str, Meta(min_length=1, max_length=1000, description="The operator reads it")]
    message_id: Annotated[UUID | None, Meta(description="One message of theirs; null: all of it")] = None


class Kept(Asked, frozen=True, kw_only=True):
    """Of the acting practitioner's practice."""

    months: Annotated[int, Meta(ge=1, le=120, description="null: messages are kept for ever")] | None


def room_of(room: rules.Room) -> Room:
    """A room as programs see it."""
    return Room(
        id=room.id,
        other=_person(room.other),
        latest=room.latest,
        version=room.version,
        seen=room.seen,
        other_seen=room.other_seen,
        blocked=room.blocked,
        can_write=room.can_write,
        months_kept=room.months_kept,
    )


def line_of(line: rules.RoomLine) -> RoomLine:
    """A line of the list of rooms."""
    return RoomLine(
        id=line.id,
        other=_person(line.other),
        unread=line.unread,
        latest_at=line.latest_at,
        last_body=line.last_body,
        last_mine=line.last_mine,
        last_session_id=line.last_session_id,
        blocked=line.blocked,
    )


def message_of(message: rules.Message) -> Message:
    """A message as programs see it."""
    return Message(
        id=message.id,
        room_id=message.room_id,
        number=message.number,
        version=message.version,
        author_id=message.author_id,
        body=message.body,
        reply=_quoted(message.reply) if message.reply else None,
        session_id=message.session_id,
        files=[_file(message.room_id, each) for each in message.files],
        created_at=message.created_at,
        edited_at=message.edited_at,
        deleted_at=message.deleted_at,
    )


def _person(person: rules.Person) -> ChatPerson:
    return ChatPerson(person.id, person.name, person.picture, person.time_zone)


def _quoted(quoted: rules.Quoted) -> Quoted:
    number, author = quoted.number, quoted.author_id
    return Quoted(id=quoted.id, number=number, author_id=author, body=quoted.body, deleted=quoted.deleted)


def _file(room_id: UUID, file: rules.File) -> ChatFile:
    fields = msgspec.structs.asdict(file)
    return ChatFile(**fields, address=f"/api/chat/rooms/{room_id}/files/{file.id}")
