"""One purchase, for who buys and who sells: pay and prove, verify or refuse."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath

from visavis.accounts.authentication import require_account
from visavis.credits import purchasing
from visavis.credits.access import load_how_to_pay, load_people, load_purchase
from visavis.credits.errors import PurchaseMovedError
from visavis.credits.rules import PurchaseStatus
from visavis.credits.views import Bought, bought_of
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import ForbiddenError, InvalidInputError
from visavis.kit.files import files_in
from visavis.kit.forms import Form, typed_text
from visavis.kit.pages import Page, done, is_bare_button, render
from visavis.money.access import CreditsRefundRow, UnspentRow, find_credits_refund, find_unspent
from visavis.papers.access import papers_of_purchase
from visavis.papers.views import Listed, listed
from visavis.payments.access import ProofRow, load_proof_of_purchase, load_proofs_of_purchase
from visavis.payments.proofs import MOST_BYTES, Proof
from visavis.payments.serving import file_of

ONE = "/credits/purchases/{purchase_id:uuid}"
_MOST_BODY = MOST_BYTES + 2 * 1024 * 1024  # a file somewhat too large still gets its answer next to the field


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """A purchase for the reader; `buys`: they are the client; `pay` is how to pay, `home` a way back;
    `unspent` is what its seller can give back, `refund` what they have."""

    bought: Bought
    buys: bool
    pay: str
    proofs: list[ProofRow]
    home: str
    papers: list[Listed]
    unspent: UnspentRow | None
    refund: CreditsRefundRow | None


class PurchasePage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "credits/purchase_page.html"
    seen: Seen
    form: Form


class PurchaseFragment(PurchasePage, frozen=True, kw_only=True):
    template: ClassVar[str] = "credits/purchase.html"


class RefusalPage(PurchasePage, frozen=True, kw_only=True):
    template: ClassVar[str] = "credits/refusal.html"


@get(ONE, include_in_schema=False)
async def purchase(
    request: Request[Any, Any, Any], purchase_id: FromPath[UUID], actor: Actor, db: Db
) -> Response[Any]:
    """Where it stands, and what to do next."""
    seen = await _see(db, require_account(actor), purchase_id)
    return render(request, PurchasePage(seen=seen, form=Form()))


@get(f"{ONE}/state", include_in_schema=False)
async def state(
    request: Request[Any, Any, Any], purchase_id: FromPath[UUID], actor: Actor, db: Db
) -> Response[Any]:
    """The live part of the page."""
    seen = await _see(db, require_account(actor), purchase_id)
    return render(request, PurchaseFragment(seen=seen, form=Form()))


@post(f"{ONE}/payment", include_in_schema=False, request_max_body_size=_MOST_BODY)
async def pay(
    request: Request[Any, Any, Any], purchase_id: FromPath[UUID], actor: Actor, db: Db, now: datetime
) -> Response[Any]:
    """The client's proof."""
    require_account(actor)
    data = await request.form()
    typed = {name: typed_text(data, name).strip() for name in ("reference", "note")}
    upload = data.get("proof")
    sent = await upload.read() if isinstance(upload, UploadFile) else b""
    store = files_in(request.app.state.settings.home)
    try:
        await purchasing.submit_proof(db, actor, store, purchase_id, Proof(data=sent, **typed), now)
    except (InvalidInputError, PurchaseMovedError) as refused:
        page = PurchasePage(seen=await _see(db, actor, purchase_id), form=Form.refused(typed, refused))
        return render(request, page, refused.status)
    return done(request, f"/credits/purchases/{purchase_id}")


@get(f"{ONE}/proof/{{slip_id:uuid}}", include_in_schema=False)
async def proof_file(
    request: Request[Any, Any, Any],
    purchase_id: FromPath[UUID],
    slip_id: FromPath[UUID],
    actor: Actor,
    db: Db,
) -> Response[bytes]:
    """A proof's file, for the two sides only."""
    async with db.transaction(require_account(actor)) as tx:
        await load_purchase(tx, actor, purchase_id)
        proof = await load_proof_of_purchase(tx, purchase_id, slip_id)
    return await file_of(request, proof)


@post(f"{ONE}/withdrawal", include_in_schema=False)
async def withdraw(
    request: Request[Any, Any, Any], purchase_id: FromPath[UUID], actor: Actor, db: Db, now: datetime
) -> Response[Any]:
    """The client thinks better of it."""
    await purchasing.withdraw(db, require_account(actor), purchase_id, now)
    return done(request, "/credits")


@post(f"{ONE}/verification", include_in_schema=False)
async def verify(
    request: Request[Any, Any, Any], purchase_id: FromPath[UUID], actor: Actor, db: Db, now: datetime
) -> Response[Any]:
    """The seller has found the money."""
    await purchasing.verify(db, require_account(actor), purchase_id, now)
    return done(request, f"/credits/purchases/{purchase_id}")


@get(f"{ONE}/refusal", include_in_schema=False)
async def refusal_form(
    request: Request[Any, Any, Any], purchase_id: FromPath[UUID], actor: Actor, db: Db
) -> Response[Any]:
    """Asks the seller why."""
    seen = await _see(db, require_account(actor), purchase_id)
    if seen.buys:
        raise ForbiddenError
    return render(request, RefusalPage(seen=seen, form=Form()))


@post(f"{ONE}/refusal", include_in_schema=False)
async def refuse(
    request: Request[Any, Any, Any], purchase_id: FromPath[UUID], actor: Actor, db: Db, now: datetime
) -> Response[Any]:
    """The seller has not found the money, and says so."""
    require_account(actor)
    reason = typed_text(await request.form(), "reason")
    try:
        await purchasing.refuse(db, actor, purchase_id, reason, now)
    except (InvalidInputError, PurchaseMovedError) as refused:
        if is_bare_button(request):
            raise
        form = Form.refused({"reason": reason}, refused)
        page = RefusalPage(seen=await _see(db, actor, purchase_id), form=form)
        return render(request, page, refused.status)
    return done(request, f"/credits/purchases/{purchase_id}")


async def _see(db: Db, actor: Actor, purchase_id: UUID) -> Seen:
    async with db.transaction(actor) as tx:
        found = await load_purchase(tx, actor, purchase_id)
        buys = found.client_id == actor.account_id
        people = await load_people(tx, [found.practitioner_id, found.client_id])
        pay = await load_how_to_pay(tx, found.practitioner_id) if buys else ""
        proofs = await load_proofs_of_purchase(tx, purchase_id)
        papers = await papers_of_purchase(tx, purchase_id)
        paid = found.status == PurchaseStatus.PAID
        unspent = await find_unspent(tx, purchase_id) if paid and not buys else None
        refund = await find_credits_refund(tx, purchase_id) if paid else None
    seller = "/practice/credits" if found.practitioner_id else "/operator/credits"
    return Seen(
        bought=bought_of(found, actor, people),
        buys=buys,
        pay=pay,
        proofs=proofs,
        home="/credits" if buys else seller,
        papers=listed(papers, "received" if buys else "issued", actor),
        unspent=unspent,
        refund=refund,
    )


ROUTES = [purchase, state, pay, proof_file, withdraw, verify, refusal_form, refuse]
