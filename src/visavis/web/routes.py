"""The start page, and what every page is dressed in."""

from typing import Any, ClassVar

from litestar import Request, Response, get
from litestar.response import Redirect

from visavis.kit.actor import Actor
from visavis.kit.errors import NotFoundError
from visavis.kit.pages import Page, render
from visavis.kit.templates import environment
from visavis.web.assets import ASSETS, VERSION, asset, drawing

environment().globals |= {"asset": asset, "drawing": drawing}

_FOREVER = "public, max-age=31536000, immutable"
_A_MINUTE = "public, max-age=60"  # another version's address, asked for while a new one rolls out


class LandingPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "web/landing.html"


@get("/", include_in_schema=False)
async def landing(request: Request[Any, Any, Any], actor: Actor) -> Response[Any]:
    """Says what this is; whoever is signed in goes on to the sessions."""
    if actor.account_id is not None:
        return Redirect("/dashboard", status_code=303)
    return render(request, LandingPage())


@get("/static/{version:str}/{name:path}", include_in_schema=False, sync_to_thread=False)
def static_file(request: Request[Any, Any, Any], version: str, name: str) -> Response[bytes]:
    """A style sheet, script or icon, kept by browsers for a year: its address changes with its content."""
    found = ASSETS.get(name.lstrip("/"))
    if found is None:
        raise NotFoundError
    zipped = "gzip" in request.headers.get("accept-encoding", "")
    headers = {"cache-control": _FOREVER if version == VERSION else _A_MINUTE, "vary": "accept-encoding"}
    if zipped:
        headers["content-encoding"] = "gzip"
    return Response(found.zipped if zipped else found.content, headers=headers, media_type=found.media_type)


ROUTES = [landing, static_file]
