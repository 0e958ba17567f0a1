"""What comes after a payment: refunds that bounce, and refunds and disputes made on the provider's own pages.

An event is only a reason to ask; what the provider then says is compared with what we asked it for.
"""

from datetime import datetime, timedelta
from uuid import UUID

import structlog

from visavis.cards import queries
from visavis.cards.access import load_payment_by_id
from visavis.cards.bouncing import bounce, tell_operators
from visavis.cards.disputing import settle_disputes
from visavis.cards.looking import PaymentId, look
from visavis.cards.provider import (
    Aftermath,
    Provider,
    ProviderRefusedError,
    ProviderUnreachableError,
    RefundSeen,
)
from visavis.cards.queries import PaymentRow, after
from visavis.cards.queries.after import OwnRefundRow
from visavis.cards.stripe import provider_of
from visavis.kit.actor import SYSTEM, Actor
from visavis.kit.alone import each_alone
from visavis.kit.db import Db
from visavis.kit.sql import Tx
from visavis.operations.jobs import Job, Work

_log = structlog.get_logger(__name__)
_DAILY, _WEEKLY = timedelta(days=1), timedelta(days=7)
_MAY_BOUNCE = timedelta(days=40)  # banks refuse refunds within 30 days
_MAY_BE_DISPUTED = timedelta(days=120)
_KINDS = ("refund.", "charge.refund", "charge.dispute")


def is_about_return(kind: str) -> bool:
    """Whether an event is of something that went back, or may have to."""
    return kind.startswith(_KINDS)


async def watch(db: Db, system: Actor, provider: Provider, payment_id: UUID, now: datetime) -> None:
    """Ask what went back of a payment, and keep what we did not know.

    Raises ProviderUnreachableError, ProviderRefusedError: then it is asked again.
    """
    async with db.transaction(system) as tx:
        payment = await load_payment_by_id(tx, system, payment_id)
    if payment.outcome is None:
        await look(db, system, provider, payment_id, now)
        async with db.transaction(system) as tx:
            payment = await load_payment_by_id(tx, system, payment_id)
    if payment.charge_id is None:
        return
    found = await provider.aftermath(payment.charge_id, payment.currency)
    async with db.transaction(system) as tx:
        await queries.lock_payment.value(tx, payment.intent_id)
        await _keep(tx, system, payment, found, now)
        await after.watched.run(tx, payment_id, now)


async def _keep(tx: Tx, system: Actor, payment: PaymentRow, found: Aftermath, now: datetime) -> None:
    own = await after.own_refund.maybe(tx, payment.id)
    what: list[tuple[str, str, int, str, str, int]] = [
        (each.id, "dispute", each.amount_minor, each.status, each.reason[:60], each.fee_minor)
        for each in found.disputes
    ]
    for each in found.refunds:
        if own is None or not _is_own(each, own):
            what.append((each.id, "refund", each.amount_minor, each.status, (each.failure or "")[:60], 0))
        elif each.status == "failed":
            why, back = each.failure or "failed", each.share_back
            await bounce(tx, system, payment.id, own.id, why, now, share_back=back)
    news = [await after.keep_trouble.value(tx, first, payment.id, *rest, now) for first, *rest in what]
    await settle_disputes(tx, system, payment, found, now)
    if any(news):
        _log.warning("something was done on the card provider's own pages", payment=str(payment.id))
        await tell_operators(tx, system, "find_card_trouble", payment, payment.amount_minor, now)


def _is_own(seen: RefundSeen, own: OwnRefundRow) -> bool:
    """The one that we asked for; where its answer got lost, by our id."""
    return seen.id == own.provider_ref if own.provider_ref else seen.refund_id == own.id


async def watch_again(db: Db, system: Actor, provider: Provider, now: datetime) -> int:
    """What no event told: refunds on their way every day, other payments every week as long as they may be
    disputed. How many."""
    async with db.transaction(system) as tx:
        since = now - _DAILY, now - _MAY_BOUNCE, now - _WEEKLY, now - _MAY_BE_DISPUTED
        found: list[UUID] = await after.to_watch.values(tx, *since)

    async def watch_one(payment_id: UUID) -> None:
        try:
            await watch(db, system, provider, payment_id, now)
        except (ProviderUnreachableError, ProviderRefusedError) as refused:
            _log.warning("a card payment could not be watched", payment=str(payment_id), why=refused.type)
            if isinstance(refused, ProviderRefusedError):  # it was asked: others have their turn now
                async with db.transaction(system) as tx:
                    await after.watched.run(tx, payment_id, now)

    await each_alone(found, watch_one)
    return len(found)


async def _watch(work: Work, asked: PaymentId) -> None:
    provider = provider_of(work.settings)
    if provider is not None:
        await watch(work.database.handle(), SYSTEM, provider, asked.payment_id, work.now)


WATCH = Job("cards.watch", PaymentId, _watch)
