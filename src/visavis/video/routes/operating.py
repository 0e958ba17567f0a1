"""/operator/video: where people meet, and what did not work."""

from typing import Any, ClassVar

from litestar import Request, Response, get

from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.pages import Page, render
from visavis.kit.paging import page_number
from visavis.video.makers import Kind, maker_of
from visavis.video.relays import Helped, helped
from visavis.video.troubles import TroubleRow, load_troubles

HOME = "/operator/video"
_ON_A_PAGE = 50
Asked = Request[Any, Any, Any]


class VideoPage(Page, frozen=True, kw_only=True):
    """`kind`: who makes rooms; `helped`: how far calls reach that are held here."""

    template: ClassVar[str] = "video/operating.html"
    kind: Kind
    helped: Helped
    troubles: list[TroubleRow]
    number: int
    more: bool


class TroublesFragment(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "video/troubles_alone.html"
    troubles: list[TroubleRow]
    number: int


@get(HOME, include_in_schema=False)
async def overview(request: Asked, db: Db, actor: Actor) -> Response[Any]:
    """How rooms are made, and where that failed, the latest first."""
    number, found = await _load(request, db, actor)
    settings = request.app.state.settings
    page = VideoPage(
        kind=maker_of(settings).kind,
        helped=helped(settings),
        troubles=found[:_ON_A_PAGE],
        number=number,
        more=len(found) > _ON_A_PAGE,
    )
    return render(request, page)


@get(f"{HOME}/list", include_in_schema=False)
async def fragment(request: Asked, db: Db, actor: Actor) -> Response[Any]:
    """The list alone."""
    number, found = await _load(request, db, actor)
    return render(request, TroublesFragment(troubles=found[:_ON_A_PAGE], number=number))


async def _load(request: Asked, db: Db, actor: Actor) -> tuple[int, list[TroubleRow]]:
    number = page_number(request)
    return number, await load_troubles(db, actor, _ON_A_PAGE + 1, (number - 1) * _ON_A_PAGE)


ROUTES = [overview, fragment]
