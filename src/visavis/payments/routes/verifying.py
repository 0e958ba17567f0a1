"""The practitioner checks a proof of payment."""

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
from visavis.kit.forms import Form
from visavis.kit.pages import Page, done, render
from visavis.payments.access import ProofRow, load_proofs_of
from visavis.payments.actions import verify_payment


class VerifyPage(Page, frozen=True, kw_only=True):
    """`moved` says why there is nothing to check, `already` that it was verified before."""

    template: ClassVar[str] = "payments/verify.html"
    card: Card
    proof: ProofRow | None
    moved: str
    already: bool
    form: Form


@get("/sessions/{session_id:uuid}/verification", include_in_schema=False)
async def verification_form(
    request: Request[Any, Any, Any], session_id: FromPath[UUID], actor: Actor, db: Db, now: datetime
) -> Response[Any]:
    """The proof, and what to do with it."""
    return render(request, await _page(db, require_account(actor), session_id, now, Form()))


@post("/sessions/{session_id:uuid}/verification", include_in_schema=False)
async def verify(
    request: Request[Any, Any, Any], session_id: FromPath[UUID], actor: Actor, db: Db, now: datetime
) -> Response[Any]:
    """The money has arrived: the session is certain."""
    require_account(actor)
    try:
        await verify_payment(db, actor, session_id, now)
    except WrongStateError as refused:
        page = await _page(db, actor, session_id, now, Form.refused({}, refused))
        return render(request, page, refused.status)
    return done(request, f"/sessions/{session_id}")


async def _page(db: Db, actor: Actor, session_id: UUID, now: datetime, form: Form) -> VerifyPage:
    async with db.transaction(actor) as tx:
        seat = await load_session(tx, actor, session_id)
        refused = why_not(Verb.VERIFY_PAYMENT, seat, now)
        proofs = await load_proofs_of(tx, seat)
    return VerifyPage(
        card=card_of(seat, actor, now, {}),
        proof=next((each for each in proofs if each.decision is None), None),
        moved=refused.message if refused else "",
        already=seat.session.status in STEPS[Verb.VERIFY_PAYMENT].to,
        form=form,
    )


ROUTES = [verification_form, verify]
