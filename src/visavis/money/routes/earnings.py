"""/practice/earnings: what a practitioner earns, by session and month; a month's statement for paper."""

from typing import Any, ClassVar

from litestar import Request, Response, get
from litestar.params import FromPath

from visavis.accounts.authentication import require_account
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.pages import Page, render
from visavis.money.access import (
    CreditsRefundRow,
    LateRow,
    PayoutRow,
    RefundRow,
    load_earnings,
    load_month,
)
from visavis.money.rules import first_day
from visavis.money.views import Earned, Line, Month, earned, lines_of, month_of

HOME = "/practice/earnings"
Asked = Request[Any, Any, Any]


class EarningsPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "money/earnings_page.html"
    mine: Earned
    refunds: list[RefundRow]
    credits_refunds: list[CreditsRefundRow]
    late: list[LateRow]
    payouts: list[PayoutRow]


class EarningsFragment(EarningsPage, frozen=True, kw_only=True):
    template: ClassVar[str] = "money/earnings.html"


class StatementPage(Page, frozen=True, kw_only=True):
    """A month: its sums by currency, and every line of it."""

    template: ClassVar[str] = "money/statement.html"
    sums: list[Month]
    lines: list[Line]


@get(HOME, include_in_schema=False)
async def page(request: Asked, actor: Actor, db: Db) -> Response[Any]:
    """Balance, refunds to send, months, sessions, payouts."""
    return render(request, EarningsPage(**await _shown(db, require_account(actor))))


@get(f"{HOME}/overview", include_in_schema=False)
async def overview(request: Asked, actor: Actor, db: Db) -> Response[Any]:
    """The live part of the page."""
    return render(request, EarningsFragment(**await _shown(db, require_account(actor))))


async def _shown(db: Db, actor: Actor) -> dict[str, Any]:
    async with db.transaction(actor) as tx:
        found = await load_earnings(tx, actor)
    return {
        "mine": earned(found, actor),
        "refunds": found.refunds,
        "credits_refunds": found.credits_refunds,
        "late": found.late,
        "payouts": found.payouts,
    }


@get(f"{HOME}/{{month:str}}", include_in_schema=False)
async def statement(request: Asked, month: FromPath[str], actor: Actor, db: Db) -> Response[Any]:
    """One month on paper; it is empty where nothing was booked."""
    require_account(actor)
    async with db.transaction(actor) as tx:
        sums, entries = await load_month(tx, actor, first_day(month))
    shown = StatementPage(sums=[month_of(row, actor) for row in sums], lines=lines_of(entries, actor))
    return render(request, shown)


ROUTES = [page, overview, statement]
