"""The practitioner's weekly hours: one plain form, and what the week comes to while one types."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

import msgspec
from litestar import Request, Response, get, post
from litestar.response import Redirect

from visavis.accounts.authentication import require_account
from visavis.availability import actions, week_form
from visavis.availability.access import ClashRow
from visavis.availability.changes import with_week
from visavis.availability.hours import WeeklyRange
from visavis.availability.manager import HOME, Desk, load_desk, unseen_clashes
from visavis.availability.statistics import Block, Statistics, count, picture
from visavis.availability.week_form import Row, Week
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError
from visavis.kit.pages import Page, go, render


class DayRows(msgspec.Struct, frozen=True):
    """One day of the form; `fresh` is the number of the row that was just added."""

    number: int
    name: str
    rows: list[Row]
    fresh: int


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """What a week comes to: counted, drawn and said; `names` are the days, short, Monday first."""

    statistics: Statistics
    blocks: list[Block]
    hours: list[tuple[str, str]]
    names: list[str]


class WeekPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "availability/week.html"
    desk: Desk
    days: list[DayRows]
    summary: Summary
    message: str
    clashes: list[ClashRow]


class WeekStatistics(Page, frozen=True, kw_only=True):
    """What the typed week comes to."""

    template: ClassVar[str] = "availability/week_statistics.html"
    desk: Desk
    summary: Summary


@get("/practice/hours", include_in_schema=False, sync_to_thread=False)
def moved(actor: Actor) -> Redirect:
    """Where the hours were before."""
    require_account(actor)
    return Redirect(HOME, status_code=301)


@get(HOME, include_in_schema=False)
async def week(request: Request[Any, Any, Any], db: Db, actor: Actor, now: datetime) -> Response[Any]:
    """The hours that are kept, to change."""
    desk = await _load(db, actor, now)
    return render(request, _page(desk, week_form.shown(desk.calendar.schedule.week), actor, now))


@get(f"{HOME}/statistics", include_in_schema=False)
async def statistics(request: Request[Any, Any, Any], db: Db, actor: Actor, now: datetime) -> Response[Any]:
    """What the week in the query comes to, before it is kept; the kept one when there is none."""
    desk = await _load(db, actor, now)
    lists = request.query_params.dict()
    ranges: Sequence[WeeklyRange] = desk.calendar.schedule.week
    if "week" in lists:
        ranges = week_form.ranges_of(week_form.typed(lists))[0]
    return render(request, WeekStatistics(desk=desk, summary=_summary(desk, ranges, actor, now)))


@post(HOME, include_in_schema=False)
async def save_week(request: Request[Any, Any, Any], db: Db, actor: Actor, now: datetime) -> Response[Any]:
    """Keep the week; or, when a button for rows was pressed, show the form with other rows."""
    desk = await _load(db, actor, now)
    data = await request.form()
    typed = week_form.typed(data.dict())
    wish = str(data.get("rows", ""))
    if wish:
        return render(request, _page(desk, week_form.rearranged(typed, wish), actor, now, wish=wish))
    ranges, places = week_form.ranges_of(typed)
    try:
        if not week_form.wrong(ranges):
            found = await unseen_clashes(db, actor, lambda each: with_week(each, ranges), data, now)
            if found:
                return render(request, _page(desk, typed, actor, now, clashes=found), 409)
        await actions.set_week(db, actor, ranges, now)
    except InvalidInputError as refused:
        errors = {places[int(name.removeprefix("range-"))]: each for name, each in refused.fields.items()}
        again = week_form.with_errors(typed, errors)
        return render(request, _page(desk, again, actor, now, message=refused.message), refused.status)
    return go(request, HOME)


async def _load(db: Db, actor: Actor, now: datetime) -> Desk:
    async with db.transaction(require_account(actor)) as tx:
        return await load_desk(tx, actor, now)


def _page(
    desk: Desk,
    shown: Week,
    actor: Actor,
    now: datetime,
    *,
    message: str = "",
    wish: str = "",
    clashes: Sequence[ClashRow] = (),
) -> WeekPage:
    days = [
        DayRows(
            day,
            week_form.day_name(day, actor.locale),
            shown[day],
            len(shown[day]) - 1 if wish == f"add-{day}" else -1,
        )
        for day in week_form.ORDER
    ]
    return WeekPage(
        desk=desk,
        days=days,
        summary=_summary(desk, week_form.ranges_of(shown)[0], actor, now),
        message=message,
        clashes=list(clashes),
    )


def _summary(desk: Desk, ranges: Sequence[WeeklyRange], actor: Actor, now: datetime) -> Summary:
    wrong = week_form.wrong(ranges)
    readable = [each for place, each in enumerate(ranges) if place not in wrong]
    trial = msgspec.structs.replace(desk.calendar, schedule=with_week(desk.calendar.schedule, readable))
    return Summary(
        statistics=count(trial, desk.length, now),
        blocks=picture(trial.schedule.week),
        hours=week_form.in_words(trial.schedule.week, actor.locale),
        names=[week_form.day_name(day, actor.locale)[:2] for day in week_form.ORDER],
    )


ROUTES = [moved, week, statistics, save_week]
