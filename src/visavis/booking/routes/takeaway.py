"""A session to take along: a file for one's calendar, and a page for paper."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from litestar import Request, Response, get
from litestar.params import FromPath

from visavis.accounts.authentication import require_account
from visavis.booking.access import load_session
from visavis.booking.calendar_file import calendar_file
from visavis.booking.routes.sessions import Whole, load_whole
from visavis.booking.rules import WrongStateError
from visavis.kit.actor import Actor
from visavis.kit.clock import zone
from visavis.kit.db import Db
from visavis.kit.pages import Page, render
from visavis.kit.words import _
from visavis.settings import Settings

Asked = Request[Any, Any, Any]


class PrintPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "booking/print.html"
    whole: Whole


@get("/sessions/{session_id:uuid}/calendar.ics", include_in_schema=False)
async def calendar(
    request: Asked, session_id: FromPath[UUID], actor: Actor, db: Db, now: datetime
) -> Response[bytes]:
    """The session for a calendar; a file that is fetched again replaces the entry."""
    settings: Settings = request.app.state.settings
    async with db.transaction(require_account(actor)) as tx:
        seat = await load_session(tx, actor, session_id)
    if seat.session.starts_at is None:
        raise WrongStateError(_("It has no time yet. Once it has one, you can add it to your calendar."))
    method, content = calendar_file(seat, actor, settings.public_url, settings.mail_from, now)
    day = seat.session.starts_at.astimezone(zone(actor.time_zone)).date()
    return Response(
        content,
        media_type=f"text/calendar; method={method}",
        headers={"content-disposition": f'attachment; filename="session-{day}.ics"'},
    )


@get("/sessions/{session_id:uuid}/print", include_in_schema=False)
async def for_paper(
    request: Asked, session_id: FromPath[UUID], actor: Actor, db: Db, now: datetime
) -> Response[Any]:
    """Everything about a session on paper."""
    return render(request, PrintPage(whole=await load_whole(db, require_account(actor), session_id, now)))


ROUTES = [calendar, for_paper]
