"""A whole room to take away, piece by piece: as JSON for programs, as text for people."""

from collections.abc import AsyncIterator
from datetime import datetime
from textwrap import indent
from typing import Any
from uuid import UUID

import msgspec

from visavis.booking.access import load_session
from visavis.chat.access import MOST, load_messages, load_room
from visavis.chat.rules import Message, Room
from visavis.kit import throttle
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.format import format_when, format_zone
from visavis.kit.words import _, say


class Card(msgspec.Struct, frozen=True):
    """The session that a card stands for, as it is now; without `starts_at` its time is open."""

    id: UUID
    offering: str
    status: str
    starts_at: datetime | None


class Piece(msgspec.Struct, frozen=True):
    """A message, and the session when it is a card."""

    message: Message
    session: Card | None


async def begin_export(db: Db, actor: Actor, room_id: UUID) -> Room:
    """The room to export. Raises NotFoundError, TooManyRequestsError: it is much to read."""
    await throttle.count(db, "chat export", actor.known_id, most=10, seconds=600)
    return await load_room(db, actor, room_id)


async def export_json(db: Db, actor: Actor, room: Room) -> AsyncIterator[bytes]:
    """One object: `room`, `people`, and `messages` in order; instants in UTC."""
    people = [{"id": actor.account_id, "name": actor.name}, {"id": room.other.id, "name": room.other.name}]
    yield msgspec.json.encode({"room": room.id, "people": people})[:-1] + b',"messages":['
    before = b"\n"
    async for piece in _pieces(db, actor, room):
        yield before + msgspec.json.encode(_plain(piece))
        before = b",\n"
    yield b"\n]}\n"


async def export_text(db: Db, actor: Actor, room: Room) -> AsyncIterator[bytes]:
    """Who said what when, on the actor's clock. Words are set in: none can pass for another message."""
    yield f"{actor.name}, {room.other.name}\n".encode()
    yield f"{format_zone(actor.time_zone, room.created_at, actor.locale)}\n".encode()
    async for piece in _pieces(db, actor, room):
        yield _paragraph(piece, actor).encode()


async def _pieces(db: Db, actor: Actor, room: Room) -> AsyncIterator[Piece]:
    """Page by page, so that a room of any length needs little memory and no long transaction."""
    number = 0
    while some := await load_messages(db, actor, room.id, after=number, limit=MOST):
        for message in some:
            yield Piece(message, await _card(db, actor, message.session_id))
        number = some[-1].number


async def _card(db: Db, actor: Actor, session_id: UUID | None) -> Card | None:
    if session_id is None:
        return None
    async with db.transaction(actor) as tx:
        session = (await load_session(tx, actor, session_id)).session
    return Card(session.id, session.offering_name, session.status.value, session.starts_at)


def _plain(piece: Piece) -> dict[str, Any]:
    message = piece.message
    return {
        "id": message.id,
        "number": message.number,
        "author_id": message.author_id,
        "body": message.body,
        "reply_to": message.reply and message.reply.id,
        "session": piece.session,
        "files": message.files,
        "created_at": message.created_at,
        "edited_at": message.edited_at,
        "deleted_at": message.deleted_at,
    }


def _paragraph(piece: Piece, actor: Actor) -> str:
    message = piece.message
    when = format_when(message.created_at, actor.time_zone, actor.locale)
    lines = [message.body] if message.body else []
    lines += [f"[{file.name}]" for file in message.files]
    if message.deleted_at is not None:
        lines = [say(actor, _("(deleted)"))]
    if piece.session is not None:
        lines = [_session_words(piece.session, actor)]
    return f"\n{when}  {message.author_name}\n{indent(chr(10).join(lines), '    ', lambda _line: True)}\n"


def _session_words(card: Card, actor: Actor) -> str:
    if card.starts_at is None:
        return say(actor, _("(session: %(offering)s)"), offering=card.offering)
    when = format_when(card.starts_at, actor.time_zone, actor.locale)
    return say(actor, _("(session: %(offering)s, %(when)s)"), offering=card.offering, when=when)
