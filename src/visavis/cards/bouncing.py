"""A refund that the provider does not send (any more) is owed again: the client is told, and operators, who
send it by hand."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec
import structlog

from visavis.cards.access import load_payment_by_id
from visavis.cards.mails import MAIL, CardMailAsked
from visavis.cards.queries import PaymentRow, RefundRow, after
from visavis.cards.queries.after import OwnRefundRow
from visavis.kit import audit
from visavis.kit.actor import SYSTEM, Actor
from visavis.kit.sql import Tx
from visavis.notifications.actions import tell
from visavis.operations.jobs import Job, Work

_log = structlog.get_logger(__name__)


async def bounce(
    tx: Tx, system: Actor, payment_id: UUID, refund_id: UUID, code: str, now: datetime, *, share_back: bool
) -> bool:
    """`share_back`: who was paid directly has given their share of it back. False when it was said before."""
    if not await after.bounce.value(tx, refund_id, code[:60], share_back, now):
        return False
    _log.error("a refund did not go through", refund=str(refund_id), code=code)
    payment = await load_payment_by_id(tx, system, payment_id)
    refund = await after.own_refund.one(tx, payment_id)
    await _tell(tx, system, "bounce_refund", payment, refund, now)
    await tell_operators(tx, system, "find_bounced_refund", payment, refund.amount_minor, now)
    return True


async def _tell(
    tx: Tx,
    system: Actor,
    verb: Literal["bounce_refund", "send_bounced_refund"],
    payment: PaymentRow,
    refund: OwnRefundRow,
    now: datetime,
) -> None:
    """The two sides of what was paid."""
    details = {"amount_minor": refund.amount_minor, "currency": payment.currency, "name": payment.name}
    details |= {"reason": refund.note} if refund.note else {}
    subject = about(payment)
    people = [each for each in (payment.practitioner_id, payment.client_id) if each]
    event = await audit.record(tx, system, verb, subject, people, details, now)
    if subject[0] == "credit_purchase":
        await MAIL.ask(tx, CardMailAsked(event.id, payment.id, verb, refund.amount_minor))
    await tell(tx, event, about=hints(*subject))


class SentByHand(msgspec.Struct, frozen=True):
    """Whose refund an operator has sent."""

    payment_id: UUID


async def tell_sent(work: Work, asked: SentByHand) -> None:
    """The two sides hear of it, once however often this runs."""
    async with work.database.handle().transaction(SYSTEM) as tx:
        payment = await load_payment_by_id(tx, SYSTEM, asked.payment_id)
        refund = await after.own_refund.one(tx, asked.payment_id)
        if not await after.told_of_sending.value(tx, about(payment)[1]):
            await _tell(tx, SYSTEM, "send_bounced_refund", payment, refund, work.now)


TELL = Job("cards.tell_sent", SentByHand, tell_sent)


async def tell_operators(
    tx: Tx, system: Actor, verb: str, payment: PaymentRow, amount_minor: int, now: datetime
) -> None:
    """Who looks after the installation has something to decide about a payment."""
    people = await after.operators.values(tx)
    details = {"amount_minor": amount_minor, "currency": payment.currency, "name": payment.name}
    event = await audit.record(tx, system, verb, ("card_payment", payment.id), people, details, now)
    await tell(tx, event, about=["money"])


def about(of: RefundRow | PaymentRow) -> tuple[str, UUID]:
    """What money is of, as the history knows it."""
    if of.session_id is not None:
        return "session", of.session_id
    if of.purchase_id is None:
        raise LookupError("a payment of nothing")
    return "credit_purchase", of.purchase_id


def hints(kind: str, subject_id: UUID) -> list[str]:
    """Which parts of pages show it."""
    return ["dashboard", "money", f"{kind}:{subject_id}", *(["credits"] if kind == "credit_purchase" else [])]
