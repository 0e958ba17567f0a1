"""Changing what one said, and taking it back."""

from datetime import datetime
from uuid import UUID

from visavis.chat import rules
from visavis.chat.access import load_message, room_in
from visavis.chat.actions import LIST, room_token
from visavis.chat.errors import EditTooLateError, MessageGoneError
from visavis.chat.queries import writing
from visavis.chat.removal import remove_later
from visavis.chat.rules import Message, Room
from visavis.kit import audit, throttle
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.sql import Tx
from visavis.live.actions import hint


async def edit(db: Db, actor: Actor, room_id: UUID, message_id: UUID, body: str, now: datetime) -> Message:
    """Other words for a message of one's own, within five minutes.

    Raises InvalidInputError, EditTooLateError, MessageGoneError, BlockedError, ForbiddenError (another's),
    NotFoundError, TooManyRequestsError.
    """
    await throttle.count(db, "chat edit", actor.known_id, most=30, seconds=60)
    async with db.transaction(actor) as tx:
        room = await room_in(tx, actor, room_id)
        message = await load_message(tx, room_id, message_id)
        refused = rules.refusal_to_write(room) or rules.refusal_to_edit(message, actor.known_id, now)
        if refused:
            raise refused
        words = rules.check_words(body, with_files=bool(message.files))
        if words == message.body:
            return message
        mine = (room_id, message_id, actor.account_id)
        if not await writing.edit_message.run(tx, *mine, words, now - rules.EDIT_WITHIN, now):
            raise EditTooLateError
        return await _changed(tx, actor, room, message_id, "edit_message", now)


async def delete(db: Db, actor: Actor, room_id: UUID, message_id: UUID, now: datetime) -> Message:
    """Take a message of one's own back, with its files: only its place remains.

    Raises MessageGoneError, ForbiddenError (another's), NotFoundError.
    """
    async with db.transaction(actor) as tx:
        room = await room_in(tx, actor, room_id)
        if refused := rules.refusal_to_change(await load_message(tx, room_id, message_id), actor.known_id):
            raise refused
        if not await writing.delete_message.run(tx, room_id, message_id, actor.account_id, now):
            raise MessageGoneError
        await remove_later(tx, await writing.delete_files.values(tx, message_id))
        return await _changed(tx, actor, room, message_id, "delete_message", now)


async def _changed(tx: Tx, actor: Actor, room: Room, message_id: UUID, verb: str, now: datetime) -> Message:
    """Keep that it was done, never what was said; both pages read the room again."""
    await audit.record(tx, actor, verb, ("chat_message", message_id), room.people, at=now)
    message = await load_message(tx, room.id, message_id)
    await hint(tx, to=room.people, about=[room_token(room.id), LIST])
    return message
