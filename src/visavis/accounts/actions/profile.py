"""What others see of a person: name, time zone, picture; and which sides of a session the account takes."""

from datetime import datetime
from uuid import UUID

from visavis.accounts import limits, queries
from visavis.accounts.rules import MOST_PICTURE_BYTES
from visavis.kit import audit
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError
from visavis.kit.files import FileStore
from visavis.kit.images import square_picture
from visavis.kit.sql import Tx
from visavis.kit.words import _
from visavis.live.actions import hint, hint_everyone


async def change_person(db: Db, actor: Actor, name: str, time_zone: str, now: datetime) -> None:
    """Another name or zone, already checked; sessions keep their instants, only their clock changes."""
    async with db.transaction(actor) as tx:
        await queries.set_person.run(tx, actor.account_id, name, time_zone)
        await _changed(tx, actor, "change_person", now)


async def change_preferences(
    db: Db, actor: Actor, time_zone: str, locale: str, remind_before: list[int], now: datetime
) -> None:
    """Which clock and language one reads, and how many minutes before a session one is reminded."""
    async with db.transaction(actor) as tx:
        await queries.set_clock.run(tx, actor.account_id, time_zone, locale)
        await queries.set_reminders.run(tx, actor.account_id, remind_before)
        await _changed(tx, actor, "change_preferences", now)


async def stop_reminders(tx: Tx, actor: Actor, now: datetime) -> None:
    """The acting account is reminded of no session any more, inside the caller's transaction."""
    if not await queries.find_reminders.values(tx, actor.account_id):
        return
    await queries.set_reminders.run(tx, actor.account_id, [])
    await _changed(tx, actor, "change_preferences", now)


async def change_picture(db: Db, actor: Actor, files: FileStore, data: bytes, now: datetime) -> None:
    """A picture from an upload: known by its content, cut square, written anew without metadata.

    Raises InvalidInputError (picture), TooManyRequestsError.
    """
    if not data:
        raise InvalidInputError(fields={"picture": _("Please choose a picture.")})
    if len(data) > MOST_PICTURE_BYTES:
        raise InvalidInputError(fields={"picture": _("This picture is larger than 5 MB.")})
    await limits.count_change(db, "picture", actor.known_id)
    clean = await square_picture(data, "picture")
    async with files.keep(clean.data, clean.extension) as key:
        old = await _set_picture(db, actor, key, "change_picture", now)
    if old is not None:
        await files.delete(old)


async def remove_picture(db: Db, actor: Actor, files: FileStore, now: datetime) -> None:
    """Back to initials; nothing happens when there is no picture."""
    old = await _set_picture(db, actor, None, "remove_picture", now)
    if old is not None:
        await files.delete(old)


async def become_client(db: Db, actor: Actor, now: datetime) -> None:
    """A practitioner's account books sessions of others, too; nothing happens when it does already."""
    async with db.transaction(actor) as tx:
        if await queries.set_client.run(tx, actor.account_id):
            await _changed(tx, actor, "become_client", now)


async def _set_picture(db: Db, actor: Actor, key: str | None, verb: str, now: datetime) -> str | None:
    """Returns the key of the picture it replaces; of two changes at once each removes its own predecessor."""
    async with db.transaction(actor) as tx:
        old: str | None = await queries.lock_picture.value(tx, actor.account_id)
        await queries.set_picture.run(tx, actor.account_id, key)
        await _changed(tx, actor, verb, now)
    return old


async def _changed(tx: Tx, actor: Actor, verb: str, now: datetime) -> None:
    account_id: UUID = actor.known_id
    await audit.record(tx, actor, verb, ("account", account_id), [account_id], at=now)
    if actor.is_practitioner:
        await hint_everyone(tx, about=["practitioners", f"practitioner:{account_id}"])
    await hint(tx, to=[account_id], about=["account", "dashboard"])
