"""Credits: what you have, what happened to it, what there is to buy, and buying it by transfer."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, get, post, put
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath, QueryParameter

from visavis.api.problems import problems
from visavis.api.routes.steps import STEP, UPLOAD, SentProof
from visavis.api.shapes.bodies import NewPurchase
from visavis.api.shapes.credits import (
    CreditBalance,
    CreditEntry,
    CreditPackage,
    CreditPurchase,
    balances_of,
    entry_of,
    package_of,
    purchase_of,
)
from visavis.credits import purchasing
from visavis.credits.access import load_entries, load_left, load_packages, load_purchase, load_purchases
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.files import files_in
from visavis.payments.proofs import Proof


@get(
    "/credits",
    operation_id="readCredits",
    summary="Your credits",
    tags=["Credits"],
    responses=problems(),
)
async def read(db: Db, actor: Actor) -> list[CreditBalance]:
    """What you can spend now, by practitioner; what has expired is not in it."""
    async with db.transaction(actor) as tx:
        return balances_of(await load_left(tx, actor))


@get(
    "/credits/history",
    operation_id="readCreditHistory",
    summary="What came and went",
    tags=["Credits"],
    responses=problems(),
)
async def history(
    db: Db,
    actor: Actor,
    before: Annotated[
        int | None, QueryParameter(ge=1, le=2**62, description="The `id` of the last line of the page before")
    ] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=100, description="At most this many")] = 50,
) -> list[CreditEntry]:
    """Your ledger, latest first."""
    async with db.transaction(actor) as tx:
        return [entry_of(row) for row in await load_entries(tx, actor, before, limit)]


@get(
    "/credits/packages",
    operation_id="listCreditPackages",
    summary="Credits to buy",
    tags=["Credits"],
    responses=problems(),
)
async def packages(
    db: Db,
    actor: Actor,
    practitioner_id: Annotated[
        UUID | None, QueryParameter(description="Of this practitioner; without it, the platform's")
    ] = None,
) -> list[CreditPackage]:
    """What is sold now, cheapest first."""
    async with db.transaction(actor) as tx:
        return [package_of(row) for row in await load_packages(tx, practitioner_id)]


@get(
    "/credits/purchases",
    operation_id="listCreditPurchases",
    summary="What you buy and bought",
    tags=["Credits"],
    responses=problems(),
)
async def purchases(db: Db, actor: Actor) -> list[CreditPurchase]:
    """Those that are not settled first, then the latest; 30 at most."""
    async with db.transaction(actor) as tx:
        return [purchase_of(row) for row in await load_purchases(tx, actor)]


@get(
    "/credits/purchases/{purchase_id:uuid}",
    operation_id="readCreditPurchase",
    summary="One purchase",
    tags=["Credits"],
    responses=problems(404),
)
async def read_purchase(db: Db, actor: Actor, purchase_id: FromPath[UUID]) -> CreditPurchase:
    """For who buys and who sells."""
    return await _purchase(db, actor, purchase_id)


@post(
    "/credits/purchases",
    operation_id="buyCredits",
    summary="Begin to buy a package",
    tags=["Credits"],
    responses=problems(403, 404, 409),
)
async def buy(db: Db, actor: Actor, now: datetime, data: NewPurchase) -> CreditPurchase:
    """What it costs and gives is the package's. Begun already and not paid, it is the same purchase."""
    purchase_id = await purchasing.request_purchase(db, actor, data.package_id, now)
    return await _purchase(db, actor, purchase_id)


@post(
    "/credits/purchases/{purchase_id:uuid}/submit-payment",
    operation_id="submitCreditPayment",
    summary="Send the proof of a payment for credits",
    tags=["Credits"],
    request_max_body_size=UPLOAD,
    **STEP,
)
async def submit_payment(
    request: Request[Any, Any, Any],
    db: Db,
    actor: Actor,
    now: datetime,
    purchase_id: FromPath[UUID],
    data: Annotated[SentProof, Body(media_type=RequestEncodingType.MULTI_PART)],
) -> CreditPurchase:
    """For who buys: a JPEG, PNG or WebP picture or a PDF of at most 10 MB."""
    proof = Proof(data=await data.proof.read(), reference=data.reference, note=data.note)
    store = files_in(request.app.state.settings.home)
    return purchase_of(await purchasing.submit_proof(db, actor, store, purchase_id, proof, now))


@put(
    "/credits/purchases/{purchase_id:uuid}/withdraw",
    operation_id="withdrawCreditPurchase",
    summary="Do not buy it after all",
    tags=["Credits"],
    **STEP,
)
async def withdraw(db: Db, actor: Actor, now: datetime, purchase_id: FromPath[UUID]) -> CreditPurchase:
    """For who buys, before a payment is being checked."""
    return purchase_of(await purchasing.withdraw(db, actor, purchase_id, now))


async def _purchase(db: Db, actor: Actor, purchase_id: UUID) -> CreditPurchase:
    async with db.transaction(actor) as tx:
        return purchase_of(await load_purchase(tx, actor, purchase_id))


READS = [read, history, packages, purchases, read_purchase]
CHANGES = [buy, submit_payment, withdraw]
