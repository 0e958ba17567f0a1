"""Feedback, given once by the client of a completed session."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath

from visavis.accounts.authentication import require_account
from visavis.booking import feedback
from visavis.booking.access import Seat, load_session
from visavis.booking.errors import FeedbackGivenError
from visavis.booking.rules import Party, Status, WrongStateError
from visavis.booking.views import Card, card_of
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import ForbiddenError, InvalidInputError
from visavis.kit.forms import Form, typed_text
from visavis.kit.pages import Page, done, render
from visavis.kit.words import _


class FeedbackPage(Page, frozen=True, kw_only=True):
    """`moved` says why feedback cannot be given, `already` that it was given before."""

    template: ClassVar[str] = "booking/feedback.html"
    card: Card
    moved: str
    already: bool
    form: Form


@get("/sessions/{session_id:uuid}/feedback", include_in_schema=False)
async def feedback_form(
    request: Request[Any, Any, Any], session_id: FromPath[UUID], actor: Actor, db: Db, now: datetime
) -> Response[Any]:
    """Stars and some words."""
    return render(request, await _page(db, require_account(actor), session_id, now, Form()))


@post("/sessions/{session_id:uuid}/feedback", include_in_schema=False)
async def give_feedback(
    request: Request[Any, Any, Any], session_id: FromPath[UUID], actor: Actor, db: Db, now: datetime
) -> Response[Any]:
    """Once, and never changed."""
    require_account(actor)
    data = await request.form()
    typed = {name: typed_text(data, name) for name in ("rating", "text")}
    try:
        rating = int(typed["rating"]) if typed["rating"] in {"1", "2", "3", "4", "5"} else 0
        await feedback.give_feedback(db, actor, session_id, rating, typed["text"].strip(), now)
    except (InvalidInputError, WrongStateError, FeedbackGivenError) as refused:
        page = await _page(db, actor, session_id, now, Form.refused(typed, refused))
        return render(request, page, refused.status)
    return done(request, f"/sessions/{session_id}")


async def _page(db: Db, actor: Actor, session_id: UUID, now: datetime, form: Form) -> FeedbackPage:
    async with db.transaction(actor) as tx:
        seat = await load_session(tx, actor, session_id)
    if seat.party is not Party.CLIENT:
        raise ForbiddenError(_("Feedback is the client's to give."))
    given = seat.session.rating is not None
    return FeedbackPage(card=card_of(seat, actor, now, {}), moved=_moved(seat), already=given, form=form)


def _moved(seat: Seat) -> str:
    if seat.session.status is not Status.COMPLETED:
        return _("Feedback can be given once the session is completed.")
    return "" if seat.session.rating is None else _("You have given feedback on this session. Thank you.")


ROUTES = [feedback_form, give_feedback]
