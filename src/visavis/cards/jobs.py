"""Cards by the clock: the truth is asked for, refunds are sent, and whether cards are taken is known."""

from datetime import timedelta
from uuid import UUID

import structlog

from visavis.cards import queries
from visavis.cards.bouncing import TELL
from visavis.cards.direct.looking import LOOK_AT_ACCOUNT, look_at_accounts
from visavis.cards.looking import LOOK, look_again
from visavis.cards.mails import MAIL
from visavis.cards.provider import ProviderUnreachableError
from visavis.cards.queries.direct import pay_directly
from visavis.cards.refunding import SEND, send_refund
from visavis.cards.stripe import accounts_of, enabled, provider_of
from visavis.cards.watching import WATCH, watch_again
from visavis.kit.actor import SYSTEM
from visavis.kit.alone import each_alone
from visavis.operations.jobs import Schedule, Work

_log = structlog.get_logger(__name__)
_SEND_AGAIN_AFTER = timedelta(minutes=10)
_EVENTS_KEPT = timedelta(days=60)  # providers repeat themselves for some days


async def say_whether_taken(work: Work) -> None:
    """The database knows whether there are keys, so that offerings to be paid by card are offered or not, and
    practitioners are paid directly or not."""
    async with work.database.handle().transaction(SYSTEM) as tx:
        await queries.take_cards.run(tx, enabled(work.settings))
        await pay_directly.run(tx, accounts_of(work.settings) is not None)


async def look(work: Work) -> None:
    """Payments whose word from the provider is late."""
    await say_whether_taken(work)
    provider = provider_of(work.settings)
    if provider is not None:
        await look_again(work.database.handle(), SYSTEM, provider, work.now)


async def send(work: Work) -> None:
    """Refunds that were refused, or whose job was given up."""
    provider, db = provider_of(work.settings), work.database.handle()
    if provider is None:
        return
    async with db.transaction(SYSTEM) as tx:
        owed: list[UUID] = await queries.refunds_to_send.values(tx, work.now - _SEND_AGAIN_AFTER)

    async def send_one(refund_id: UUID) -> None:
        try:
            await send_refund(db, SYSTEM, provider, refund_id, work.now)
        except ProviderUnreachableError:
            _log.warning("a refund waits for the card provider", refund=str(refund_id))

    await each_alone(owed, send_one)


async def look_at_practitioners(work: Work) -> None:
    """Their accounts, of which the provider's word is late."""
    accounts = accounts_of(work.settings)
    if accounts is not None:
        await look_at_accounts(work.database.handle(), SYSTEM, accounts, work.now)


async def watch(work: Work) -> None:
    """What went back without an event."""
    provider = provider_of(work.settings)
    if provider is not None:
        await watch_again(work.database.handle(), SYSTEM, provider, work.now)


async def forget(work: Work) -> None:
    """What providers said long ago."""
    async with work.database.handle().transaction(SYSTEM) as tx:
        await queries.forget_events.run(tx, work.now - _EVENTS_KEPT)


JOBS = [LOOK, WATCH, SEND, TELL, MAIL, LOOK_AT_ACCOUNT]
STARTS = [say_whether_taken]
SCHEDULES = [
    Schedule("cards.look_again", "* * * * *", look),
    Schedule("cards.refund_again", "*/10 * * * *", send),
    Schedule("cards.look_at_accounts", "41 * * * *", look_at_practitioners),
    Schedule("cards.watch_again", "5-59/10 * * * *", watch),
    Schedule("cards.forget", "23 3 * * *", forget),
]
