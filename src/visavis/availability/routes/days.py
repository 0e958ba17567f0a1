"""One date: its own hours in place of the week's, and its single slots."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, ClassVar

from litestar import Request, Response, get, post
from litestar.response import Redirect

from visavis.accounts.authentication import require_account
from visavis.availability import actions, agenda, week_form
from visavis.availability.access import ClashRow, load_booked, load_calendar
from visavis.availability.agenda import AgendaDay
from visavis.availability.changes import with_override, without_override
from visavis.availability.day_form import rearranged, shown, typed
from visavis.availability.hours import DayRange
from visavis.availability.manager import CALENDAR, HOME, around, unseen_clashes
from visavis.availability.outside import Asked, listed_first, slot_listed_first
from visavis.availability.routes.calendar import read_slot
from visavis.availability.week_form import Row
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError, NotFoundError
from visavis.kit.forms import Form
from visavis.kit.pages import Page, by_htmx, done, render
from visavis.kit.words import _
from visavis.practices.access import load_own_practice

DAY = f"{HOME}/days/{{on:date}}"


class DayPage(Page, frozen=True, kw_only=True):
    """`zone` is the one on whose clock the date is; `fresh` is the number of the row just added."""

    template: ClassVar[str] = "availability/day.html"
    day: AgendaDay
    zone: str
    rows: list[Row]
    fresh: int
    form: Form
    clashes: list[ClashRow]
    pressed: str


@get(DAY, include_in_schema=False)
async def one_day(
    request: Request[Any, Any, Any], db: Db, actor: Actor, now: datetime, on: date
) -> Response[Any]:
    """The hours and slots of a date, to change."""
    return render(request, await _page(db, actor, on, now))


@post(DAY, include_in_schema=False)
async def save_day(
    request: Request[Any, Any, Any], db: Db, actor: Actor, now: datetime, on: date
) -> Response[Any]:
    """Keep the date's own hours; or, when a button for rows was pressed, show other rows."""
    data = await request.form()
    rows = typed(data.dict())
    form = Form(values=data)
    wish = str(data.get("rows", ""))
    if wish:
        page = await _page(db, actor, on, now, rearranged(rows, wish), form, added=wish == "add")
        return render(request, page)
    name = " ".join(str(data.get("name", "")).split())
    kept = [row for row in rows if not row.is_empty]
    ranges = [DayRange(week_form.minute(row.starts), week_form.minute(row.ends)) for row in kept]
    try:
        if all(each.starts_min >= 0 and each.ends_min >= 0 for each in ranges):
            found = await unseen_clashes(db, actor, lambda each: with_override(each, on, ranges), data, now)
            if found:
                return render(request, await _page(db, actor, on, now, kept, form, found), 409)
        await actions.set_override(db, require_account(actor), on, name, ranges, now)
    except InvalidInputError as refused:
        wrong = {int(key.removeprefix("range-")): each for key, each in refused.fields.items() if "-" in key}
        kept = [Row(row.starts, row.ends, wrong.get(place, "")) for place, row in enumerate(kept)]
        page = await _page(db, actor, on, now, kept, Form.refused(data, refused))
        return render(request, page, refused.status)
    return done(request, _week_of(on))


@post(f"{DAY}/removal", include_in_schema=False)
async def plain_again(
    request: Request[Any, Any, Any], db: Db, actor: Actor, now: datetime, on: date
) -> Response[Any]:
    """The weekly hours again, on this date and up to the last one told."""
    try:
        last = max(on, date.fromisoformat(str((await request.form()).get("last", on))))
    except ValueError:
        last = on
    asked = Asked(_("As every week"), _("Your weekly hours hold again."), _week_of(on))
    known = require_account(actor)
    page = await listed_first(request, db, known, lambda each: without_override(each, on, last), asked, now)
    if page:
        return page
    await actions.remove_override(db, known, on, now, last=last)
    return done(request, _week_of(on))


@post(f"{DAY}/slots", include_in_schema=False)
async def switch_here(
    request: Request[Any, Any, Any], db: Db, actor: Actor, now: datetime, on: date
) -> Response[Any]:
    """One slot off or on, and the date again: often it is not the only one."""
    slot = str((await request.form()).get("slot", ""))
    read, known = read_slot(slot), require_account(actor)
    if page := await slot_listed_first(request, db, known, read, f"{HOME}/days/{on}", now):
        return page
    await actions.switch_slot(db, known, *read, now)
    if not by_htmx(request):
        return Redirect(f"{HOME}/days/{on}", status_code=303)
    return render(request, await _page(db, actor, on, now, pressed=slot.partition(" ")[0]))


def _week_of(on: date) -> str:
    return f"{CALENDAR}?view=week&on={on}"


async def _page(
    db: Db,
    actor: Actor,
    on: date,
    now: datetime,
    rows: Sequence[Row] | None = None,
    form: Form | None = None,
    clashes: Sequence[ClashRow] = (),
    *,
    added: bool = False,
    pressed: str = "",
) -> DayPage:
    if not agenda.is_about(on, now):
        raise NotFoundError
    async with db.transaction(require_account(actor)) as tx:
        await load_own_practice(tx, actor)
        calendar = await load_calendar(tx, actor.known_id, *around(on, on))
        sessions = await load_booked(tx, *agenda.bounds(calendar.schedule, on, on))
    [day] = agenda.days_of(calendar, sessions, [on], now, cells=True)
    shown_rows = list(shown(agenda.hours_on(calendar.schedule, on)) if rows is None else rows)
    return DayPage(
        day=day,
        zone=agenda.zone_on(calendar.schedule, on).key,
        rows=shown_rows,
        fresh=len(shown_rows) - 1 if added else -1,
        form=form or Form(values={"name": day.name}),
        clashes=list(clashes),
        pressed=pressed,
    )


ROUTES = [one_day, save_day, plain_again, switch_here]
