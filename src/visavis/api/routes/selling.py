"""Credits for who gives and sells them: packages, gifts, payments to verify, what clients have."""

from datetime import datetime
from uuid import UUID

from litestar import delete, get, post, put
from litestar.params import FromPath

from visavis.api.problems import problems
from visavis.api.routes.steps import STEP
from visavis.api.shapes.bodies import NewGift, NewPackage, Reason
from visavis.api.shapes.credits import (
    ClientCredits,
    CreditGift,
    CreditPackage,
    CreditPurchase,
    clients_of,
    package_of,
    purchase_of,
)
from visavis.credits import purchasing
from visavis.credits.access import load_package, load_seller, load_shop, load_to_check
from visavis.credits.actions import grant
from visavis.credits.packages import add_package, archive_package
from visavis.credits.rules import Grant, Package
from visavis.kit.actor import Actor
from visavis.kit.db import Db


@get(
    "/credits/clients",
    operation_id="listClientCredits",
    summary="What your clients have of your credits",
    tags=["Credits"],
    responses=problems(403),
)
async def clients(db: Db, actor: Actor) -> list[ClientCredits]:
    """For practitioners: the hundred clients whose credits expire first."""
    async with db.transaction(actor) as tx:
        return clients_of((await load_shop(tx, actor, platform=False)).left)


@get(
    "/credits/purchases/to-verify",
    operation_id="listCreditPaymentsToVerify",
    summary="Payments for your credits that wait for you",
    tags=["Credits"],
    responses=problems(403),
)
async def to_verify(db: Db, actor: Actor) -> list[CreditPurchase]:
    """For practitioners, what waits longest first."""
    async with db.transaction(actor) as tx:
        await load_seller(tx, actor, platform=False)
        return [purchase_of(row) for row in await load_to_check(tx, actor)]


@post(
    "/credits/packages",
    operation_id="addCreditPackage",
    summary="Sell a package",
    tags=["Credits"],
    responses=problems(403),
)
async def add(db: Db, actor: Actor, now: datetime, data: NewPackage) -> CreditPackage:
    """For practitioners. It is never changed: remove it and add another."""
    async with db.transaction(actor) as tx:
        currency = (await load_seller(tx, actor, platform=False)).currency
    wanted = Package(
        name=data.name,
        credits=data.credits,
        price_minor=data.price_minor,
        currency=currency,
        valid_months=data.valid_months,
    )
    package_id = await add_package(db, actor, wanted, now)
    async with db.transaction(actor) as tx:
        return package_of(await load_package(tx, package_id))


@delete(
    "/credits/packages/{package_id:uuid}",
    operation_id="removeCreditPackage",
    summary="Sell a package no longer",
    tags=["Credits"],
    responses=problems(403, 404),
)
async def remove(db: Db, actor: Actor, now: datetime, package_id: FromPath[UUID]) -> None:
    """What was bought of it stays, and purchases that are begun go on."""
    await archive_package(db, actor, package_id, now)


@post(
    "/credits/gifts",
    operation_id="giveCredits",
    summary="Give credits to a client",
    tags=["Credits"],
    responses=problems(403, 404),
)
async def give(db: Db, actor: Actor, now: datetime, data: NewGift) -> CreditGift:
    """For practitioners, and for operators with `platform`: the client has them at once, and nothing takes
    them back."""
    wanted = Grant(name=data.name, credits=data.credits, valid_months=data.valid_months)
    lot_id = await grant(db, actor, data.client_id, wanted, now, platform=data.platform)
    return CreditGift(
        id=lot_id,
        client_id=data.client_id,
        name=data.name,
        credits=data.credits,
        valid_months=data.valid_months,
    )


@put(
    "/credits/purchases/{purchase_id:uuid}/verify-payment",
    operation_id="verifyCreditPayment",
    summary="Confirm a payment for credits",
    tags=["Credits"],
    **STEP,
)
async def verify_payment(db: Db, actor: Actor, now: datetime, purchase_id: FromPath[UUID]) -> CreditPurchase:
    """For who sells: the client has the credits from now on."""
    return purchase_of(await purchasing.verify(db, actor, purchase_id, now))


@put(
    "/credits/purchases/{purchase_id:uuid}/reject-payment",
    operation_id="rejectCreditPayment",
    summary="Say that the payment for credits was not found",
    tags=["Credits"],
    **STEP,
)
async def reject_payment(
    db: Db, actor: Actor, now: datetime, purchase_id: FromPath[UUID], data: Reason
) -> CreditPurchase:
    """For who sells; the client can send another proof."""
    return purchase_of(await purchasing.refuse(db, actor, purchase_id, data.reason, now))


READS = [clients, to_verify]
CHANGES = [add, remove, give, verify_payment, reject_payment]
