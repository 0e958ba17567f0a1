"""Asking the provider for the truth: after its word, after a person's, and by the clock."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec
import structlog

from visavis.cards import queries
from visavis.cards.access import PaymentRow, load_payment_by_id
from visavis.cards.bouncing import about, hints
from visavis.cards.provider import (
    Provider,
    ProviderForgotError,
    ProviderRefusedError,
    ProviderUnreachableError,
)
from visavis.cards.rules import OPEN
from visavis.cards.settling import settle
from visavis.cards.stripe import provider_of
from visavis.kit import audit
from visavis.kit.actor import SYSTEM, Actor
from visavis.kit.alone import each_alone
from visavis.kit.db import Db
from visavis.live.actions import hint
from visavis.notifications.actions import TOLD, withdraw
from visavis.operations.jobs import Job, Work

_log = structlog.get_logger(__name__)
AGAIN_AFTER = timedelta(minutes=1)


class PaymentId(msgspec.Struct, frozen=True):
    """Which payment."""

    payment_id: UUID


async def look(
    db: Db, system: Actor, provider: Provider, payment_id: UUID, now: datetime, *, give_up: bool = False
) -> None:
    """Fetch a payment from the provider and settle it. One that nobody wants any more, or shall `give_up`, is
    cancelled there first, so that nobody pays it.

    Raises ProviderUnreachableError, ProviderRefusedError, WrongStateError: then it is asked again.
    """
    async with db.transaction(system) as tx:
        payment = await load_payment_by_id(tx, system, payment_id)
    if payment.intent_id is None:
        return
    unwanted = payment.status in OPEN and (give_up or not payment.wanted)
    ask = provider.cancel if unwanted else provider.look
    try:
        intent = await ask(payment.intent_id)
    except ProviderForgotError:
        await _forget(db, system, payment, now)
    else:
        await settle(db, system, intent, now)


async def _forget(db: Db, system: Actor, payment: PaymentRow, now: datetime) -> None:
    """As after a change from test keys to live ones: nobody can pay this intent, and another may be made."""
    async with db.transaction(system) as tx:
        if not await queries.forget_intent.value(tx, payment.id, payment.intent_id):
            return
        subject, details = ("card_payment", payment.id), {"intent": payment.intent_id}
        await audit.record(tx, system, "forget_card_intent", subject, [payment.client_id], details, now)
        await withdraw(tx, payment.client_id, "fail_card_payment", about(payment))
        await hint(tx, to=[payment.client_id], about=[*hints(*about(payment)), TOLD])


async def look_again(db: Db, system: Actor, provider: Provider, now: datetime) -> int:
    """Everything that is open and was not looked at for a minute: no payment waits for a word that got lost.
    How many."""
    async with db.transaction(system) as tx:
        found: list[UUID] = await queries.to_look.values(tx, now - AGAIN_AFTER)
    return await _each(db, system, provider, found, now)


async def give_up_overdue(db: Db, system: Actor, provider: Provider, now: datetime) -> int:
    """Before sessions lapse for want of payment: what is being paid right now is settled instead. How
    many."""
    async with db.transaction(system) as tx:
        found: list[UUID] = await queries.overdue.values(tx, now)
    return await _each(db, system, provider, found, now, give_up=True)


async def _each(
    db: Db, system: Actor, provider: Provider, found: list[UUID], now: datetime, *, give_up: bool = False
) -> int:
    async def look_at(payment_id: UUID) -> None:
        try:
            await look(db, system, provider, payment_id, now, give_up=give_up)
        except (ProviderUnreachableError, ProviderRefusedError) as refused:
            _log.warning("a card payment could not be looked at", payment=str(payment_id), why=refused.type)

    await each_alone(found, look_at)
    return len(found)


async def _look(work: Work, asked: PaymentId) -> None:
    provider = provider_of(work.settings)
    if provider is not None:
        await look(work.database.handle(), SYSTEM, provider, asked.payment_id, work.now)


LOOK = Job("cards.look", PaymentId, _look)
