"""Where a practitioner meets: in a room of each session's own, or always at one link."""

from datetime import datetime
from typing import Any, ClassVar

from litestar import Request, Response, get, post

from visavis.accounts.authentication import require_account
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError
from visavis.kit.forms import Form
from visavis.kit.pages import Page, render, saved
from visavis.practices import actions
from visavis.practices.access import load_own_place
from visavis.practices.routes.own import HOME

_PLACE = f"{HOME}/meeting-place"


class PlaceFormPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "practices/place_form.html"
    form: Form


@get(_PLACE, include_in_schema=False)
async def place_form(request: Request[Any, Any, Any], db: Db, actor: Actor) -> Response[Any]:
    """The link, to change."""
    async with db.transaction(require_account(actor)) as tx:
        url = await load_own_place(tx, actor)
    return render(request, PlaceFormPage(form=Form(values={"meeting_url": url})))


@post(_PLACE, include_in_schema=False)
async def save_place(request: Request[Any, Any, Any], db: Db, actor: Actor, now: datetime) -> Response[Any]:
    """Keep the link; sessions that are certain already keep theirs."""
    require_account(actor)
    data = await request.form()
    try:
        await actions.set_meeting_place(db, actor, str(data.get("meeting_url", "")), now)
    except InvalidInputError as refused:
        return render(request, PlaceFormPage(form=Form.refused(data, refused)), refused.status)
    return saved(request, HOME)


ROUTES = [place_form, save_place]
