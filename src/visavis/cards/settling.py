"""What the provider says of a payment becomes true here: once, in one transaction, whatever came before."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import structlog

from visavis.booking.access import load_session
from visavis.booking.retaking import retake
from visavis.booking.rules import Status, Verb
from visavis.booking.stepping import advance
from visavis.cards import queries, rules
from visavis.cards.bouncing import about, hints
from visavis.cards.mails import MAIL, CardMailAsked, Told
from visavis.cards.provider import Intent
from visavis.cards.queries import PaymentRow
from visavis.cards.refunding import SEND, RefundId
from visavis.credits.mails import MAIL as PURCHASE_MAIL
from visavis.credits.mails import PurchaseAsked
from visavis.kit import audit
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.sql import Tx
from visavis.live.actions import hint
from visavis.notifications.actions import TOLD, tell, withdraw

_log = structlog.get_logger(__name__)
_PAYABLE = frozenset({Status.APPROVED, Status.PAYMENT_SUBMITTED})


async def settle(db: Db, system: Actor, intent: Intent, now: datetime) -> None:
    """Bring a payment to where the provider says it is; `intent` has just been fetched from it.

    Paid: what it pays is certain and booked; or the money goes back, when that cannot be had any more. Said
    again, in any order, it changes nothing. Raises WrongStateError when the session moved at this moment:
    ask again.
    """
    async with db.transaction(system) as tx:
        payment_id: UUID | None = await queries.lock_payment.value(tx, intent.id)
        if payment_id is None:
            return
        before = await queries.find_payment.one(tx, payment_id)
        if not rules.is_of(intent, before):
            _log.error("an intent is not what was asked for", payment=str(payment_id), intent=intent.id)
            return
        if await queries.note.value(tx, *_said(intent), now) is None:
            await queries.looked.run(tx, payment_id, now)
        elif intent.status == "succeeded":
            await _withdraw_failure(tx, before)
            await _use(db, tx, system, before, now)
        else:
            await _show(tx, system, before, intent, now)
        if intent.status == "succeeded" and await queries.note_cost.run(tx, payment_id, intent.fee_minor):
            await queries.book_cost.value(tx, payment_id, now)


def _said(intent: Intent) -> tuple[str | None, ...]:
    failure = intent.failure[:60] if intent.failure else None
    return intent.id, intent.status, intent.charge, failure, intent.brand, intent.last4


async def _use(db: Db, tx: Tx, system: Actor, payment: PaymentRow, now: datetime) -> None:
    if payment.session_id is not None:
        used = await _use_for_session(db, tx, system, payment, now)
    else:
        used = await _use_for_credits(tx, system, payment, now)
    if not used:
        refund_id: UUID = await queries.return_payment.value(tx, payment.id, now)
        await SEND.ask(tx, RefundId(refund_id))
        await _record(tx, system, "return_card_payment", payment, now)


async def _use_for_session(db: Db, tx: Tx, system: Actor, payment: PaymentRow, now: datetime) -> bool:
    """Whether the session could be had."""
    seat = await load_session(tx, system, about(payment)[1])
    if seat.session.status in _PAYABLE:
        await advance(tx, system, seat, Verb.PAY_BY_CARD, now)
        return True
    return seat.session.status is Status.EXPIRED and await retake(db, system, seat, now)


async def _use_for_credits(tx: Tx, system: Actor, payment: PaymentRow, now: datetime) -> bool:
    given: bool = await queries.settle_purchase.value(tx, payment.purchase_id, now)
    if given:
        await _record(tx, system, "buy_credits_by_card", payment, now)
        await PURCHASE_MAIL.ask(tx, PurchaseAsked(about(payment)[1]))
    return given


async def _show(tx: Tx, system: Actor, before: PaymentRow, intent: Intent, now: datetime) -> None:
    """The latest try that failed is told to who pays; whatever else changed is only read again."""
    if intent.failure and intent.failure != before.failure and intent.status == "needs_card":
        await _withdraw_failure(tx, before)
        await _record(tx, system, "fail_card_payment", before, now, reason=intent.failure)
    elif (intent.status, intent.failure) != (before.status, before.failure):
        if intent.status == "cancelled":
            await _withdraw_failure(tx, before)
        await hint(tx, to=[before.client_id], about=[*hints(*about(before)), TOLD])


async def _withdraw_failure(tx: Tx, payment: PaymentRow) -> None:
    """Nobody is asked to try again what is paid or can be paid no more, nor twice."""
    await withdraw(tx, payment.client_id, "fail_card_payment", about(payment))


async def _record(
    tx: Tx,
    system: Actor,
    verb: Told | Literal["buy_credits_by_card"],
    payment: PaymentRow,
    now: datetime,
    *,
    reason: str = "",
) -> None:
    seller = payment.practitioner_id
    people = [payment.client_id] if reason or seller is None else [seller, payment.client_id]
    details = {"amount_minor": payment.amount_minor, "currency": payment.currency, "name": payment.name}
    details |= {"failure": reason} if reason else {}
    subject = about(payment)
    event = await audit.record(tx, system, verb, subject, people, details, now)
    if subject[0] == "credit_purchase" and verb != "buy_credits_by_card":
        await MAIL.ask(tx, CardMailAsked(event.id, payment.id, verb, payment.amount_minor))
    await tell(tx, event, about=hints(*subject))
