"""Rooms as one of the two people reads them, and messages where they are only mentioned. Pure."""

from datetime import datetime
from uuid import UUID

import msgspec

from visavis.booking.phrases import called
from visavis.chat.rules import Room, RoomLine
from visavis.kit.actor import Actor
from visavis.kit.clock import zone
from visavis.kit.format import format_clock, format_short
from visavis.kit.words import _, say, translations

_BEGINNING = 140  # characters of a message where it is only mentioned


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A room: who the other one is, how far each has read, and whether it is shut (`shut`: by
    the viewer, "mine", or anyhow, "yes")."""

    id: UUID
    name: str
    called: str
    picture: str
    detail: str
    profile: str
    seen: int
    upto: int
    shut: str
    kept: str
    version: int


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A room in the list of rooms."""

    id: UUID
    name: str
    picture: str
    last: str
    at: datetime
    when: str
    unread: int


def place_of(room: Room, actor: Actor) -> Place:
    """The room as its page shows it."""
    is_client = room.viewer_id == room.client_id
    return Place(
        id=room.id,
        name=room.other.name,
        called=called(room.other.name),
        picture=room.other.picture,
        detail=say(actor, _("Your practitioner") if is_client else _("Your client")),
        profile=f"/practitioners/{room.practitioner_id}" if is_client else "",
        seen=room.other_seen,
        upto=room.seen,
        shut="mine" if room.blocked else "" if room.can_write else "yes",
        kept=_kept(room.months_kept, actor),
        version=room.version,
    )


def entry_of(line: RoomLine, actor: Actor, now: datetime) -> Entry:
    """A line of the list of rooms."""
    return Entry(
        id=line.id,
        name=line.other.name,
        picture=line.other.picture,
        last=_last(line, actor),
        at=line.latest_at,
        when=_when(line.latest_at, actor, now),
        unread=line.unread,
    )


def short(words: str) -> str:
    """Their beginning, in one line."""
    line = " ".join(words.split())
    return line if len(line) <= _BEGINNING else line[: _BEGINNING - 1].rstrip() + "…"


def without_words(files: int, deleted: bool, actor: Actor) -> str:
    """What stands for a message that has no words."""
    if deleted:
        return say(actor, _("This message was deleted."))
    words = translations(actor.locale).ngettext("%(num)s file", "%(num)s files", files) % {"num": files}
    return words if files else ""


def _when(at: datetime, actor: Actor, now: datetime) -> str:
    """'18:00' for today, else '24 Nov', with the year when it is another one; on the reader's clock."""
    there, today = (each.astimezone(zone(actor.time_zone)) for each in (at, now))
    if there.date() == today.date():
        return format_clock(at, actor.time_zone, actor.locale)
    return format_short(there.date(), "d MMM" if there.year == today.year else "d MMM y", actor.locale)


def _last(line: RoomLine, actor: Actor) -> str:
    if line.last_session_id is not None:
        return say(actor, _("A session"))
    if line.last_number is None:
        return ""
    words = short(line.last_body) or without_words(line.last_files, line.last_deleted, actor)
    return say(actor, _("You: %(words)s"), words=words) if line.last_mine else words


def _kept(months: int | None, actor: Actor) -> str:
    if months is None:
        return ""
    words = translations(actor.locale).ngettext(
        "Messages are kept for %(num)s month.", "Messages are kept for %(num)s months.", months
    )
    return words % {"num": months}
