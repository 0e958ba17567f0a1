"""/operator/money: what the books hold, how they were checked, and the installation's commission."""

from datetime import datetime
from typing import Any, ClassVar

import msgspec
from litestar import Request, Response, get, post

from visavis.accounts.access import require_operator
from visavis.cards.access import StuckRow, TroubleRow, load_stuck, load_troubles
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError
from visavis.kit.forms import Form, typed_text
from visavis.kit.pages import Page, render, saved
from visavis.kit.paging import page_number
from visavis.money import operating
from visavis.money.access import CheckRow, RunRow, load_books
from visavis.money.book_views import Account, account
from visavis.money.checking import FAULTS, is_stale
from visavis.money.rules import parse_percent, percent

HOME = "/operator/money"
_PAGE = 50
Asked = Request[Any, Any, Any]


class BooksPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "money/books_page.html"
    books: Account
    runs: list[RunRow]
    check: CheckRow | None
    stale: bool
    faults: list[tuple[str, int]]
    stuck: list[StuckRow]
    troubles: list[TroubleRow]
    number: int
    more: bool


class BooksFragment(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "money/books.html"
    books: Account
    runs: list[RunRow]
    check: CheckRow | None
    stale: bool
    faults: list[tuple[str, int]]
    stuck: list[StuckRow]
    troubles: list[TroubleRow]
    number: int


class CommissionPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "money/commission.html"
    form: Form


@get(HOME, include_in_schema=False)
async def page(request: Asked, actor: Actor, db: Db, now: datetime) -> Response[Any]:
    """Totals, months, practitioners, payouts, the check."""
    shown, more = await _shown(request, db, actor, now)
    return render(request, BooksPage(**shown, more=more))


@get(f"{HOME}/overview", include_in_schema=False)
async def overview(request: Asked, actor: Actor, db: Db, now: datetime) -> Response[Any]:
    """The live part of the page."""
    shown, _more = await _shown(request, db, actor, now)
    return render(request, BooksFragment(**shown))


async def _shown(request: Asked, db: Db, actor: Actor, now: datetime) -> tuple[dict[str, Any], bool]:
    number = page_number(request)
    async with db.transaction(require_operator(actor)) as tx:
        found = await load_books(tx, actor, _PAGE + 1, (number - 1) * _PAGE)
        stuck, troubles = await load_stuck(tx, actor), await load_troubles(tx, actor)
    books = account(found, actor)
    faults = [(FAULTS.get(each["fault"], each["fault"]), each["many"]) for each in _faults(found.check)]
    return {
        "books": msgspec.structs.replace(books, held=books.held[:_PAGE]),
        "runs": found.runs,
        "check": found.check,
        "stale": is_stale(found.check, now),
        "faults": faults,
        "stuck": stuck,
        "troubles": troubles,
        "number": number,
    }, len(books.held) > _PAGE


def _faults(check: CheckRow | None) -> list[dict[str, Any]]:
    return check.faults if check else []


@get(f"{HOME}/commission", include_in_schema=False)
async def commission_form(request: Asked, actor: Actor, db: Db) -> Response[Any]:
    """The installation's rate."""
    async with db.transaction(require_operator(actor)) as tx:
        rate = (await load_books(tx, actor, 1, 0)).rate_bp
    return render(request, CommissionPage(form=Form(values={"rate": percent(rate)})))


@post(f"{HOME}/commission", include_in_schema=False)
async def set_commission(request: Asked, actor: Actor, db: Db, now: datetime) -> Response[Any]:
    """For sessions made from now on."""
    require_operator(actor)
    typed = typed_text(await request.form(), "rate")
    try:
        await operating.set_commission(db, actor, parse_percent(typed, "rate"), now)
    except InvalidInputError as refused:
        return render(request, CommissionPage(form=Form.refused({"rate": typed}, refused)), refused.status)
    return saved(request, HOME)


ROUTES = [page, overview, commission_form, set_commission]
