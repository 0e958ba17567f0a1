"""Credits: what you have, what happened to it, what there is to buy, and buying it by transfer."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, get, post, put
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath, QueryParameter

from visavis.api.asked import NewPurchase, Reason
from visavis.api.credit_shapes import (
    CreditBalance,
    CreditEntry,
    CreditPackage,
    CreditPurchase,
    balances_of,
    entry_of,
    package_of,
    purchase_of,
)
from visavis.api.problems import problems
from visavis.api.routes.steps import STEP, UPLOAD, SentProof
from visavis.credits import purchasing
from visavis.credits.access import load_entries, load_lots, load_packages, load_purchase
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
        return balances_of(await load_lots(tx, actor))


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
    seen = data.seen_price.minor if data.seen_price else None
    purchase_id = await purchasing.request_purchase(db, actor, data.package_id, now, seen_minor=seen)
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


async def _purchase(db: Db, actor: Actor, purchase_id: UUID) -> CreditPurchase:
    async with db.transaction(actor) as tx:
        return purchase_of(await load_purchase(tx, purchase_id))


READS = [read, history, packages, read_purchase]
CHANGES = [buy, submit_payment, verify_payment, reject_payment]
