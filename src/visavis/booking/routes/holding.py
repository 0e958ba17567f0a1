"""The slot that a page holds while its form is filled in: taken and let go by the page's script."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, post

from visavis.accounts.authentication import require_account
from visavis.booking.holding import hold_slot, release_hold
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError
from visavis.kit.forms import Fields
from visavis.kit.words import _


@post("/slot-hold", include_in_schema=False)
async def hold(request: Request[Any, Any, Any], db: Db, actor: Actor, now: datetime) -> Response[Any]:
    """Keep a time for whoever is filling in the form; until when."""
    require_account(actor)
    fields = Fields(await request.form())
    start = _start(fields)
    try:
        offering_id, length = UUID(fields.text("offering_id", most=36)), int(fields.text("length", most=4))
    except ValueError:
        raise _unclear() from None
    until = await hold_slot(db, actor, offering_id, start, length, now)
    return Response({"expires_at": until.astimezone(UTC)}, status_code=201)


@post("/slot-hold/release", include_in_schema=False)
async def release(request: Request[Any, Any, Any], db: Db, actor: Actor) -> Response[Any]:
    """Let it go, when the page is left or another time chosen."""
    require_account(actor)
    await release_hold(db, actor, _start(Fields(await request.form())))
    return Response(b"", status_code=204)


def _start(fields: Fields) -> datetime:
    try:
        start = datetime.fromisoformat(fields.text("starts_at", most=40))
        if start.tzinfo is not None:
            return start.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise _unclear()


def _unclear() -> InvalidInputError:
    return InvalidInputError(_("Please choose a time and a length in the calendar."))


ROUTES = [hold, release]
