"""Refunds of card payments: owed by a row, sent by the provider once, however often it is asked."""

from datetime import datetime
from uuid import UUID

import msgspec
import structlog

from visavis.cards import queries
from visavis.cards.bouncing import about, bounce, hints
from visavis.cards.mails import MAIL, CardMailAsked
from visavis.cards.provider import Provider, ProviderRefusedError
from visavis.cards.queries import RefundRow
from visavis.cards.stripe import provider_of
from visavis.kit import audit
from visavis.kit.actor import SYSTEM, Actor
from visavis.kit.db import Db
from visavis.kit.sql import Tx
from visavis.notifications.actions import tell
from visavis.operations.jobs import Job, Work

_log = structlog.get_logger(__name__)
_FOR_GOOD = frozenset({"charge_already_refunded", "InvalidRequestError"})
"""Refusals that never end (the second: more than is left of the charge); the others may: too little on the
provider's account, a dispute, a wrong key."""


class RefundId(msgspec.Struct, frozen=True):
    """Which refund."""

    refund_id: UUID


async def send_refund(db: Db, system: Actor, provider: Provider, refund_id: UUID, now: datetime) -> bool:
    """Let the provider send a refund, and both sides know; False when there was nothing (more) to send, or
    it is refused. The provider knows it by its id, so that what was sent before a crash is not sent again.

    Raises ProviderUnreachableError.
    """
    async with db.transaction(system) as tx:
        found = await queries.refund_to_send.maybe(tx, refund_id)
    if found is None:
        return False
    try:
        sent = await provider.refund(found.id, found.charge_id, found.amount_minor, found.fee_minor)
    except ProviderRefusedError as refused:
        if refused.code in _FOR_GOOD:
            return await _give_up(db, system, found, refused.code, now, share_back=False)
        return await _note(db, system, found, refused.code)
    if sent.status == "failed":
        return await _give_up(db, system, found, sent.failure or "failed", now, share_back=sent.share_back)
    async with db.transaction(system) as tx:
        if not await queries.send_refund.value(tx, found.id, sent.id, now):
            return False
        await _tell(tx, system, found, now)
        return True


async def _give_up(
    db: Db, system: Actor, found: RefundRow, code: str, now: datetime, *, share_back: bool
) -> bool:
    """Asking again would be refused again: an operator sends it."""
    async with db.transaction(system) as tx:
        await bounce(tx, system, found.payment_id, found.id, code, now, share_back=share_back)
    return False


async def _note(db: Db, system: Actor, found: RefundRow, code: str) -> bool:
    """It stays owed, and is tried again by the clock; the operator reads of it in the log."""
    _log.error("a refund was refused by the card provider", refund=str(found.id), code=code)
    async with db.transaction(system) as tx:
        await queries.note_failure.run(tx, found.id, code[:60])
    return False


async def _tell(tx: Tx, system: Actor, found: RefundRow, now: datetime) -> None:
    details = {"amount_minor": found.amount_minor, "currency": found.currency}
    kind, subject_id = about(found)
    people = [each for each in (found.practitioner_id, found.client_id) if each]
    event = await audit.record(tx, system, "refund_card", (kind, subject_id), people, details, now)
    if kind == "credit_purchase":
        await MAIL.ask(tx, CardMailAsked(event.id, found.payment_id, "refund_card", found.amount_minor))
    await tell(tx, event, about=hints(kind, subject_id))


async def _send(work: Work, asked: RefundId) -> None:
    provider = provider_of(work.settings)
    if provider is not None:
        await send_refund(work.database.handle(), SYSTEM, provider, asked.refund_id, work.now)


SEND = Job("cards.refund", RefundId, _send)


async def send_later(tx: Tx, subject_id: UUID) -> bool:
    """What a session, or a purchase of credits, owes of a card payment goes back with the commit; False when
    that is nothing."""
    refund_id: UUID | None = await queries.unsent_refund_of.value(tx, subject_id)
    if refund_id is None:
        return False
    await SEND.ask(tx, RefundId(refund_id))
    return True
