"""/unsubscribe: out of mail with one click, for mail programs (RFC 8058) and for people."""

from datetime import datetime
from typing import Any, ClassVar

from litestar import Request, Response, get, post

from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.pages import Page, render
from visavis.notifications.mail_links import WayOut, read_token
from visavis.notifications.unsubscribing import name_of, unsubscribe
from visavis.settings import Settings

Asked = Request[Any, Any, Any]


class UnsubscribePage(Page, frozen=True, kw_only=True):
    """`about` is the group of mail, as people read it."""

    template: ClassVar[str] = "notifications/unsubscribe.html"
    about: str
    token: str
    done: bool


@get("/unsubscribe", include_in_schema=False)
async def ask(request: Asked) -> Response[Any]:
    """Where the link of a mail leads. It changes nothing: mail scanners open links, too."""
    return render(request, _page(request, _way_out(request), done=False))


@post("/unsubscribe", include_in_schema=False, status_code=200)
async def out(request: Asked, actor: Actor, db: Db, now: datetime) -> Response[Any]:
    """One click, by a mail program or on the page. The token is the only proof, with or without cookies."""
    way_out = _way_out(request)
    await unsubscribe(db, way_out, actor.address, now)
    return render(request, _page(request, way_out, done=True))


def _way_out(request: Asked) -> WayOut:
    settings: Settings = request.app.state.settings
    return read_token(settings.unsubscribe_keys, request.query_params.get("token", ""))


def _page(request: Asked, way_out: WayOut, *, done: bool) -> UnsubscribePage:
    token = request.query_params.get("token", "")
    return UnsubscribePage(about=name_of(way_out.group), token=token, done=done)


ROUTES = [ask, out]
