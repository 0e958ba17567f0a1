"""Days off, extra hours or a stretch off, and travels: short forms, each with its list of clashes."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from litestar import Request, Response, get, post

from visavis.accounts.authentication import require_account
from visavis.availability import actions, agenda, checks
from visavis.availability.access import ClashRow, load_calendar
from visavis.availability.changes import with_days_off, with_switch, with_travel, without_travel
from visavis.availability.hours import DAY_MIN, instant, utc
from visavis.availability.manager import CALENDAR, HOME, around, unseen_clashes
from visavis.availability.outside import Asked, listed_first
from visavis.availability.week_form import minute
from visavis.kit.actor import Actor
from visavis.kit.clock import zone_names
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError
from visavis.kit.forms import Fields, Form
from visavis.kit.pages import Page, done, render
from visavis.kit.words import _
from visavis.practices.access import load_own_practice

_A_DATE = _("Please choose a day.")


class DaysOffPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "availability/days_off.html"
    form: Form
    clashes: list[ClashRow]


class StretchPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "availability/stretch.html"
    form: Form
    clashes: list[ClashRow]


class TravelPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "availability/travel.html"
    form: Form
    clashes: list[ClashRow]
    zones: list[str]


@get(f"{HOME}/days-off", include_in_schema=False)
async def days_off(request: Request[Any, Any, Any], db: Db, actor: Actor) -> Response[Any]:
    """From when to when, and what for."""
    await _own(db, actor)
    return render(request, DaysOffPage(form=Form(values=request.query_params), clashes=[]))


@post(f"{HOME}/days-off", include_in_schema=False)
async def take_days_off(
    request: Request[Any, Any, Any], db: Db, actor: Actor, now: datetime
) -> Response[Any]:
    """No hours on these days."""
    data = await request.form()
    try:
        first, last = _period(data, now)
        name = " ".join(str(data.get("name", "")).split())
        found = await unseen_clashes(
            db, require_account(actor), lambda each: with_days_off(each, first, last, name), data, now
        )
        if found:
            return render(request, DaysOffPage(form=Form(values=data), clashes=found), 409)
        await actions.mark_days_off(db, actor, first, last, name, now)
    except InvalidInputError as refused:
        return render(request, DaysOffPage(form=Form.refused(data, refused), clashes=[]), refused.status)
    return done(request, f"{CALENDAR}?on={first}")


@get(f"{HOME}/stretch", include_in_schema=False)
async def stretch(request: Request[Any, Any, Any], db: Db, actor: Actor) -> Response[Any]:
    """A day, from when to when, and whether clients can book then."""
    await _own(db, actor)
    return render(request, StretchPage(form=Form(values=request.query_params), clashes=[]))


@post(f"{HOME}/stretch", include_in_schema=False)
async def switch_stretch(
    request: Request[Any, Any, Any], db: Db, actor: Actor, now: datetime
) -> Response[Any]:
    """Extra hours once, or some time off."""
    data = await request.form()
    try:
        on, starts_at, minutes, available = await _stretch(db, require_account(actor), data, now)
        found = await unseen_clashes(
            db, actor, lambda each: with_switch(each, starts_at, minutes, available), data, now
        )
        if found:
            return render(request, StretchPage(form=Form(values=data), clashes=found), 409)
        await actions.switch_slot(db, actor, starts_at, minutes, available, now)
    except InvalidInputError as refused:
        return render(request, StretchPage(form=Form.refused(data, refused), clashes=[]), refused.status)
    return done(request, f"{CALENDAR}?view=week&on={on}")


async def _stretch(
    db: Db, actor: Actor, data: Mapping[str, Any], now: datetime
) -> tuple[date, datetime, int, bool]:
    """What was typed, on the clock of that date. Raises InvalidInputError."""
    fields = Fields(data)
    on = _date(fields, "on")
    starts, ends = (minute(fields.text(name, most=5)) for name in ("starts", "ends"))
    for name, value in (("starts", starts), ("ends", ends)):
        if value < 0:
            fields.complain(name, _("Please enter a time such as 14:00."))
    fields.check()
    if not agenda.is_about(on, now):
        raise InvalidInputError(fields={"on": _("Please choose a date of the next two years.")})
    async with db.transaction(actor) as tx:
        await load_own_practice(tx, actor)
        schedule = (await load_calendar(tx, actor.known_id, *around(on, on))).schedule
    zone = agenda.zone_on(schedule, on)
    begin = instant(zone, on.toordinal(), starts)
    finish = instant(zone, on.toordinal(), ends if ends > starts else ends + DAY_MIN)
    minutes = (finish - begin) // 60
    if not 5 <= minutes <= checks.MOST_SWITCHED:
        raise InvalidInputError(fields={"ends": _("Please choose from 5 minutes to 12 hours.")})
    return on, utc(begin), minutes, data.get("available") != "no"


@get(f"{HOME}/travel", include_in_schema=False)
async def travel(request: Request[Any, Any, Any], db: Db, actor: Actor) -> Response[Any]:
    """From when to when, and where."""
    zone = await _own(db, actor)
    return _travel(request, Form(values={"time_zone": zone, **request.query_params}))


def _travel(
    request: Request[Any, Any, Any], form: Form, clashes: Sequence[ClashRow] = (), status: int = 200
) -> Response[Any]:
    page = TravelPage(form=form, clashes=list(clashes), zones=sorted(zone_names()))
    return render(request, page, status)


@post(f"{HOME}/travel", include_in_schema=False)
async def plan_travel(request: Request[Any, Any, Any], db: Db, actor: Actor, now: datetime) -> Response[Any]:
    """Hours on the clock there, on these days."""
    data = await request.form()
    try:
        first, last = _period(data, now)
        zone = str(data.get("time_zone", ""))
        checks.check_zone(zone)
        found = await unseen_clashes(
            db, require_account(actor), lambda each: with_travel(each, first, last, zone), data, now
        )
        if found:
            return _travel(request, Form(values=data), found, 409)
        await actions.set_travel(db, actor, first, last, zone, now)
    except InvalidInputError as refused:
        return _travel(request, Form.refused(data, refused), status=refused.status)
    return done(request, f"{CALENDAR}?on={first}")


@post(f"{HOME}/travel/{{travel_id:uuid}}/removal", include_in_schema=False)
async def stay_home(
    request: Request[Any, Any, Any], db: Db, actor: Actor, now: datetime, travel_id: UUID
) -> Response[Any]:
    """The travel does not take place."""
    asked = Asked(_("Remove travel"), _("Your hours are on the clock at home again."), CALENDAR)
    known = require_account(actor)
    page = await listed_first(request, db, known, lambda each: without_travel(each, travel_id), asked, now)
    if page:
        return page
    await actions.end_travel(db, known, travel_id, now)
    return done(request, CALENDAR)


def _period(data: Mapping[str, Any], now: datetime) -> tuple[date, date]:
    """'first' and 'last'; without a last day it is one. Raises InvalidInputError."""
    fields = Fields(data)
    first = _date(fields, "first")
    last = _date(fields, "last") if fields.text("last", most=10) else first
    fields.check()
    checks.check_dates(first, last, now)
    return first, last


def _date(fields: Fields, name: str) -> date:
    try:
        return date.fromisoformat(fields.text(name, most=10))
    except ValueError:
        fields.complain(name, _A_DATE)
        return date.min


async def _own(db: Db, actor: Actor) -> str:
    """The zone of one's practice; NoPracticeError without one."""
    async with db.transaction(require_account(actor)) as tx:
        return (await load_own_practice(tx, actor)).time_zone


ROUTES = [days_off, take_days_off, stretch, switch_stretch, travel, plan_travel, stay_home]
