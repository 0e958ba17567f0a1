"""Disputes: a payer asks their bank for the money. Open, it is for operators to answer at the provider; lost,
the books say that the money is gone, and both sides hear of it."""

from datetime import datetime

from visavis.cards.bouncing import about, hints
from visavis.cards.mails import MAIL, CardMailAsked
from visavis.cards.provider import Aftermath, Dispute
from visavis.cards.queries import PaymentRow, after
from visavis.kit import audit
from visavis.kit.actor import Actor
from visavis.kit.sql import Tx
from visavis.notifications.actions import tell


async def settle_disputes(
    tx: Tx, system: Actor, payment: PaymentRow, found: Aftermath, now: datetime
) -> None:
    """Book what was decided, once each; they are kept already."""
    under_way = any(each.refund_id and each.status != "failed" for each in found.refunds)
    for each in found.disputes:
        if each.status != "open" and await after.book_dispute.value(tx, each.id, under_way, now):
            await _tell(tx, system, payment, each, now)


async def _tell(tx: Tx, system: Actor, payment: PaymentRow, lost: Dispute, now: datetime) -> None:
    details = {"amount_minor": lost.amount_minor, "currency": payment.currency, "name": payment.name}
    subject = about(payment)
    people = [each for each in (payment.practitioner_id, payment.client_id) if each]
    event = await audit.record(tx, system, "lose_dispute", subject, people, details, now)
    if subject[0] == "credit_purchase":
        await MAIL.ask(tx, CardMailAsked(event.id, payment.id, "lose_dispute", lost.amount_minor))
    await tell(tx, event, about=hints(*subject))
