"""/operator/money: refunds that bounced, and what was done on the provider's own pages; also without keys."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath

from visavis.accounts.access import require_operator
from visavis.cards import deciding
from visavis.cards.access import StuckRow, TroubleRow, load_stuck_one, load_trouble
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError
from visavis.kit.forms import Form, typed_text
from visavis.kit.pages import Page, done, render

HOME = "/operator/money"
_REFUND, _TROUBLE = f"{HOME}/refunds/{{refund_id:uuid}}", f"{HOME}/card-troubles/{{trouble:str}}"
Asked = Request[Any, Any, Any]


class StuckPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "cards/stuck.html"
    it: StuckRow
    form: Form


class TroublePage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "cards/trouble.html"
    it: TroubleRow
    form: Form


@get(_REFUND, include_in_schema=False)
async def stuck_refund(request: Asked, refund_id: FromPath[UUID], actor: Actor, db: Db) -> Response[Any]:
    """Whom to send it to, and why it did not go through."""
    return render(request, await _stuck(db, require_operator(actor), refund_id, Form()))


@post(_REFUND, include_in_schema=False)
async def send_by_hand(
    request: Asked, refund_id: FromPath[UUID], actor: Actor, db: Db, now: datetime
) -> Response[Any]:
    """It is sent."""
    require_operator(actor)
    typed = typed_text(await request.form(), "note")
    try:
        await deciding.send_by_hand(db, actor, refund_id, typed, now)
    except InvalidInputError as refused:
        page = await _stuck(db, actor, refund_id, Form.refused({"note": typed}, refused))
        return render(request, page, refused.status)
    return done(request, HOME)


@get(_TROUBLE, include_in_schema=False)
async def card_trouble(request: Asked, trouble: FromPath[str], actor: Actor, db: Db) -> Response[Any]:
    """What happened, and what may follow from it."""
    return render(request, await _trouble(db, require_operator(actor), trouble, Form()))


@post(_TROUBLE, include_in_schema=False)
async def settle_trouble(
    request: Asked, trouble: FromPath[str], actor: Actor, db: Db, now: datetime
) -> Response[Any]:
    """It is dealt with."""
    require_operator(actor)
    typed = typed_text(await request.form(), "note")
    try:
        await deciding.settle_trouble(db, actor, trouble, typed, now)
    except InvalidInputError as refused:
        page = await _trouble(db, actor, trouble, Form.refused({"note": typed}, refused))
        return render(request, page, refused.status)
    return done(request, HOME)


async def _stuck(db: Db, actor: Actor, refund_id: UUID, form: Form) -> StuckPage:
    async with db.transaction(actor) as tx:
        return StuckPage(it=await load_stuck_one(tx, actor, refund_id), form=form)


async def _trouble(db: Db, actor: Actor, trouble_id: str, form: Form) -> TroublePage:
    async with db.transaction(actor) as tx:
        return TroublePage(it=await load_trouble(tx, actor, trouble_id), form=form)


ROUTES = [stuck_refund, send_by_hand, card_trouble, settle_trouble]
