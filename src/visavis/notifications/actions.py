"""Telling people what happened, and what they do with it."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from visavis.kit import audit
from visavis.kit.actor import Actor
from visavis.kit.audit import Event
from visavis.kit.db import Db
from visavis.kit.sql import Tx
from visavis.live.actions import hint, hint_words
from visavis.notifications import queries
from visavis.notifications.mail import mail_later
from visavis.notifications.rules import Choice

TOLD = "notifications"  # what a hint is about when there is a new one
READ = "notifications-read"  # and when some were read


async def tell(tx: Tx, event: Event, about: Iterable[str] = (), public: Iterable[str] = ()) -> None:
    """Everybody whom `event` concerns is told, except who did it; and the hint that goes out with the commit.

    The last statement of an action: `about` and `public` as in `live.actions.hint`. Numbers come with the
    commit, so that no lock is held until then. Who acts on a session has read what was told of it.
    """
    told = [each for each in event.concerns if each != event.actor_id]
    session_id = event.subject_id if event.subject_type == "session" else None
    words = hint_words(event.concerns, [*about, TOLD], public)
    what = event.id, event.verb, session_id, event.at, event.actor_id
    await mail_later(tx, event.verb, await queries.tell.value(tx, told, *what, words))


async def withdraw(tx: Tx, account_id: UUID, verb: str, subject: tuple[str, UUID]) -> None:
    """What the worker told somebody of `verb` about a subject is not true any more, or is told anew: by the
    `tell` that follows, which has the hint."""
    await queries.withdraw.run(tx, account_id, verb, *subject)


async def mark_read(db: Db, actor: Actor, first: int, last: int, now: datetime) -> int:
    """The acting account has read its notifications with the numbers `first` to `last`; how many."""
    async with db.transaction(actor) as tx:
        read = await queries.mark_read.run(tx, actor.known_id, first, last, now)
        if read:
            await hint(tx, to=[actor.known_id], about=[READ])
        return read


async def forget_old(db: Db, system: Actor, before: datetime) -> int:
    """Notifications are kept for twelve months; how many went."""
    async with db.transaction(system) as tx:
        return await queries.forget_before.run(tx, before)


async def choose(db: Db, actor: Actor, choice: Choice, now: datetime) -> None:
    """What the acting account wants to hear of from now on, and how."""
    async with db.transaction(actor) as tx:
        values = (getattr(choice, name) for name in choice.__struct_fields__)
        await queries.put_choice.run(tx, actor.known_id, *values)
        subject = ("account", actor.known_id)
        await audit.record(tx, actor, "choose_notifications", subject, [actor.known_id], at=now)
        await hint(tx, to=[actor.known_id], about=[READ])
