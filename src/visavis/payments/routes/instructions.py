"""The practitioner says how to be paid."""

from datetime import datetime
from typing import Any, ClassVar

from litestar import Request, Response, get, post

from visavis.accounts.authentication import require_account
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError
from visavis.kit.forms import Form, typed_text
from visavis.kit.pages import Page, done, render
from visavis.payments.access import load_instructions
from visavis.payments.instructions import set_instructions
from visavis.practices.access import load_own_practice


class InstructionsPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "payments/instructions.html"
    words: str
    saved: bool
    form: Form


@get("/practice/payment", include_in_schema=False)
async def instructions_form(request: Request[Any, Any, Any], actor: Actor, db: Db) -> Response[Any]:
    """What clients read when they have to pay; `?saved` after it was changed."""
    page = await _page(db, require_account(actor), "saved" in request.query_params, Form())
    return render(request, page)


@post("/practice/payment", include_in_schema=False)
async def save_instructions(
    request: Request[Any, Any, Any], actor: Actor, db: Db, now: datetime
) -> Response[Any]:
    """From now on."""
    require_account(actor)
    typed = typed_text(await request.form(), "words")
    try:
        await set_instructions(db, actor, typed, now)
    except InvalidInputError as refused:
        page = await _page(db, actor, False, Form.refused({"words": typed}, refused))
        return render(request, page, refused.status)
    return done(request, "/practice/payment?saved=1")


async def _page(db: Db, actor: Actor, saved: bool, form: Form) -> InstructionsPage:
    async with db.transaction(actor) as tx:
        practice = await load_own_practice(tx, actor)
        words = await load_instructions(tx, [practice.practitioner_id])
    return InstructionsPage(words=words.get(practice.practitioner_id, ""), saved=saved, form=form)


ROUTES = [instructions_form, save_instructions]
