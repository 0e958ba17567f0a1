"""What web processes do about cards: begin a payment, keep what a provider says, ask for a look. None of it
makes anything paid."""

from datetime import datetime
from uuid import UUID

import msgspec

from visavis.booking.access import load_session
from visavis.booking.rules import Party
from visavis.cards import queries
from visavis.cards.access import load_payment
from visavis.cards.direct.looking import LOOK_AT_ACCOUNT, PractitionerId
from visavis.cards.errors import NothingToPayError
from visavis.cards.looking import LOOK, PaymentId
from visavis.cards.provider import (
    Intent,
    Provider,
    ProviderForgotError,
    ProviderRefusedError,
    ProviderUnreachableError,
    Wanted,
)
from visavis.cards.queries import PaymentRow
from visavis.cards.rules import OfSession, Payable
from visavis.cards.watching import WATCH, is_about_return
from visavis.credits.access import load_purchase
from visavis.kit import throttle
from visavis.kit.actor import NOBODY, Actor
from visavis.kit.db import Db
from visavis.kit.errors import ForbiddenError, NotFoundError
from visavis.kit.sql import Tx
from visavis.kit.words import _


class Begun(msgspec.Struct, frozen=True, kw_only=True):
    """A payment that can be made, and the provider's side of it; `due_at`: until when it is kept."""

    payment: PaymentRow
    intent: Intent
    due_at: datetime | None


async def begin(db: Db, actor: Actor, provider: Provider, payable: Payable, now: datetime) -> Begun:
    """The one payment of what the acting client owes, at the provider, too: made, or made before.

    Where the money goes, the database has said. Raises NotFoundError, ForbiddenError, NothingToPayError,
    ProviderUnreachableError, ProviderRefusedError.
    """
    async with db.transaction(actor) as tx:
        payment = await _own(tx, actor, payable, now)
    if payment.intent_id is not None:
        intent = await _known(db, actor, provider, payment, payment.intent_id, now)
        return Begun(payment=payment, intent=intent, due_at=payment.due_at)
    intent = await _ask(db, actor, provider, payment, now)
    async with db.transaction(actor) as tx:
        if not await queries.keep_intent.value(tx, payment.id, intent.id, payment.destination):
            raise NothingToPayError
        return Begun(
            payment=await queries.find_payment.one(tx, payment.id), intent=intent, due_at=payment.due_at
        )


async def _known(
    db: Db, actor: Actor, provider: Provider, payment: PaymentRow, intent_id: str, now: datetime
) -> Intent:
    """One that the provider forgot is the worker's to let go of: in a moment there is another."""
    try:
        return await provider.look(intent_id)
    except ProviderForgotError:
        async with db.transaction(actor) as tx:
            await LOOK.ask(tx, PaymentId(payment.id), at=now)
        raise ProviderUnreachableError from None


async def _ask(db: Db, actor: Actor, provider: Provider, payment: PaymentRow, now: datetime) -> Intent:
    """A refusal may be of the account that it should go to: the worker looks, and the next try knows."""
    try:
        return await provider.begin(
            Wanted(
                payment_id=payment.id,
                amount_minor=payment.amount_minor,
                currency=payment.currency,
                description=payment.name,
                fee_minor=payment.commission_minor if payment.destination else None,
                account=payment.destination,
                instead_of=payment.lost_intent_id,
            )
        )
    except ProviderRefusedError:
        if payment.destination and payment.practitioner_id:
            async with db.transaction(actor) as tx:
                await LOOK_AT_ACCOUNT.ask(tx, PractitionerId(payment.practitioner_id), at=now)
        raise


async def _own(tx: Tx, actor: Actor, payable: Payable, now: datetime) -> PaymentRow:
    """Its row, with the amount of the session or purchase, whatever anybody says."""
    if not await _pays(tx, actor, payable):
        raise ForbiddenError(_("Paying is the other side's to do."))
    by = (payable.id, None) if isinstance(payable, OfSession) else (None, payable.id)
    payment_id: UUID | None = await queries.begin_payment.value(tx, *by, now)
    if payment_id is None:
        raise NothingToPayError
    return await queries.find_payment.one(tx, payment_id)


async def _pays(tx: Tx, actor: Actor, payable: Payable) -> bool:
    if isinstance(payable, OfSession):
        return (await load_session(tx, actor, payable.id)).party is Party.CLIENT
    return (await load_purchase(tx, actor, payable.id)).client_id == actor.account_id


async def keep_event(db: Db, event_id: str, kind: str, intent_id: str, now: datetime) -> bool:
    """A provider has said something, and its signature is good; `now` is when. The worker looks for itself.
    False when it was said before, or is about nothing of ours."""
    async with db.transaction(NOBODY) as tx:
        payment_id: UUID | None = await queries.keep_event.value(tx, event_id, kind[:100], intent_id)
        if payment_id is None:
            return False
        await (WATCH if is_about_return(kind) else LOOK).ask(tx, PaymentId(payment_id), at=now)
        return True


async def ask_look(db: Db, actor: Actor, payable: Payable, now: datetime) -> None:
    """The person comes back from the card form: the worker looks at once. Raises NotFoundError."""
    await throttle.count(db, "look at card", f"{actor.known_id} {payable.id}", most=30, seconds=600)
    async with db.transaction(actor) as tx:
        payment = await load_payment(tx, actor, payable)
        if payment is None or payment.client_id != actor.account_id:
            raise NotFoundError
        await LOOK.ask(tx, PaymentId(payment.id), at=now)
