"""The client sends a proof of payment."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath

from visavis.accounts.authentication import require_account
from visavis.booking.access import Seat, load_session
from visavis.booking.phrases import by_when
from visavis.booking.rules import STEPS, Verb, WrongStateError
from visavis.booking.stepping import why_not
from visavis.booking.views import Card, card_of
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError
from visavis.kit.files import files_in
from visavis.kit.forms import Form, typed_text
from visavis.kit.pages import Page, done, render
from visavis.payments.access import load_instructions
from visavis.payments.actions import MOST_BYTES, Proof, submit_payment

_MOST_BODY = MOST_BYTES + 2 * 1024 * 1024  # a file somewhat too large still gets its answer next to the field


class SubmitPage(Page, frozen=True, kw_only=True):
    """`moved` says why no payment is awaited, `already` that a proof was sent before."""

    template: ClassVar[str] = "payments/submit.html"
    card: Card
    due: str
    moved: str
    already: bool
    form: Form


@get("/sessions/{session_id:uuid}/payment", include_in_schema=False)
async def payment_form(
    request: Request[Any, Any, Any], session_id: FromPath[UUID], actor: Actor, db: Db, now: datetime
) -> Response[Any]:
    """How much, how to pay, and a form for the proof."""
    return render(request, await _page(db, require_account(actor), session_id, now, Form()))


@post("/sessions/{session_id:uuid}/payment", include_in_schema=False, request_max_body_size=_MOST_BODY)
async def send_payment(
    request: Request[Any, Any, Any], session_id: FromPath[UUID], actor: Actor, db: Db, now: datetime
) -> Response[Any]:
    """Keeps the proof; the practitioner's page shows it with the commit."""
    require_account(actor)
    data = await request.form()
    typed = {name: typed_text(data, name).strip() for name in ("reference", "note")}
    upload = data.get("proof")
    sent = await upload.read() if isinstance(upload, UploadFile) else b""
    store = files_in(request.app.state.settings.home)
    try:
        await submit_payment(db, actor, store, session_id, Proof(data=sent, **typed), now)
    except (InvalidInputError, WrongStateError) as refused:
        page = await _page(db, actor, session_id, now, Form.refused(typed, refused))
        return render(request, page, refused.status)
    return done(request, f"/sessions/{session_id}")


async def _page(db: Db, actor: Actor, session_id: UUID, now: datetime, form: Form) -> SubmitPage:
    async with db.transaction(actor) as tx:
        seat = await load_session(tx, actor, session_id)
        refused = why_not(Verb.SUBMIT_PAYMENT, seat, now)
        how_to_pay = await load_instructions(tx, [seat.session.practitioner_id])
    return SubmitPage(
        card=card_of(seat, actor, now, how_to_pay),
        due=_due(seat, actor, now),
        moved=refused.message if refused else "",
        already=seat.session.status in STEPS[Verb.SUBMIT_PAYMENT].to,
        form=form,
    )


def _due(seat: Seat, actor: Actor, now: datetime) -> str:
    return by_when(actor, seat.session.due_at, now) if seat.session.due_at else ""


ROUTES = [payment_form, send_payment]
