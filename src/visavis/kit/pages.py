"""Pages: a typed context, a template, and an answer that serves both plain browsers and htmx."""

from collections.abc import Mapping
from functools import partial
from secrets import token_hex
from typing import Any, ClassVar

import msgspec
from litestar import MediaType, Request, Response
from litestar.response import Redirect
from litestar.utils.helpers import url_quote
from litestar.utils.scope.state import ScopeState
from markupsafe import Markup

from visavis.kit.actor import NOBODY
from visavis.kit.as_of import sealed
from visavis.kit.clock import utc_now
from visavis.kit.compression import compressed
from visavis.kit.remembering import Remembered
from visavis.kit.templates import environment

CHANGED = {"HX-Trigger": "visavis:changed"}
"""Tells the acting tab to close its dialog and re-read what it shows, the same way every other tab does."""

SHARED = frozenset(
    {
        "actor",
        "as_before",
        "began",
        "csrf_field",
        "demonstration",
        "in_dialog",
        "in_window",
        "as_of",
        "layout",
        "now",
        "path",
        "takes_cards",
        "_",
        "gettext",
        "ngettext",
    }
)
"""What every template may use besides the fields of its page."""


_LAYOUTS = {"dialog": "web/dialog.html", "talk": "web/window.html"}
"""For what asks for the inside of a page; else it is a page."""
_pages = Remembered[str](256)
_TOKEN = token_hex(16)
"""Where a page has the token of its browser: parts are remembered without it. Nobody can guess this word."""


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """Base of every page and fragment; its fields are what the template may use (a test compares them)."""

    template: ClassVar[str]

    def place(self) -> str:
        """Where it is remembered, when its template uses of SHARED only words and `now`; '' for nowhere."""
        return ""


def render(
    request: Request[Any, Any, Any], page: Page, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response[Any]:
    """The page as an answer; asked for from inside the dialog or the chat's window, only what that shows."""
    response = Response(
        html_of(request, page), status_code=status, media_type=MediaType.HTML, headers=dict(headers or {})
    )
    return compressed(request, response)


def html_of(request: Request[Any, Any, Any], page: Page) -> str:
    """The page as HTML. A remembered one serves an equal page again, for at most a quarter of an hour."""
    shared = shared_context(request)
    if not (place := page.place()):
        token = ScopeState.from_scope(request.scope).csrf_token
        return _made(page, shared).replace(_TOKEN, token if isinstance(token, str) else "")
    key = (page.template, place, shared["actor"].locale, shared["now"].timestamp() // 900)
    return _pages.thing(key, page, lambda: _made(page, shared))


def _made(page: Page, shared: dict[str, Any]) -> str:
    context = {name: getattr(page, name) for name in page.__struct_fields__}
    return environment().made(page.template, shared, context)


def shared_context(request: Request[Any, Any, Any]) -> dict[str, Any]:
    """The values of SHARED for one request."""
    inside = request.headers.get("hx-target", "")
    return {
        "actor": request.scope.get("user") or NOBODY,
        "began": request.scope.get("visavis_began") or utc_now(),
        "csrf_field": _csrf_field,
        "demonstration": request.app.state.settings.demo,
        "in_dialog": inside == "dialog",
        "in_window": inside == "talk",
        "as_of": partial(_as_of, request),
        "layout": _LAYOUTS.get(inside, "web/page.html"),
        "now": utc_now(),
        "path": request.url.path,
        "takes_cards": request.app.state.settings.stripe_secret_key is not None,
    }


def _as_of(request: Request[Any, Any, Any]) -> str:
    """What this page knows, for its stream: nothing it shows was read before its first statement."""
    known = request.scope.get("visavis_known")
    if not isinstance(known, str):
        return ""  # nobody is signed in: there is no stream
    return sealed(request.app.state.settings.page_keys, str(request.user.account_id), known)


def _csrf_field() -> Markup:
    return Markup('<input type="hidden" name="_csrf_token" value="{}">').format(_TOKEN)


def by_htmx(request: Request[Any, Any, Any]) -> bool:
    """Whether htmx asks, rather than the browser itself."""
    return request.headers.get("hx-request") == "true"


def is_bare_button(request: Request[Any, Any, Any]) -> bool:
    """Whether a button without a form of its own was pressed: a sentence is enough of an answer."""
    return by_htmx(request) and request.headers.get("hx-target") not in ("dialog", "main")


def done(request: Request[Any, Any, Any], to: str) -> Response[Any]:
    """After a change: a live page re-reads itself where it stands; a form that is a page goes to `to`."""
    if request.headers.get("hx-target") == "main":
        return go(request, to)
    if by_htmx(request):
        return Response(b"", status_code=204, headers=CHANGED)
    return Redirect(to, status_code=303)


def saved(request: Request[Any, Any, Any], to: str) -> Response[Any]:
    """After a form that has a page of its own: its dialog closes; the page leads to `to`."""
    return done(request, to) if request.headers.get("hx-target") == "dialog" else go(request, to)


def go(request: Request[Any, Any, Any], to: str) -> Response[Any]:
    """After a change that ends on another page: everybody goes to `to`."""
    if by_htmx(request):
        return Response(b"", status_code=204, headers={"HX-Redirect": url_quote(to)})
    return Redirect(to, status_code=303)
