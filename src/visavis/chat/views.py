"""Messages as one of the two people reads them. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec
from jinja2.filters import do_filesizeformat
from markupsafe import Markup

from visavis.booking.access import Seat
from visavis.booking.views import Card, card_of
from visavis.chat.links import linked
from visavis.chat.room_views import short, without_words
from visavis.chat.rules import EDIT_WITHIN, File, Message, Quoted, Room, may_edit
from visavis.kit.actor import Actor
from visavis.kit.clock import zone
from visavis.kit.format import format_day
from visavis.kit.words import _, say


class Attached(msgspec.Struct, frozen=True, kw_only=True):
    """A file; a picture's size in pixels keeps its place free until it is there."""

    name: str
    href: str
    is_picture: bool
    size: str
    width: int
    height: int


class Mentioned(msgspec.Struct, frozen=True, kw_only=True):
    """The beginning of a message: where it is answered, found or reported."""

    id: UUID
    number: int
    author: str
    words: str
    at: datetime | None = None


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One message. `new_day` are the words of its day, where another one begins; `first_new` is the first
    that the reader has not read; with `card` it is a session's."""

    id: UUID
    number: int
    mine: bool
    author: str
    body: Markup
    at: datetime
    day: date
    new_day: str
    first_new: bool
    edited: bool
    deleted: bool
    read: bool
    editable_until: datetime | None
    files: list[Attached]
    reply: Mentioned | None
    card: Card | None


class Lines(msgspec.Struct, frozen=True, kw_only=True):
    """Messages that follow each other; `first` is the number of the first, `latest` of the last, `version`
    the room's up to which nothing is missing; and whether there are earlier and later ones."""

    all: list[Line]
    first: int
    latest: int
    version: int
    earlier: bool
    later: bool


def lines_of(
    messages: Sequence[Message],
    room: Room,
    actor: Actor,
    now: datetime,
    seats: Mapping[UUID, Seat],
    version: int,
) -> Lines:
    """Messages in order of their numbers. `seats` are their sessions; one that is gone is left out."""
    shown = [each for each in messages if each.session_id is None or each.session_id in seats]
    lines = [_line(each, room, actor, now, seats) for each in shown]
    theirs = (
        each.number
        for each in shown
        if each.author_id == room.other.id and each.session_id is None and each.number > room.seen
    )
    mine = (each.number for each in lines if each.mine and not each.card and each.number <= room.other_seen)
    fresh, read = next(theirs, 0), max(mine, default=0)
    days = [None, *(each.day for each in lines)]
    lines = [
        msgspec.structs.replace(
            each,
            new_day=format_day_of(each.day, now, actor) if each.day != before else "",
            first_new=each.number == fresh,
            read=each.number == read,
        )
        for each, before in zip(lines, days, strict=False)
    ]
    first, latest = (messages[0].number, messages[-1].number) if messages else (0, 0)
    return Lines(
        all=lines,
        first=first,
        latest=latest,
        version=version,
        earlier=first > 1,
        later=latest < room.latest,
    )


def mentioned(message: Message, actor: Actor) -> Mentioned:
    """Its beginning."""
    return Mentioned(
        id=message.id,
        number=message.number,
        author=_author(message.author_id, message.author_name, actor),
        words=short(message.body) or without_words(len(message.files), message.deleted_at is not None, actor),
        at=message.created_at,
    )


def format_day_of(day: date, now: datetime, actor: Actor) -> str:
    """'Saturday, 21 November', with the year unless it is this one; never "today", which would grow old."""
    words = format_day(day, actor.time_zone, actor.locale)
    return words if day.year == now.astimezone(zone(actor.time_zone)).year else f"{words} {day.year}"


def session_ids(messages: Iterable[Message]) -> list[UUID]:
    """The sessions whose cards are among them."""
    return [each.session_id for each in messages if each.session_id is not None]


def _line(message: Message, room: Room, actor: Actor, now: datetime, seats: Mapping[UUID, Seat]) -> Line:
    mine = message.author_id == actor.account_id
    seat = seats.get(message.session_id) if message.session_id else None
    return Line(
        id=message.id,
        number=message.number,
        mine=mine,
        author=_author(message.author_id, message.author_name, actor),
        body=linked(message.body),
        at=message.created_at,
        day=message.created_at.astimezone(zone(actor.time_zone)).date(),
        new_day="",
        first_new=False,
        edited=message.edited_at is not None and message.deleted_at is None,
        deleted=message.deleted_at is not None,
        read=False,
        editable_until=message.created_at + EDIT_WITHIN if may_edit(message, actor.known_id, now) else None,
        files=[_attached(each, room.id) for each in message.files],
        reply=_reply(message.reply, room, actor) if message.reply else None,
        card=card_of(seat, actor, now, {}) if seat else None,
    )


def _reply(quoted: Quoted, room: Room, actor: Actor) -> Mentioned:
    return Mentioned(
        id=quoted.id,
        number=quoted.number,
        author=_author(quoted.author_id, room.other.name, actor),
        words=short(quoted.body) or without_words(quoted.files, quoted.deleted, actor),
    )


def _attached(file: File, room_id: UUID) -> Attached:
    return Attached(
        name=file.name,
        href=f"/chat/{room_id}/files/{file.id}",
        is_picture=file.is_picture,
        size=do_filesizeformat(file.bytes),
        width=file.width or 0,
        height=file.height or 0,
    )


def _author(author_id: UUID, name: str, actor: Actor) -> str:
    return say(actor, _("You")) if author_id == actor.account_id else name
