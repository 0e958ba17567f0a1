"""What the acting account was told, and what it chose to hear of."""

from uuid import UUID

from visavis.kit.actor import Actor
from visavis.kit.sql import Tx
from visavis.notifications import queries
from visavis.notifications.queries import NotificationRow, mailing
from visavis.notifications.queries.mailing import ReaderRow
from visavis.notifications.rules import Choice

__all__ = [
    "Choice",
    "NotificationRow",
    "ReaderRow",
    "load_after",
    "load_choice",
    "load_newest",
    "load_reader",
]


async def load_newest(tx: Tx, actor: Actor, before: int | None, most: int) -> list[NotificationRow]:
    """The actor's notifications, the latest first; those before a number, when it is given."""
    return await queries.newest.all(tx, actor.known_id, before, most)


async def load_after(tx: Tx, actor: Actor, number: int, most: int) -> list[NotificationRow]:
    """The actor's notifications after `number`, in order: asked again with the last one's, none is missed."""
    return await queries.after.all(tx, actor.known_id, number, most)


async def load_choice(tx: Tx, actor: Actor) -> Choice:
    """What the actor chose; the defaults when they never did."""
    return await queries.find_choice.maybe(tx, actor.known_id) or Choice()


async def load_reader(tx: Tx, account_id: UUID) -> ReaderRow | None:
    """An account as a reader of mail, for the worker; None when it has no proved address."""
    return await mailing.find_reader.maybe(tx, account_id)
