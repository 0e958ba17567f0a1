"""The practitioner's calendar: a month or a week of hours, sessions and single slots, drawn or listed."""

from datetime import date, datetime, timedelta
from typing import Any, ClassVar, Literal

import msgspec
from babel import dates as babel_dates
from litestar import Request, Response, get, post

from visavis.accounts.authentication import require_account
from visavis.availability import agenda
from visavis.availability.access import load_booked, load_calendar, load_overrides, load_travels
from visavis.availability.actions import switch_slot
from visavis.availability.agenda import AgendaDay, Away
from visavis.availability.manager import CALENDAR, HOME, Desk, around, load_desk
from visavis.availability.outside import slot_listed_first
from visavis.availability.queries import TravelRow
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError
from visavis.kit.format import babel_locale
from visavis.kit.pages import Page, done, render
from visavis.kit.security import policy_for_styles
from visavis.kit.sql import Tx

View = Literal["month", "week"]


class Board(msgspec.Struct, frozen=True, kw_only=True):
    """What is in view: `first` is a Monday, `now` the practice's wall clock."""

    view: View
    on: date
    first: date
    title: str
    now: datetime
    today: date
    previous: date
    following: date
    days: list[AgendaDay]

    def address(self, **changes: object) -> str:
        """Of this page, or another month, week or view."""
        told = {"view": self.view, "on": self.on} | changes
        return f"?view={told['view']}&on={told['on']}"


class CalendarPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "availability/calendar.html"
    desk: Desk
    board: Board
    aways: list[Away]
    travels: list[TravelRow]
    nonce: str


class CalendarFragment(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "availability/agenda.html"
    desk: Desk
    board: Board
    aways: list[Away]
    travels: list[TravelRow]


@get(CALENDAR, include_in_schema=False)
async def calendar(request: Request[Any, Any, Any], db: Db, actor: Actor, now: datetime) -> Response[Any]:
    """The whole page; its script draws with a style element of its own, so it gets a nonce."""
    async with db.transaction(require_account(actor)) as tx:
        parts = await _parts(request, tx, actor, now)
    nonce, headers = policy_for_styles()
    return render(request, CalendarPage(**parts, nonce=nonce), headers=headers)


@get(f"{CALENDAR}/days", include_in_schema=False)
async def days(request: Request[Any, Any, Any], db: Db, actor: Actor, now: datetime) -> Response[Any]:
    """The live part."""
    async with db.transaction(require_account(actor)) as tx:
        parts = await _parts(request, tx, actor, now)
    return render(request, CalendarFragment(**parts))


@post(f"{HOME}/switches", include_in_schema=False)
async def switch(request: Request[Any, Any, Any], db: Db, actor: Actor, now: datetime) -> Response[Any]:
    """One single slot off or on, as its button says."""
    data = await request.form()
    slot, known = read_slot(str(data.get("slot", ""))), require_account(actor)
    back = f"{CALENDAR}?view=week&on={_date(str(data.get('on', '')), now.date())}"
    if page := await slot_listed_first(request, db, known, slot, back, now):
        return page
    await switch_slot(db, known, *slot, now)
    return done(request, back)


def read_slot(text: str) -> tuple[datetime, int, bool]:
    """What a slot's button sends: '2026-11-24T09:00Z 30 off'. InvalidInputError for anything else."""
    parts = text.split()
    try:
        at, minutes, wish = parts
        starts_at = datetime.fromisoformat(at)
        length = int(minutes)
    except ValueError as wrong:
        raise InvalidInputError from wrong
    if wish not in ("on", "off") or starts_at.tzinfo is None or not 0 < length < 1000:
        raise InvalidInputError
    return starts_at, length, wish == "on"


async def _parts(request: Request[Any, Any, Any], tx: Tx, actor: Actor, now: datetime) -> dict[str, Any]:
    desk = await load_desk(tx, actor, now)
    schedule = desk.calendar.schedule
    today = schedule.date_of(now)
    view: View = "week" if request.query_params.get("view") == "week" else "month"
    on = _date(request.query_params.get("on", ""), today)
    first, last = _shown(view, on)
    then = await load_calendar(tx, actor.known_id, *around(first, last))
    sessions = await load_booked(tx, *agenda.bounds(then.schedule, first, last))
    shown = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    board = Board(
        view=view,
        on=on,
        first=first,
        title=_title(view, on, first, last, actor.locale),
        now=now.astimezone(agenda.zone_on(schedule, today)).replace(tzinfo=None),
        today=today,
        previous=_step(view, on, -1),
        following=_step(view, on, 1),
        days=agenda.days_of(then, sessions, shown, now, cells=view == "week"),
    )
    aways = agenda.away(await load_overrides(tx, today))
    return {"desk": desk, "board": board, "aways": aways, "travels": await load_travels(tx, today)}


def _date(text: str, otherwise: date) -> date:
    """A date about now, else `otherwise`."""
    try:
        read = date.fromisoformat(text)
    except ValueError:
        return otherwise
    return read if abs(read - otherwise) <= agenda.FARTHEST else otherwise


def _shown(view: View, on: date) -> tuple[date, date]:
    """Whole weeks, Monday to Sunday."""
    if view == "week":
        first = last = on
    else:
        first = on.replace(day=1)
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return first - timedelta(days=first.weekday()), last + timedelta(days=6 - last.weekday())


def _step(view: View, on: date, way: int) -> date:
    """A week or month on or back."""
    if view == "week":
        return on + timedelta(days=7 * way)
    return (on.replace(day=15) + timedelta(days=31 * way)).replace(day=1)


def _title(view: View, on: date, first: date, last: date, locale: str) -> str:
    """'November 2026', '23–29 Nov 2026'."""
    words = babel_locale(locale)
    if view == "month":
        return babel_dates.format_date(on, "LLLL y", locale=words)
    return babel_dates.format_interval(first, last, "yMMMd", locale=words)


ROUTES = [calendar, days, switch]
