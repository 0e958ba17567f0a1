"""Both dashboards: live sections of cards, and the whole history in pages."""

from datetime import datetime
from typing import Any, ClassVar

from litestar import Request, Response, get
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from visavis.booking.access import Seat, load_open, load_past
from visavis.booking.board import Board, board
from visavis.booking.offers import needs_action
from visavis.booking.queries import SessionRow
from visavis.booking.routes.sides import own_side, side_of
from visavis.booking.rules import Party, Status
from visavis.booking.views import Card, Side, cards_of
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.pages import Page, render
from visavis.kit.sql import Tx
from visavis.payments.access import load_instructions
from visavis.practices.access import find_own_practice
from visavis.practices.actions import load_steps

_RECENT = 6
_PAGE = 20
_MOST_PAGES = 500


class DashboardPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "booking/dashboard.html"
    board: Board
    missing: list[str]


class BoardFragment(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "booking/board_alone.html"
    board: Board
    missing: list[str]


class WaitingFragment(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "booking/waiting.html"
    side: Side
    count: int


class HistoryPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "booking/history.html"
    side: Side
    cards: list[Card]
    number: int
    more: bool


class HistoryFragment(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "booking/history_alone.html"
    side: Side
    cards: list[Card]
    number: int
    more: bool


@get("/dashboard", include_in_schema=False, sync_to_thread=False)
def dashboard(actor: Actor) -> Redirect:
    """To the side where the account works."""
    return Redirect(f"/dashboard/{own_side(actor)}", status_code=303)


@get("/dashboard/{side:str}", include_in_schema=False)
async def dashboard_of_side(
    request: Request[Any, Any, Any], side: FromPath[str], actor: Actor, db: Db, now: datetime
) -> Response[Any]:
    """Everything open, and the latest history."""
    shown, missing = await _board(db, actor, side_of(side, actor), now)
    return render(request, DashboardPage(board=shown, missing=missing))


@get("/dashboard/{side:str}/sections", include_in_schema=False)
async def sections(
    request: Request[Any, Any, Any], side: FromPath[str], actor: Actor, db: Db, now: datetime
) -> Response[Any]:
    """The live part of a dashboard."""
    shown, missing = await _board(db, actor, side_of(side, actor), now)
    return render(request, BoardFragment(board=shown, missing=missing))


@get("/dashboard/{side:str}/waiting", include_in_schema=False)
async def waiting(
    request: Request[Any, Any, Any], side: FromPath[str], actor: Actor, db: Db, now: datetime
) -> Response[Any]:
    """How many sessions need the reader: the live badge in the navigation of every other page."""
    shown = side_of(side, actor)
    async with db.transaction(actor) as tx:
        rows = await load_open(tx, actor, Party(shown))
    count = sum(needs_action(Seat(row, Party(shown)), now) for row in rows)
    return render(request, WaitingFragment(side=shown, count=count))


@get("/dashboard/{side:str}/history", include_in_schema=False)
async def history(
    request: Request[Any, Any, Any],
    side: FromPath[str],
    actor: Actor,
    db: Db,
    now: datetime,
    page: FromQuery[int] = 1,
) -> Response[Any]:
    """All finished sessions, latest first, in pages."""
    number, cards, more = await _history(db, actor, side_of(side, actor), page, now)
    return render(request, HistoryPage(side=side_of(side, actor), cards=cards, number=number, more=more))


@get("/dashboard/{side:str}/history/sessions", include_in_schema=False)
async def history_sessions(
    request: Request[Any, Any, Any],
    side: FromPath[str],
    actor: Actor,
    db: Db,
    now: datetime,
    page: FromQuery[int] = 1,
) -> Response[Any]:
    """The live part of a page of history."""
    number, cards, more = await _history(db, actor, side_of(side, actor), page, now)
    return render(request, HistoryFragment(side=side_of(side, actor), cards=cards, number=number, more=more))


async def _board(db: Db, actor: Actor, side: Side, now: datetime) -> tuple[Board, list[str]]:
    async with db.transaction(actor) as tx:
        rows = await load_open(tx, actor, Party(side))
        past = await load_past(tx, actor, Party(side), _RECENT + 1)
        how_to_pay = await load_instructions(tx, _whom_to_pay(rows) if side == "client" else [])
        missing = await _missing(tx, actor, now) if side == "practitioner" and not rows else []
    shown = cards_of(side, rows, actor, now, how_to_pay)
    recent = cards_of(side, past[:_RECENT], actor, now)
    return board(side, shown, recent, more=len(past) > _RECENT), missing


def _whom_to_pay(rows: list[SessionRow]) -> set[Any]:
    return {row.practitioner_id for row in rows if row.status is Status.APPROVED}


async def _missing(tx: Tx, actor: Actor, now: datetime) -> list[str]:
    """What a practice without any session still needs before clients can find it."""
    practice = await find_own_practice(tx, actor)
    if practice is None:
        return ["practice"]
    if practice.published_at is not None:
        return []
    steps = [step.name for step in await load_steps(tx, practice, now) if not step.done]
    return [*steps, "publish"]


async def _history(
    db: Db, actor: Actor, side: Side, page: int, now: datetime
) -> tuple[int, list[Card], bool]:
    number = min(max(page, 1), _MOST_PAGES)
    async with db.transaction(actor) as tx:
        rows = await load_past(tx, actor, Party(side), _PAGE + 1, (number - 1) * _PAGE)
    return number, cards_of(side, rows[:_PAGE], actor, now), len(rows) > _PAGE


ROUTES = [dashboard, dashboard_of_side, sections, waiting, history, history_sessions]
