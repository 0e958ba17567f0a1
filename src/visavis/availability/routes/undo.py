"""Taking back the last change."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from litestar import Request, Response, get, post

from visavis.accounts.authentication import require_account
from visavis.availability.actions import take_back
from visavis.availability.manager import CALENDAR, HOME, PLACES, Desk, load_desk
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.pages import Page, done, render


class UndoFragment(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "availability/undo_alone.html"
    desk: Desk


@get(f"{HOME}/undo", include_in_schema=False)
async def last_change(request: Request[Any, Any, Any], db: Db, actor: Actor, now: datetime) -> Response[Any]:
    """The live part: what was changed last."""
    async with db.transaction(require_account(actor)) as tx:
        desk = await load_desk(tx, actor, now)
    return render(request, UndoFragment(desk=desk))


@post(f"{HOME}/undo/{{change_id:uuid}}", include_in_schema=False)
async def undo(
    request: Request[Any, Any, Any], db: Db, actor: Actor, now: datetime, change_id: UUID
) -> Response[Any]:
    """Everything as it stood before, seen where the button was pressed."""
    await take_back(db, require_account(actor), change_id, now)
    asked = str((await request.form()).get("to", ""))
    return done(request, asked if asked in PLACES else CALENDAR)


ROUTES = [last_change, undo]
