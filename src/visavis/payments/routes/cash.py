"""/sessions/{id}/cash: the practitioner has been paid outside."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath

from visavis.accounts.authentication import require_account
from visavis.booking.access import load_session
from visavis.booking.rules import STEPS, Verb, WrongStateError
from visavis.booking.stepping import why_not
from visavis.booking.views import Card, card_of
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError
from visavis.kit.forms import Form, typed_text
from visavis.kit.pages import Page, done, render
from visavis.payments.actions import take_cash

_PATH = "/sessions/{session_id:uuid}/cash"
Asked = Request[Any, Any, Any]


class CashPage(Page, frozen=True, kw_only=True):
    """`moved` says why no payment is awaited, `already` that it was taken before."""

    template: ClassVar[str] = "payments/cash.html"
    card: Card
    moved: str
    already: bool
    form: Form


@get(_PATH, include_in_schema=False)
async def cash_form(
    request: Asked, session_id: FromPath[UUID], actor: Actor, db: Db, now: datetime
) -> Response[Any]:
    """How much, and what it leads to."""
    return render(request, await _page(db, require_account(actor), session_id, now, Form()))


@post(_PATH, include_in_schema=False)
async def take(
    request: Asked, session_id: FromPath[UUID], actor: Actor, db: Db, now: datetime
) -> Response[Any]:
    """The session is certain."""
    require_account(actor)
    data = await request.form()
    typed = {name: typed_text(data, name).strip() for name in ("how", "reason")}
    try:
        await take_cash(db, actor, session_id, typed["how"], typed["reason"], now)
    except (InvalidInputError, WrongStateError) as refused:
        page = await _page(db, actor, session_id, now, Form.refused(typed, refused))
        return render(request, page, refused.status)
    return done(request, f"/sessions/{session_id}")


async def _page(db: Db, actor: Actor, session_id: UUID, now: datetime, form: Form) -> CashPage:
    async with db.transaction(actor) as tx:
        seat = await load_session(tx, actor, session_id)
    refused = why_not(Verb.TAKE_CASH, seat, now)
    return CashPage(
        card=card_of(seat, actor, now, {}),
        moved=refused.message if refused else "",
        already=seat.session.status in STEPS[Verb.TAKE_CASH].to and seat.session.paid_in_hand is not None,
        form=form,
    )


ROUTES = [cash_form, take]
