"""Refunds of unspent credits: what is left of a purchase, taking it back, and that the money is sent."""

from datetime import datetime
from uuid import UUID

from litestar import get, post, put
from litestar.params import FromPath

from visavis.api.problems import problems
from visavis.api.shapes.credits import CreditsRefund, TakenBack, UnspentCredits, credits_refund_of, unspent_of
from visavis.api.shapes.money import NewRefund
from visavis.credits import refunding
from visavis.credits.access import load_purchase
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import NotFoundError
from visavis.money.access import find_credits_refund, find_unspent

_ONE = "/credits/purchases/{purchase_id:uuid}"


@get(
    f"{_ONE}/unspent",
    operation_id="readUnspentCredits",
    summary="What is left of a purchase",
    tags=["Credits"],
    responses=problems(404),
)
async def unspent(db: Db, actor: Actor, purchase_id: FromPath[UUID]) -> UnspentCredits:
    """For who sold it; 404 where nothing is left, or it went back before."""
    async with db.transaction(actor) as tx:
        purchase = await load_purchase(tx, actor, purchase_id)
        left = await find_unspent(tx, purchase_id)
    if left is None:
        raise NotFoundError
    return unspent_of(left, purchase.currency)


@get(
    f"{_ONE}/refund",
    operation_id="readCreditsRefund",
    summary="What went back of a purchase",
    tags=["Credits"],
    responses=problems(404),
)
async def read(db: Db, actor: Actor, purchase_id: FromPath[UUID]) -> CreditsRefund:
    """For who bought and who sold it; 404 where nothing did."""
    async with db.transaction(actor) as tx:
        await load_purchase(tx, actor, purchase_id)
        found = await find_credits_refund(tx, purchase_id)
    if found is None:
        raise NotFoundError
    return credits_refund_of(found)


@post(
    f"{_ONE}/refund",
    operation_id="takeBackCredits",
    summary="Take unspent credits back",
    tags=["Credits"],
    responses=problems(403, 404, 409),
)
async def take_back(
    db: Db, actor: Actor, now: datetime, purchase_id: FromPath[UUID], data: TakenBack
) -> CreditsRefund:
    """By who sold them, once, all that are left: the client is owed what they are worth. What was paid by
    card goes back to it by itself."""
    return credits_refund_of(await refunding.take_back(db, actor, purchase_id, data.credits, now))


@put(
    f"{_ONE}/refund/sending",
    operation_id="sendCreditsRefund",
    summary="Say that such a refund was sent",
    tags=["Credits"],
    responses=problems(403, 404, 409),
)
async def send(
    db: Db, actor: Actor, now: datetime, purchase_id: FromPath[UUID], data: NewRefund
) -> CreditsRefund:
    """By who sold them, once."""
    return credits_refund_of(await refunding.send_refund(db, actor, purchase_id, data.note, now))


READS = [unspent, read]
CHANGES = [take_back, send]
