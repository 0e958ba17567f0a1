"""/papers: receipts and invoices of a period, one of them as page and PDF, all of them as a table."""

from datetime import datetime
from typing import Any, ClassVar, Literal
from urllib.parse import urlencode
from uuid import UUID

from litestar import Request, Response, get
from litestar.params import FromPath

from visavis.accounts.authentication import require_account
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError, NotFoundError
from visavis.kit.forms import Form, id_in
from visavis.kit.pages import Page, render
from visavis.kit.tables import file_answer, table_answer
from visavis.papers.access import LATEST, MOST, PaperRow, Which, load_paper, load_papers, today_of
from visavis.papers.printing import pdf_of
from visavis.papers.rules import Period, read_period
from visavis.papers.sheets import Sheet, receipt_of, sheet_of
from visavis.papers.tables import HEADER, rows_of
from visavis.papers.views import Listed, listed

HOME = "/papers"
Asked = Request[Any, Any, Any]


class PapersPage(Page, frozen=True, kw_only=True):
    """`sides`: between which lists the reader can choose; `query` asks for the same as a file."""

    template: ClassVar[str] = "papers/papers_page.html"
    which: Which
    sides: list[Which]
    papers: list[Listed]
    form: Form
    query: str
    earlier: str


class PaperPage(Page, frozen=True, kw_only=True):
    """`side`: how the reader is involved; `about`: what it was for."""

    template: ClassVar[str] = "papers/paper_page.html"
    paper: PaperRow
    sheet: Sheet
    which: Which
    about: str


@get(HOME, include_in_schema=False)
async def listing(request: Asked, actor: Actor, db: Db, now: datetime) -> Response[Any]:
    """The reader's papers of a period, latest first; without one the year so far."""
    require_account(actor)
    asked = request.query_params
    which = _which(asked.get("side", ""), actor)
    typed = {name: asked.get(name, "") for name in ("from", "to")}
    try:
        period = read_period(typed["from"], typed["to"], today_of(actor, now))
    except InvalidInputError as refused:
        page = _page(actor, which, [], typed, Form.refused(typed, refused))
        return render(request, page, refused.status)
    async with db.transaction(actor) as tx:
        found = await load_papers(tx, actor, which, period, id_in(asked.get("before", "")), LATEST + 1)
    values = {"from": period.first.isoformat(), "to": period.last.isoformat()}
    return render(request, _page(actor, which, found, values, Form(values=values)))


def _page(
    actor: Actor, which: Which, found: list[PaperRow], values: dict[str, str], form: Form
) -> PapersPage:
    query = {"side": which} | values
    more = {**query, "before": str(found[LATEST - 1].id)} if len(found) > LATEST else {}
    return PapersPage(
        which=which,
        sides=_sides(actor),
        papers=listed(found[:LATEST], which, actor),
        form=form,
        query=urlencode(query),
        earlier=f"{HOME}?{urlencode(more)}" if more else "",
    )


def _sides(actor: Actor) -> list[Which]:
    sides: list[tuple[Which, bool]] = [
        ("issued", actor.is_practitioner),
        ("received", actor.is_client or not actor.is_practitioner),
        ("platform", actor.is_operator),
    ]
    return [side for side, there in sides if there]


def _which(asked: str, actor: Actor) -> Which:
    """The list that was asked for; another's address leads to one's own."""
    sides = _sides(actor)
    return next((each for each in sides if each == asked), sides[0])


@get(f"{HOME}/export.csv", include_in_schema=False)
async def export(request: Asked, actor: Actor, db: Db, now: datetime) -> Response[bytes]:
    """The same as a table."""
    require_account(actor)
    asked = request.query_params
    which = _which(asked.get("side", ""), actor)
    period = read_period(asked.get("from", ""), asked.get("to", ""), today_of(actor, now))
    async with db.transaction(actor) as tx:
        found = await load_papers(tx, actor, which, period, None, MOST)
    return table_answer(name_of(which, period), HEADER, rows_of(reversed(found)))


def name_of(which: str, period: Period) -> str:
    """What a file of a period is called, without its ending."""
    return f"papers-{which}-{period.first}-{period.last}"


@get(f"{HOME}/{{paper_id:uuid}}", include_in_schema=False)
async def paper_page(request: Asked, paper_id: FromPath[UUID], actor: Actor, db: Db) -> Response[Any]:
    """One paper, as it is printed."""
    async with db.transaction(require_account(actor)) as tx:
        paper = await load_paper(tx, paper_id)
    return render(request, page_of(paper, actor))


def page_of(paper: PaperRow, actor: Actor) -> PaperPage:
    """A paper for one of its two sides."""
    mine: Which = "issued" if paper.practitioner_id == actor.account_id else "received"
    which: Which = "platform" if paper.client_id != actor.account_id and mine == "received" else mine
    about = f"/sessions/{paper.session_id}" if paper.session_id else f"/credits/purchases/{paper.purchase_id}"
    return PaperPage(paper=paper, sheet=sheet_of(paper), which=which, about=about)


@get(f"{HOME}/{{paper_id:uuid}}/pdf", include_in_schema=False)
async def paper_file(paper_id: FromPath[UUID], actor: Actor, db: Db) -> Response[bytes]:
    """The same to keep."""
    return await _file(db, actor, paper_id, "paper")


@get(f"{HOME}/{{paper_id:uuid}}/receipt", include_in_schema=False)
async def receipt_file(paper_id: FromPath[UUID], actor: Actor, db: Db) -> Response[bytes]:
    """That it was paid; of invoices alone."""
    return await _file(db, actor, paper_id, "receipt")


async def _file(db: Db, actor: Actor, paper_id: UUID, what: Literal["paper", "receipt"]) -> Response[bytes]:
    async with db.transaction(require_account(actor)) as tx:
        paper = await load_paper(tx, paper_id)
    if what == "receipt" and paper.kind != "invoice":
        raise NotFoundError
    return await pdf_answer(sheet_of(paper) if what == "paper" else receipt_of(paper))


async def pdf_answer(sheet: Sheet) -> Response[bytes]:
    """A sheet to keep."""
    return file_answer(f"{sheet.file}.pdf", await pdf_of(sheet), "application/pdf")


ROUTES = [listing, export, paper_page, paper_file, receipt_file]
