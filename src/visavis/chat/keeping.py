"""How long a practice keeps messages, and forgetting those that are older."""

from datetime import datetime

from visavis.chat import rules
from visavis.chat.actions import LIST
from visavis.chat.queries import keeping
from visavis.chat.removal import remove_later
from visavis.kit import audit
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.live.actions import hint
from visavis.practices.access import load_own_practice

_AT_ONCE = 500  # messages forgotten in one transaction


async def load_months(db: Db, actor: Actor) -> int | None:
    """For how many months the acting practitioner's practice keeps messages; None: for ever.

    Raises NoPracticeError.
    """
    async with db.transaction(actor) as tx:
        practice = await load_own_practice(tx, actor)
        months: int | None = await keeping.find_months.value(tx, practice.practitioner_id)
    return months


async def set_months(db: Db, actor: Actor, months: int | None, now: datetime) -> None:
    """Keep messages and files so many months from now on, None for ever; older ones go within a day, or
    after a fortnight where they were kept longer before.

    Raises InvalidInputError, NoPracticeError.
    """
    rules.check_months(months)
    async with db.transaction(actor) as tx:
        practice_id = (await load_own_practice(tx, actor)).practitioner_id
        await keeping.set_months.run(tx, practice_id, months)
        subject, details = ("practice", practice_id), {"months": months}
        await audit.record(tx, actor, "keep_messages", subject, [practice_id], details, now)
        clients = await keeping.clients_of.values(tx, practice_id)
        await hint(tx, to=[practice_id, *clients], about=[f"practice:{practice_id}", LIST])


async def forget_reported(db: Db, system: Actor, now: datetime) -> int:
    """Reports that were settled long ago go; so does what was said before it was changed, after some days."""
    async with db.transaction(system) as tx:
        await keeping.forget_before.run(tx, now - rules.KEEP_BEFORE)
        return await keeping.forget_reports.run(tx, now - rules.KEEP_REPORTS)


async def forget_old(db: Db, system: Actor, now: datetime) -> int:
    """Messages and files go that their practice keeps no longer; how many messages."""
    forgotten = 0
    while True:
        async with db.transaction(system) as tx:
            some = await keeping.forget.one(tx, now, _AT_ONCE)
            await remove_later(tx, some.keys)
        forgotten += some.messages
        if some.messages == 0:
            return forgotten
