"""The practitioner's weekly hours: one plain form, whole week at once."""

from datetime import datetime
from typing import Any, ClassVar

import msgspec
from litestar import Request, Response, get, post

from visavis.accounts.authentication import require_account
from visavis.availability import week_form
from visavis.availability.access import load_calendar
from visavis.availability.actions import set_week
from visavis.availability.week_form import Row, Week
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError
from visavis.kit.pages import Page, go, render
from visavis.practices.access import load_own_practice

HERE = "/practice/hours"


class DayRows(msgspec.Struct, frozen=True):
    """One day of the form; `fresh` is the number of the row that was just added."""

    number: int
    name: str
    rows: list[Row]
    fresh: int


class HoursPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "availability/hours.html"
    days: list[DayRows]
    zone: str
    message: str


@get(HERE, include_in_schema=False)
async def hours(request: Request[Any, Any, Any], db: Db, actor: Actor, now: datetime) -> Response[Any]:
    """The hours that are kept, to change."""
    async with db.transaction(require_account(actor)) as tx:
        practice = await load_own_practice(tx, actor)
        calendar = await load_calendar(tx, practice.practitioner_id, now, now)
    week = week_form.shown(calendar.schedule.week)
    return render(request, _page(week, practice.time_zone, actor))


@post(HERE, include_in_schema=False)
async def save_hours(request: Request[Any, Any, Any], db: Db, actor: Actor, now: datetime) -> Response[Any]:
    """Keep the week; or, when a button for rows was pressed, show the form with other rows."""
    async with db.transaction(require_account(actor)) as tx:
        zone = (await load_own_practice(tx, actor)).time_zone
    data = await request.form()
    week = week_form.typed(data.dict())
    wish = str(data.get("rows", ""))
    if wish:
        return render(request, _page(week_form.rearranged(week, wish), zone, actor, wish=wish))
    ranges, places = week_form.ranges_of(week)
    try:
        await set_week(db, actor, ranges, now)
    except InvalidInputError as refused:
        errors = {places[int(name.removeprefix("range-"))]: each for name, each in refused.fields.items()}
        again = week_form.with_errors(week, errors)
        return render(request, _page(again, zone, actor, message=refused.message), refused.status)
    return go(request, "/practice")


def _page(week: Week, zone: str, actor: Actor, *, message: str = "", wish: str = "") -> HoursPage:
    days = [
        DayRows(
            day,
            week_form.day_name(day, actor.locale),
            week[day],
            len(week[day]) - 1 if wish == f"add-{day}" else -1,
        )
        for day in week_form.ORDER
    ]
    return HoursPage(days=days, zone=zone, message=message)


ROUTES = [hours, save_hours]
