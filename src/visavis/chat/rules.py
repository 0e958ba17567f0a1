"""What may be said, changed and taken back in a room, by whom and when. Pure."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from visavis.chat.errors import BlockedError, EditTooLateError, MessageGoneError
from visavis.kit.errors import ForbiddenError, InvalidInputError, VisavisError
from visavis.kit.words import _

EDIT_WITHIN = timedelta(minutes=5)
KEEP_BEFORE = timedelta(days=7)
"""For so long a report still shows what was said before it was changed or taken back."""
KEEP_REPORTS = timedelta(days=180)  # from their settlement on
MOST_CHARACTERS = 4000
MOST_FILES = 5
MOST_FILE_BYTES = 10 * 1024 * 1024
MOST_BYTES_A_DAY = 200 * 1024 * 1024  # of files, sent by one account; the database takes a little more
MOST_REASON = 1000
MOST_MONTHS = 120
MOST_NAME = 120  # characters of a file's name


class Upload(msgspec.Struct, frozen=True):
    """A file as it was sent: nothing of it is believed yet."""

    name: str
    data: bytes


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wants to say; `reply_to` is a message of the same room."""

    body: str = ""
    reply_to: UUID | None = None
    files: Sequence[Upload] = ()


class File(msgspec.Struct, frozen=True):
    """A file of a message: a picture as our own JPEG (with its size in pixels), or a PDF as it came."""

    id: UUID
    name: str
    media_type: str
    bytes: int
    width: int | None
    height: int | None

    @property
    def is_picture(self) -> bool:
        return self.media_type.startswith("image/")


class Quoted(msgspec.Struct, frozen=True):
    """The message that another one answers; `body` is its beginning, empty when it was deleted."""

    id: UUID
    number: int
    author_id: UUID
    body: str
    deleted: bool
    files: int


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """What was said. `number` is its place in the room, without gaps; `version` is the room's when it was
    last changed. With `session_id` it is the card of a session, which its author made, and has no words. A
    deleted message keeps its place and nothing else."""

    id: UUID
    room_id: UUID
    number: int
    version: int
    author_id: UUID
    author_name: str
    body: str
    reply: Quoted | None
    session_id: UUID | None
    created_at: datetime
    edited_at: datetime | None
    deleted_at: datetime | None
    files: list[File]


class Person(msgspec.Struct, frozen=True):
    """The other one in a room; `picture` is the address of their picture, empty without one."""

    id: UUID
    name: str
    picture: str
    time_zone: str


class Room(msgspec.Struct, frozen=True, kw_only=True):
    """A room as one of its two people sees it. `seen` and `other_seen` are the numbers up to which each has
    read; `blocked` says that the viewer blocked the other, `blocked_by_other` the reverse."""

    id: UUID
    client_id: UUID
    practitioner_id: UUID
    viewer_id: UUID
    other: Person
    latest: int
    version: int
    seen: int
    other_seen: int
    blocked: bool
    blocked_by_other: bool
    months_kept: int | None
    created_at: datetime

    @property
    def people(self) -> list[UUID]:
        return [self.client_id, self.practitioner_id]

    @property
    def can_write(self) -> bool:
        return not (self.blocked or self.blocked_by_other)


class RoomLine(msgspec.Struct, frozen=True, kw_only=True):
    """A room in the list of rooms: its last message (`last_session_id`: the card of a session) and what is
    unread, counted to 100."""

    id: UUID
    other: Person
    blocked: bool
    unread: int
    latest_at: datetime
    last_number: int | None
    last_mine: bool
    last_body: str
    last_session_id: UUID | None
    last_deleted: bool
    last_files: int


