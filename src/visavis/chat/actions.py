"""Saying something, changing it, taking it back, and having read it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from visavis.chat import rules
from visavis.chat.access import load_message, room_in
from visavis.chat.errors import MessageIdReusedError
from visavis.chat.files import Kept, insert_all, keep_all
from visavis.chat.queries import rooms, writing
from visavis.chat.rules import Draft, Message, Room
from visavis.kit import throttle
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError, NotFoundError
from visavis.kit.files import FileStore
from visavis.kit.sql import Tx
from visavis.kit.words import _
from visavis.live.actions import hint, hint_words

LIST = "chat"  # what a hint is about when the list of rooms, or what is unread, changed
NEW = "message"  # when somebody else wrote
_DAY = timedelta(days=1)


async def send(
    db: Db,
    actor: Actor,
    room_id: UUID,
    message_id: UUID,
    draft: Draft,
    now: datetime,
    store: FileStore | None = None,
) -> Message:
    """Say something under an id that the sender made up: sent again, nothing is said twice and the same
    message is the answer. `store` is needed for files only.

    Raises NotFoundError (no room of the actor), InvalidInputError (body, files, reply_to), BlockedError,
    MessageIdReusedError (the id is another message's), TooManyRequestsError.
    """
    draft = rules.check(draft)
    await throttle.count(db, "chat", actor.known_id, most=30, seconds=20)
    sending = _Sending(room_id, message_id, actor, draft, rules.digest(draft), now)
    try:
        if not draft.files or store is None:
            return await _say(db, sending, ())
        await throttle.count(db, "chat files", actor.known_id, most=20, seconds=600)
        await throttle.count(db, "chat files a day", actor.known_id, most=100, seconds=86_400)
        async with db.transaction(actor) as tx:  # before the costly look at files: may this person send here?
            await _may_say(tx, sending)
        async with keep_all(store, draft.files) as kept:
            return await _say(db, sending, kept)
    except _SentBeforeError as before:
        return before.message


async def mark_read(db: Db, actor: Actor, room_id: UUID, upto: int) -> bool:
    """The actor has read the room up to this number; whether that is news. NotFoundError for strangers."""
    async with db.transaction(actor) as tx:
        room = await room_in(tx, actor, room_id)
        news: bool = await rooms.mark_seen.value(tx, room_id, upto)
        if news:
            readers = [room.viewer_id] if room.blocked else room.people  # who is blocked is not shown it
            await hint(tx, to=readers, about=[room_token(room_id), LIST])
        return news


async def type_sign(db: Db, actor: Actor, room_id: UUID) -> None:
    """Let the other one see that the actor is writing; kept nowhere. NotFoundError for strangers."""
    await throttle.count(db, "chat typing", actor.known_id, most=60, seconds=60)
    async with db.transaction(actor) as tx:
        room = await room_in(tx, actor, room_id)
        if room.can_write:
            await hint(tx, to=[room.other.id], about=[f"typing:{room_id}"])


def room_token(room_id: UUID) -> str:
    """What a hint is about when anything in this room changed."""
    return f"chat:{room_id}"


class _Sending(msgspec.Struct, frozen=True):
    """What is to be said; `digest` is of the draft."""

    room_id: UUID
    id: UUID
    actor: Actor
    draft: Draft
    digest: bytes
    now: datetime


class _SentBeforeError(Exception):
    """It was said already: nothing is written, and files stored meanwhile go again."""

    def __init__(self, message: Message) -> None:
        super().__init__("sent before")
        self.message = message


async def _say(db: Db, sending: _Sending, kept: Sequence[Kept]) -> Message:
    async with db.transaction(sending.actor) as tx:
        room = await _may_say(tx, sending)
        draft, values = sending.draft, (sending.id, sending.room_id, sending.actor.account_id)
        rest = (draft.body, draft.reply_to, sending.digest, sending.now)
        if await writing.insert_message.value(tx, *values, *rest) is None:
            await _answer_again(tx, sending)
            blocked = rules.refusal_to_write(await room_in(tx, sending.actor, sending.room_id))
            raise blocked or MessageIdReusedError
        await insert_all(tx, sending.id, kept)
        said = await load_message(tx, sending.room_id, sending.id)
        await _tell(tx, room)
        return said


async def _may_say(tx: Tx, sending: _Sending) -> Room:
    """The room, when this can be said in it."""
    room = await room_in(tx, sending.actor, sending.room_id)
    if refused := rules.refusal_to_write(room):
        await _answer_again(tx, sending)
        raise refused
    await _check_reply(tx, sending.room_id, sending.draft)
    if sending.draft.files:
        lately = sending.actor.known_id, sending.now - _DAY
        rules.check_bytes(sending.draft, await writing.bytes_lately.value(tx, *lately))
    return room


async def _answer_again(tx: Tx, sending: _Sending) -> None:
    """When just this was said under its id before, that is the answer, whatever has happened since."""
    known = (sending.id, sending.room_id, sending.actor.account_id, sending.digest)
    if await writing.sent_before.value(tx, *known):
        raise _SentBeforeError(await load_message(tx, sending.room_id, sending.id))


async def _check_reply(tx: Tx, room_id: UUID, draft: Draft) -> None:
    if draft.reply_to is None:
        return
    try:
        await load_message(tx, room_id, draft.reply_to)
    except NotFoundError as missing:
        sentence = _("The message that you answer is not in this room.")
        raise InvalidInputError(fields={"reply_to": sentence}) from missing


async def _tell(tx: Tx, room: Room) -> None:
    """Both pages read anew; only the other one's makes itself heard."""
    about = [room_token(room.id), LIST]
    own = hint_words([room.viewer_id], about)
    others = hint_words([room.other.id], [*about, NEW])
    await writing.tell_both.run(tx, own, others)
