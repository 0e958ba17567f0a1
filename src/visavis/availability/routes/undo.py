"""Taking back the last change."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, post

from visavis.accounts.authentication import require_account
from visavis.availability.actions import take_back
from visavis.availability.manager import CALENDAR, HOME, PLACES
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.pages import done


@post(f"{HOME}/undo/{{change_id:uuid}}", include_in_schema=False)
async def undo(
    request: Request[Any, Any, Any], db: Db, actor: Actor, now: datetime, change_id: UUID
) -> Response[Any]:
    """Everything as it stood before, seen where the button was pressed."""
    await take_back(db, require_account(actor), change_id, now)
    asked = str((await request.form()).get("to", ""))
    return done(request, asked if asked in PLACES else CALENDAR)


ROUTES = [undo]
