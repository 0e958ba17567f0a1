"""Cards that somebody keeps for the next time, by their own consent. The provider keeps them, not we: what is
known here is under which name."""

from datetime import datetime
from typing import TYPE_CHECKING

from visavis.cards import queries
from visavis.cards.provider import ProviderRefusedError
from visavis.cards.stripe.answers import Method
from visavis.kit import audit
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError, NotFoundError
from visavis.kit.sql import Tx
from visavis.kit.words import _
from visavis.live.actions import hint

if TYPE_CHECKING:  # the library is loaded when the first payment asks for it
    from visavis.cards.stripe.client import StripeCards


async def customer_of(tx: Tx, actor: Actor) -> str | None:
    """The actor's name at the provider; None as long as they have kept no card."""
    customer: str | None = await queries.customer_of.value(tx, actor.known_id)
    return customer


async def prepare(
    db: Db, actor: Actor, provider: "StripeCards", intent_id: str, now: datetime, *, keep: bool, kept: str
) -> None:
    """Just before a try: whether its card shall be kept, or which kept one is used. Whom the provider does
    not know any more, as after a change from its test keys to live ones, has kept nothing, and pays all the
    same.

    Raises InvalidInputError for a card that is not theirs (any more), ProviderUnreachableError,
    ProviderRefusedError.
    """
    async with db.transaction(actor) as tx:
        customer = await customer_of(tx, actor)
    if keep and customer is None:
        customer = await _agree(db, actor, await provider.customer_of(actor.known_id), now)
    if kept and (customer is None or kept not in {each.id for each in await provider.cards_of(customer)}):
        raise InvalidInputError(_("This card is not kept any more. Please type it, or use another one."))
    if customer is None:
        return
    try:  # also to take back what an earlier try agreed to
        await provider.keep_card(intent_id, customer, keep=keep and not kept)
    except ProviderRefusedError:
        if await provider.has_customer(customer):
            raise
        await _begin_anew(db, actor, provider, intent_id, customer, now, keep=keep)


async def _begin_anew(
    db: Db, actor: Actor, provider: "StripeCards", intent_id: str, lost: str, now: datetime, *, keep: bool
) -> None:
    async with db.transaction(actor) as tx:
        me = actor.known_id
        if await queries.forget_customer.run(tx, me, lost):
            await audit.record(tx, actor, "lose_kept_cards", ("account", me), [me], at=now)
        await hint(tx, to=[me], about=["cards"])
    if not keep:
        return await provider.keep_card(intent_id, None, keep=False)
    customer = await _agree(db, actor, await provider.customer_of(me, instead_of=lost), now)
    return await provider.keep_card(intent_id, customer, keep=True)


async def kept_cards(db: Db, actor: Actor, provider: "StripeCards") -> list[Method]:
    """The actor's cards, as the provider keeps them."""
    async with db.transaction(actor) as tx:
        customer = await customer_of(tx, actor)
    return await provider.cards_of(customer) if customer else []


async def forget(db: Db, actor: Actor, provider: "StripeCards", method_id: str, now: datetime) -> None:
    """Keep a card no longer. NotFoundError when it is not the actor's."""
    async with db.transaction(actor) as tx:
        customer = await customer_of(tx, actor)
    if customer is None or not await provider.forget_card(customer, method_id):
        raise NotFoundError
    async with db.transaction(actor) as tx:
        me = actor.known_id
        await audit.record(tx, actor, "forget_card", ("account", me), [me], at=now)
        await hint(tx, to=[me], about=["cards"])


async def _agree(db: Db, actor: Actor, customer: str, now: datetime) -> str:
    async with db.transaction(actor) as tx:
        me = actor.known_id
        await queries.keep_customer.run(tx, me, customer, now)
        await audit.record(tx, actor, "agree_to_keep_cards", ("account", me), [me], at=now)
        await hint(tx, to=[me], about=["cards"])
    return customer
