"""Asking the provider about a practitioner's account: after its word or their return, and by the clock."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec
import structlog

from visavis.cards.provider import Account, Accounts, ProviderRefusedError, ProviderUnreachableError
from visavis.cards.queries import direct as queries
from visavis.cards.stripe import accounts_of
from visavis.kit import audit
from visavis.kit.actor import SYSTEM, Actor
from visavis.kit.alone import each_alone
from visavis.kit.db import Db
from visavis.kit.sql import Tx
from visavis.live.actions import hint
from visavis.operations.jobs import Job, Work

_log = structlog.get_logger(__name__)
_AGAIN_AFTER, _AT_LEAST_EVERY = timedelta(minutes=55), timedelta(days=1)
ABOUT = ("direct", "money")
"""Which parts of pages show it."""


class PractitionerId(msgspec.Struct, frozen=True):
    """Whose account."""

    practitioner_id: UUID


async def look_at_account(
    db: Db, system: Actor, accounts: Accounts, practitioner_id: UUID, now: datetime
) -> None:
    """Fetch an account from the provider and keep how far it is; `now` is before the provider is asked, so
    that an answer that was overtaken changes nothing.

    Raises ProviderUnreachableError, ProviderRefusedError: then it is asked again.
    """
    async with db.transaction(system) as tx:
        row = await queries.find_account.maybe(tx, practitioner_id)
    if row is None or row.account_id is None:
        return
    seen = await accounts.look_at_account(row.account_id)
    status = "gone" if _is_anothers(seen, practitioner_id) else seen.status
    async with db.transaction(system) as tx:
        before = await queries.note_account.value(tx, practitioner_id, row.account_id, status, now)
        if before not in (None, status):
            await _record(tx, system, practitioner_id, status, now)


def _is_anothers(seen: Account, practitioner_id: UUID) -> bool:
    """Nobody is paid to an account that was not opened for them, whatever name of one was kept."""
    if seen.status == "gone" or seen.practitioner_id == practitioner_id:
        return False
    _log.error("an account was not opened for its practitioner", practitioner=str(practitioner_id))
    return True


async def _record(tx: Tx, system: Actor, practitioner_id: UUID, status: str, now: datetime) -> None:
    subject, details = ("practice", practitioner_id), {"status": status}
    await audit.record(tx, system, "change_direct_payments", subject, [practitioner_id], details, now)
    await hint(tx, to=[practitioner_id], about=ABOUT)


async def look_at_accounts(db: Db, system: Actor, accounts: Accounts, now: datetime) -> int:
    """What is awaited, hourly, and everything once a day: nobody waits for a word that got lost. How many."""
    async with db.transaction(system) as tx:
        found: list[UUID] = await queries.accounts_to_look.values(
            tx, now - _AGAIN_AFTER, now - _AT_LEAST_EVERY
        )

    async def look_at(practitioner_id: UUID) -> None:
        try:
            await look_at_account(db, system, accounts, practitioner_id, now)
        except (ProviderUnreachableError, ProviderRefusedError) as refused:
            _log.warning(
                "an account could not be looked at", practitioner=str(practitioner_id), why=refused.type
            )

    await each_alone(found, look_at)
    return len(found)


async def _look(work: Work, asked: PractitionerId) -> None:
    accounts = accounts_of(work.settings)
    if accounts is not None:
        await look_at_account(work.database.handle(), SYSTEM, accounts, asked.practitioner_id, work.now)


LOOK_AT_ACCOUNT = Job("cards.look_at_account", PractitionerId, _look)
