"""/sessions/{id}/refund: the practitioner says that the money went back."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath

from visavis.accounts.authentication import require_account
from visavis.booking.access import load_session
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError
from visavis.kit.forms import Form, typed_text
from visavis.kit.pages import Page, done, render
from visavis.money import refunds
from visavis.money.access import RefundRow, load_refund

_PATH = "/sessions/{session_id:uuid}/refund"
Asked = Request[Any, Any, Any]


class RefundPage(Page, frozen=True, kw_only=True):
    """`mine`: the reader sends it."""

    template: ClassVar[str] = "money/refund.html"
    refund: RefundRow
    name: str
    mine: bool
    form: Form


@get(_PATH, include_in_schema=False)
async def show(request: Asked, session_id: FromPath[UUID], actor: Actor, db: Db) -> Response[Any]:
    """What comes back, and the form of who sends it."""
    return render(request, await _page(db, require_account(actor), session_id, Form()))


@post(_PATH, include_in_schema=False)
async def send(
    request: Asked, session_id: FromPath[UUID], actor: Actor, db: Db, now: datetime
) -> Response[Any]:
    """It is sent."""
    require_account(actor)
    typed = typed_text(await request.form(), "note")
    try:
        await refunds.send_refund(db, actor, session_id, typed, now)
    except InvalidInputError as refused:
        page = await _page(db, actor, session_id, Form.refused({"note": typed}, refused))
        return render(request, page, refused.status)
    return done(request, f"/sessions/{session_id}")


async def _page(db: Db, actor: Actor, session_id: UUID, form: Form) -> RefundPage:
    async with db.transaction(actor) as tx:
        seat = await load_session(tx, actor, session_id)
        refund = await load_refund(tx, session_id)
    mine = refund.practitioner_id == actor.account_id
    return RefundPage(refund=refund, name=seat.other_name, mine=mine, form=form)


ROUTES = [show, send]