def check(draft: Draft) -> Draft:
    """The draft as it would be kept: without space around it. InvalidInputError on `body` or `files`."""
    errors: dict[str, str] = {}
    body = draft.body
    try:
        body = check_words(draft.body, with_files=bool(draft.files))
    except InvalidInputError as refused:
        errors |= refused.fields
    if len(draft.files) > MOST_FILES:
        errors["files"] = _("Please send at most five files at once.")
    if any(len(each.data) > MOST_FILE_BYTES for each in draft.files):
        errors["files"] = _("A file is larger than 10 MB. Please choose a smaller one.")
    if any(not each.data for each in draft.files):
        errors["files"] = _("A file is empty. Please choose another one.")
    if errors:
        raise InvalidInputError(fields=errors)
    return msgspec.structs.replace(draft, body=body)


def check_words(body: str, *, with_files: bool) -> str:
    """The words without space around them; with files they may be none. InvalidInputError on `body`."""
    words = body.replace("\r\n", "\n").strip()
    if not words and not with_files:
        raise InvalidInputError(fields={"body": _("Please write something first.")})
    if len(words) > MOST_CHARACTERS:
        raise InvalidInputError(fields={"body": _("Please keep this to 4000 characters.")})
    return words


def check_bytes(draft: Draft, lately: int) -> None:
    """Whether these files fit into what one account sends within a day, `lately` of it being used.

    Raises InvalidInputError on `files`.
    """
    if lately + sum(len(each.data) for each in draft.files) > MOST_BYTES_A_DAY:
        sentence = _("You have sent a lot of files within a day. Please wait before you send more.")
        raise InvalidInputError(fields={"files": sentence})


def digest(draft: Draft) -> bytes:
    """By which the same draft is known again (SHA-256); files count by name and content."""
    parts = [draft.body.encode("utf-8", "replace"), str(draft.reply_to or "").encode()]
    for file in draft.files:
        parts += [file.name.encode("utf-8", "replace"), hashlib.sha256(file.data).digest()]
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).digest()


def refusal_to_write(room: Room) -> VisavisError | None:
    """Why nothing can be said in `room` now, in the viewer's words."""
    if room.blocked:
        return BlockedError(_("You have blocked {name}. Unblock them to write.").format(name=room.other.name))
    if room.blocked_by_other:
        return BlockedError()
    return None


def refusal_to_change(message: Message, account_id: UUID) -> VisavisError | None:
    """Why `account_id` can neither edit nor delete this message."""
    if message.author_id != account_id or message.session_id is not None:
        return ForbiddenError(_("Only what you wrote yourself can be changed."))
    return MessageGoneError() if message.deleted_at is not None else None


def refusal_to_edit(message: Message, account_id: UUID, now: datetime) -> VisavisError | None:
    """Why `account_id` cannot edit this message at `now`: its own, within five minutes, inclusive."""
    if refused := refusal_to_change(message, account_id):
        return refused
    return EditTooLateError() if now > message.created_at + EDIT_WITHIN else None


def may_edit(message: Message, account_id: UUID, now: datetime) -> bool:
    """Whether `account_id` can change the words of this message at `now`."""
    return refusal_to_edit(message, account_id, now) is None


def check_reason(reason: str) -> str:
    """Why somebody is reported, in the reporter's words. InvalidInputError on `reason`."""
    reason = reason.strip()
    if not reason:
        raise InvalidInputError(fields={"reason": _("Please say in a few words what happened.")})
    if len(reason) > MOST_REASON:
        raise InvalidInputError(fields={"reason": _("Please keep this to 1000 characters.")})
    return reason


def check_months(months: int | None) -> None:
    """How long messages may be kept: 1 to 120 whole months, or for ever. InvalidInputError on `months`."""
    if months is not None and not 1 <= months <= MOST_MONTHS:
        raise InvalidInputError(fields={"months": _("Please enter whole months, at most 120.")})


def file_name(given: str, extension: str) -> str:
    """A name for the other person to read: without folders and unseen characters, with our own ending."""
    last = given.replace("\\", "/").rpartition("/")[2]
    kept = "".join(each for each in last if each.isprintable()).strip(" .")
    stem = kept.rpartition(".")[0] or kept
    return f"{stem[: MOST_NAME - len(extension) - 1].strip() or 'file'}.{extension}"
