"""/account/notifications: what one wants to hear of, and how."""

from datetime import datetime
from typing import Any, ClassVar

import msgspec
from litestar import Request, Response, get, post

from visavis.accounts.access import require_browser
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError
from visavis.kit.forms import Form
from visavis.kit.pages import Page, go, render
from visavis.notifications.access import load_choice
from visavis.notifications.actions import choose
from visavis.notifications.choosing import WAYS, audible, read_choice, values_of
from visavis.notifications.words import GROUPS

HOME = "/account/notifications"
Asked = Request[Any, Any, Any]


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One group of kinds, and whether any of them has a sound."""

    group: str
    title: str
    detail: str
    audible: bool


class ChoicesPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "notifications/choices.html"
    form: Form
    lines: list[Line]
    ways: tuple[str, ...]
    saved: bool


@get(HOME, include_in_schema=False)
async def choices(request: Asked, db: Db, actor: Actor) -> Response[Any]:
    """What is chosen now; `?saved` after a change."""
    async with db.transaction(require_browser(actor)) as tx:
        choice = await load_choice(tx, actor)
    return render(request, _page(request, Form(values=values_of(choice))))


@post(HOME, include_in_schema=False)
async def save_choices(request: Asked, db: Db, actor: Actor, now: datetime) -> Response[Any]:
    """Choose anew."""
    data = await request.form()
    require_browser(actor)
    try:
        await choose(db, actor, read_choice(data), now)
    except InvalidInputError as refused:
        return render(request, _page(request, Form.refused(dict(data), refused)), refused.status)
    return go(request, f"{HOME}?saved")


def _page(request: Asked, form: Form) -> ChoicesPage:
    loud = audible()
    lines = [
        Line(group=group, title=title, detail=detail, audible=group in loud)
        for group, (title, detail) in GROUPS.items()
    ]
    return ChoicesPage(form=form, lines=lines, ways=WAYS, saved="saved" in request.query_params)


ROUTES = [choices, save_choices]
