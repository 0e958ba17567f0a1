"""Both homes: live sections of cards, what is next; for practitioners their day, figures, latest events."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from litestar import Request, Response, get
from litestar.params import FromPath
from litestar.response import Redirect

from visavis.booking.access import Seat, load_activity, load_asked, load_figures, load_home, load_open
from visavis.booking.asked import Asked, asked_of, is_asked
from visavis.booking.board import Board, board
from visavis.booking.homes import Home, day_of, figures_of, lately, next_of, spans_of, todays
from visavis.booking.offered_steps import needs_action
from visavis.booking.queries import SessionRow
from visavis.booking.remembered_cards import cards_of
from visavis.booking.routes.sides import own_side, side_of
from visavis.booking.rules import OPEN, Party, Status
from visavis.booking.views import Side, waits_for_credits
from visavis.credits.access import load_balances, load_people, load_to_check
from visavis.credits.views import Bought, bought_of
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.pages import Page, render
from visavis.kit.sql import Tx
from visavis.payments.access import load_instructions
from visavis.practices.access import find_own_practice
from visavis.practices.actions import load_steps

_RECENT = 6


class DashboardPage(Page, frozen=True, kw_only=True):
    """`asked`: a request has just been sent."""

    template: ClassVar[str] = "booking/dashboard.html"
    board: Board
    home: Home
    missing: list[str]
    asked: bool


class BoardFragment(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "booking/board_alone.html"
    board: Board
    home: Home
    missing: list[str]


class WaitingFragment(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "booking/waiting.html"
    side: Side
    count: int
    invitations: list[Asked]


@get("/dashboard", include_in_schema=False, sync_to_thread=False)
def dashboard(actor: Actor) -> Redirect:
    """To the side where the account works."""
    return Redirect(f"/dashboard/{own_side(actor)}", status_code=303)


@get("/dashboard/{side:str}", include_in_schema=False)
async def dashboard_of_side(
    request: Request[Any, Any, Any], side: FromPath[str], actor: Actor, db: Db, now: datetime
) -> Response[Any]:
    """Everything open, and the latest history; `?asked` after a request was sent."""
    shown, home, missing = await _home(db, actor, side_of(side, actor), now)
    page = DashboardPage(board=shown, home=home, missing=missing, asked="asked" in request.query_params)
    return render(request, page)


@get("/dashboard/{side:str}/sections", include_in_schema=False)
async def sections(
    request: Request[Any, Any, Any], side: FromPath[str], actor: Actor, db: Db, now: datetime
) -> Response[Any]:
    """The live part of a dashboard."""
    shown, home, missing = await _home(db, actor, side_of(side, actor), now)
    return render(request, BoardFragment(board=shown, home=home, missing=missing))


@get("/dashboard/{side:str}/waiting", include_in_schema=False)
async def waiting(
    request: Request[Any, Any, Any], side: FromPath[str], actor: Actor, db: Db, now: datetime
) -> Response[Any]:
    """How many sessions need the reader: the live badge in the navigation of every other page; and what
    begins now, unless that is the page they look at."""
    shown = side_of(side, actor)
    async with db.transaction(actor) as tx:
        rows = await load_open(tx, actor, Party(shown))
        own = rows if shown == "client" else None
        asked = await _asked(tx, actor, own, now, await _balances(tx, actor, own or []))
    count = sum(needs_action(Seat(row, Party(shown)), now) for row in rows)
    here = request.headers.get("hx-current-url", "")
    now_open = [each for each in asked if each.instant and each.card.href not in here]
    return render(request, WaitingFragment(side=shown, count=count, invitations=now_open))


async def _home(db: Db, actor: Actor, side: Side, now: datetime) -> tuple[Board, Home, list[str]]:
    today, works = day_of(now, actor.time_zone), side == "practitioner"
    async with db.transaction(actor) as tx:
        rows = await load_home(tx, actor, Party(side), _RECENT + 1, today)
        balances = await _balances(tx, actor, [] if works else rows)
        asked = await _asked(tx, actor, None if works else rows, now, balances)
        how_to_pay = await load_instructions(tx, [] if works else _whom_to_pay(rows))
        missing = await _missing(tx, actor, now) if works and not rows else []
        figures = await load_figures(tx, actor, spans_of(now, actor.time_zone)) if works and rows else []
        happened = await load_activity(tx, actor) if works and rows else []
        to_check = await _credits_to_check(tx, actor) if works else []
    cards = {card.id: card for card in cards_of(side, rows, actor, now, how_to_pay, balances)}
    upcoming = [cards[row.id] for row in rows if row.status in OPEN]
    past = [cards[row.id] for row in reversed(rows) if row.status not in OPEN]
    home = Home(
        next=next_of(upcoming, now),
        today=todays(rows, cards, today) if works else [],
        figures=figures_of(figures, actor) if works and rows else [],
        activity=lately(happened, actor),
        to_check=to_check,
    )
    return board(side, asked, upcoming, past[:_RECENT], more=len(past) > _RECENT), home, missing


async def _asked(
    tx: Tx, actor: Actor, rows: list[SessionRow] | None, now: datetime, balances: Mapping[UUID, int]
) -> list[Asked]:
    """What the reader is to approve: of a client's home all, of others what is instant; else nothing."""
    if not actor.is_client:
        return []
    if rows is not None:
        return asked_of([row for row in rows if is_asked(row, now)], actor, now, balances)
    instant = await load_asked(tx, actor, now, instant=True)
    return asked_of(instant, actor, now, await _balances(tx, actor, instant))


async def _balances(tx: Tx, actor: Actor, rows: Iterable[SessionRow]) -> dict[UUID, int]:
    """Of the acting client, at each practitioner to whom an approval would bring credits."""
    seats = [Seat(row, Party.CLIENT) for row in rows]
    sellers = {seat.session.practitioner_id for seat in seats if waits_for_credits(seat)}
    return await load_balances(tx, actor, sellers)


async def _credits_to_check(tx: Tx, actor: Actor) -> list[Bought]:
    """Payments for credits that wait for the acting practitioner."""
    purchases = await load_to_check(tx, actor)
    people = await load_people(tx, {each.client_id for each in purchases})
    return [bought_of(each, actor, people) for each in purchases]


def _whom_to_pay(rows: Iterable[SessionRow]) -> set[UUID]:
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


ROUTES = [dashboard, dashboard_of_side, sections, waiting]
