"""/credits/purchases/{id}/refund: the seller takes unspent credits back, and says that the money is sent."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath

from visavis.accounts.authentication import require_account
from visavis.credits import refunding
from visavis.credits.access import load_people, load_purchase
from visavis.credits.errors import CreditsMovedError
from visavis.credits.views import Bought, bought_of
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError, NotFoundError
from visavis.kit.forms import Form, typed_text, whole_in
from visavis.kit.pages import Page, done, render
from visavis.money.access import CreditsRefundRow, UnspentRow, find_credits_refund, find_unspent

ONE = "/credits/purchases/{purchase_id:uuid}/refund"
Asked = Request[Any, Any, Any]


class RefundPage(Page, frozen=True, kw_only=True):
    """`mine`: the reader sold it. Before, `unspent` is what is left to take back; afterwards there is a
    `refund`."""

    template: ClassVar[str] = "credits/refund.html"
    bought: Bought
    mine: bool
    unspent: UnspentRow | None
    refund: CreditsRefundRow | None
    form: Form


@get(ONE, include_in_schema=False)
async def show(request: Asked, purchase_id: FromPath[UUID], actor: Actor, db: Db) -> Response[Any]:
    """What is left and what it is worth, or what became of it; for the client once there is something."""
    return render(request, await _page(db, require_account(actor), purchase_id, Form()))


@post(ONE, include_in_schema=False)
async def take_back(
    request: Asked, purchase_id: FromPath[UUID], actor: Actor, db: Db, now: datetime
) -> Response[Any]:
    """Credits go, and the money is owed. A number of credits that is not there any more is asked again."""
    require_account(actor)
    seen = whole_in(typed_text(await request.form(), "credits"))
    try:
        await refunding.take_back(db, actor, purchase_id, seen, now)
    except CreditsMovedError as refused:
        page = await _page(db, actor, purchase_id, Form.refused({}, refused))
        return render(request, page, refused.status)
    return done(request, f"/credits/purchases/{purchase_id}")


@post(f"{ONE}/sending", include_in_schema=False)
async def send(
    request: Asked, purchase_id: FromPath[UUID], actor: Actor, db: Db, now: datetime
) -> Response[Any]:
    """The money is sent."""
    require_account(actor)
    typed = typed_text(await request.form(), "note")
    try:
        await refunding.send_refund(db, actor, purchase_id, typed, now)
    except InvalidInputError as refused:
        page = await _page(db, actor, purchase_id, Form.refused({"note": typed}, refused))
        return render(request, page, refused.status)
    return done(request, f"/credits/purchases/{purchase_id}")


async def _page(db: Db, actor: Actor, purchase_id: UUID, form: Form) -> RefundPage:
    async with db.transaction(actor) as tx:
        found = await load_purchase(tx, actor, purchase_id)
        mine = found.client_id != actor.account_id
        refund = await find_credits_refund(tx, purchase_id)
        if refund is None and not mine:
            raise NotFoundError
        people = await load_people(tx, [found.practitioner_id, found.client_id])
        unspent = await find_unspent(tx, purchase_id) if mine else None
    bought = bought_of(found, actor, people)
    return RefundPage(bought=bought, mine=mine, unspent=unspent, refund=refund, form=form)


ROUTES = [show, take_back, send]
