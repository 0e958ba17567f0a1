"""/operator/reports: what people told of each other."""

from datetime import datetime
from typing import Annotated, Any, ClassVar
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath, QueryParameter

from visavis.accounts.access import require_operator
from visavis.chat import safety
from visavis.chat.safety import ReportRow
from visavis.chat.serving import file_answer
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.files import files_in
from visavis.kit.pages import Page, done, render

REPORTS = "/operator/reports"
_A_PAGE = 30
Asked = Request[Any, Any, Any]
PageNumber = Annotated[int, QueryParameter(ge=1, le=1_000_000)]


class ReportsPage(Page, frozen=True, kw_only=True):
    """`number` counts pages from 1; `more`: there is another one after it."""

    template: ClassVar[str] = "chat/reports.html"
    reports: list[ReportRow]
    number: int
    more: bool


class ReportsFragment(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "chat/reports_alone.html"
    reports: list[ReportRow]
    number: int


@get(REPORTS, include_in_schema=False)
async def reports(request: Asked, actor: Actor, db: Db, page: PageNumber = 1) -> Response[Any]:
    """What people told; the open ones first."""
    found, more = await _load(db, actor, page)
    return render(request, ReportsPage(reports=found, number=page, more=more))


@get(f"{REPORTS}/list", include_in_schema=False)
async def reports_list(request: Asked, actor: Actor, db: Db, page: PageNumber = 1) -> Response[Any]:
    """The list alone."""
    found, _more = await _load(db, actor, page)
    return render(request, ReportsFragment(reports=found, number=page))


@get(f"{REPORTS}/{{report_id:uuid}}/files/{{kept_id:uuid}}", include_in_schema=False)
async def kept(
    request: Asked, report_id: FromPath[UUID], kept_id: FromPath[UUID], actor: Actor, db: Db
) -> Response[Any]:
    """A file of the reported message, as it was then."""
    found = await safety.load_kept(db, require_operator(actor), report_id, kept_id)
    return await file_answer(files_in(request.app.state.settings.home), found, actor.known_id)


@post(f"{REPORTS}/{{report_id:uuid}}/settlement", include_in_schema=False)
async def settle(
    request: Asked, report_id: FromPath[UUID], actor: Actor, db: Db, now: datetime
) -> Response[Any]:
    """It was looked after."""
    await safety.settle(db, actor, report_id, now)
    return done(request, REPORTS)


async def _load(db: Db, actor: Actor, page: int) -> tuple[list[ReportRow], bool]:
    found = await safety.load_reports(db, require_operator(actor), _A_PAGE + 1, (page - 1) * _A_PAGE)
    return found[:_A_PAGE], len(found) > _A_PAGE


ROUTES = [reports, reports_list, kept, settle]
