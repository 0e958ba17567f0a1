"""/sessions/{id}/transfer: did the money come, of which a proof waited when the session was called off?"""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath

from visavis.accounts.authentication import require_account
from visavis.booking.access import load_session
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError
from visavis.kit.forms import Form, typed_text
from visavis.kit.pages import Page, done, render
from visavis.kit.words import _
from visavis.money.access import LateRow, load_late
from visavis.money.late import answer_transfer

_PATH = "/sessions/{session_id:uuid}/transfer"
Asked = Request[Any, Any, Any]


class LatePage(Page, frozen=True, kw_only=True):
    """`mine`: the reader is asked."""

    template: ClassVar[str] = "money/late.html"
    late: LateRow
    name: str
    mine: bool
    form: Form


@get(_PATH, include_in_schema=False)
async def show(request: Asked, session_id: FromPath[UUID], actor: Actor, db: Db) -> Response[Any]:
    """What is asked, and what follows from the answer."""
    return render(request, await _page(db, require_account(actor), session_id, Form()))


@post(_PATH, include_in_schema=False)
async def answer(
    request: Asked, session_id: FromPath[UUID], actor: Actor, db: Db, now: datetime
) -> Response[Any]:
    """It came, or it did not."""
    require_account(actor)
    came = typed_text(await request.form(), "came")
    try:
        if came not in ("yes", "no"):
            raise InvalidInputError(fields={"came": _("Please say whether it came.")})
        await answer_transfer(db, actor, session_id, came == "yes", now)
    except InvalidInputError as refused:
        page = await _page(db, actor, session_id, Form.refused({"came": came}, refused))
        return render(request, page, refused.status)
    return done(request, f"/sessions/{session_id}")


async def _page(db: Db, actor: Actor, session_id: UUID, form: Form) -> LatePage:
    async with db.transaction(actor) as tx:
        seat = await load_session(tx, actor, session_id)
        late = await load_late(tx, session_id)
    mine = late.practitioner_id == actor.account_id
    return LatePage(late=late, name=seat.other_name, mine=mine, form=form)


ROUTES = [show, answer]
