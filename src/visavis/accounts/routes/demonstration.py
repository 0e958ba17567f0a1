"""/outbox and one-click sign-in: in a demonstration only, elsewhere there is no such page."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from visavis.accounts.demonstration import Letter, be, letters
from visavis.accounts.routes.shared import Asked, settings_of, typed, user_agent
from visavis.accounts.routes.signing_in import entered
from visavis.accounts.rules import local_path
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import NotFoundError
from visavis.kit.pages import Page, render


class OutboxPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "accounts/outbox.html"
    letters: list[Letter]


@get("/outbox", include_in_schema=False)
async def outbox(request: Asked, db: Db) -> Response[Any]:
    """The mail that would have been sent."""
    return render(request, OutboxPage(letters=await letters(db, settings_of(request))))


@get("/outbox/{mail_id:uuid}/session.ics", include_in_schema=False)
async def attachment(request: Asked, mail_id: FromPath[UUID], db: Db) -> Response[Any]:
    """The calendar file of a mail."""
    found = [letter.mail for letter in await letters(db, settings_of(request)) if letter.mail.id == mail_id]
    if not found or not found[0].calendar:
        raise NotFoundError
    kind = f"text/calendar; method={found[0].calendar_method}"
    headers = {"content-disposition": 'attachment; filename="session.ics"'}
    return Response(found[0].calendar.encode(), media_type=kind, headers=headers)


@post("/sign-in/demonstration", include_in_schema=False)
async def be_somebody(request: Asked, db: Db, actor: Actor, now: datetime) -> Response[Any]:
    """Sign in as one of the made-up people."""
    data = await request.form()
    try:
        account_id = UUID(typed(data, "account_id"))
    except ValueError:
        raise NotFoundError from None
    entry = await be(db, actor, settings_of(request), account_id, user_agent(request), now)
    return entered(request, entry, local_path(typed(data, "next")))


ROUTES = [outbox, attachment, be_somebody]
