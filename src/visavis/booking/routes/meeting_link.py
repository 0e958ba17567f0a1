"""Where to meet: the practitioner sets, changes or removes a link."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath

from visavis.accounts.authentication import require_account
from visavis.booking import actions
from visavis.booking.access import load_session
from visavis.booking.rules import OPEN, Party, WrongStateError
from visavis.booking.views import Card, card_of
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import ForbiddenError, InvalidInputError
from visavis.kit.forms import Form, typed_text
from visavis.kit.pages import Page, done, render
from visavis.kit.words import _


class MeetingLinkPage(Page, frozen=True, kw_only=True):
    """`moved` says why the link cannot be set any more."""

    template: ClassVar[str] = "booking/meeting_link.html"
    card: Card
    meeting_url: str
    moved: str
    form: Form


@get("/sessions/{session_id:uuid}/meeting-link", include_in_schema=False)
async def meeting_link_form(
    request: Request[Any, Any, Any], session_id: FromPath[UUID], actor: Actor, db: Db, now: datetime
) -> Response[Any]:
    """The present link, to change."""
    return render(request, await _page(db, require_account(actor), session_id, now, Form()))


@post("/sessions/{session_id:uuid}/meeting-link", include_in_schema=False)
async def set_meeting_link(
    request: Request[Any, Any, Any], session_id: FromPath[UUID], actor: Actor, db: Db, now: datetime
) -> Response[Any]:
    """Any https link; an empty one takes it away."""
    require_account(actor)
    typed = typed_text(await request.form(), "meeting_url")
    try:
        await actions.set_meeting_link(db, actor, session_id, typed, now)
    except (InvalidInputError, WrongStateError) as refused:
        page = await _page(db, actor, session_id, now, Form.refused({"meeting_url": typed}, refused))
        return render(request, page, refused.status)
    return done(request, f"/sessions/{session_id}")


async def _page(db: Db, actor: Actor, session_id: UUID, now: datetime, form: Form) -> MeetingLinkPage:
    async with db.transaction(actor) as tx:
        seat = await load_session(tx, actor, session_id)
    if seat.party is not Party.PRACTITIONER:
        raise ForbiddenError(_("The meeting link is the practitioner's to set."))
    return MeetingLinkPage(
        card=card_of(seat, actor, now, {}),
        meeting_url=seat.meeting_url or "",
        moved="" if seat.session.status in OPEN else _("This session is over."),
        form=form,
    )


ROUTES = [meeting_link_form, set_meeting_link]
