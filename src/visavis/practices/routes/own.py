"""The practitioner's own page: everything at a glance, and whether clients can see it."""

from datetime import datetime
from typing import Any, ClassVar

import msgspec
from litestar import Request, Response, get, post

from visavis.accounts.authentication import require_account
from visavis.availability.access import load_calendar
from visavis.availability.week_form import in_words
from visavis.kit.actor import Actor
from visavis.kit.clock import known_zone
from visavis.kit.db import Db
from visavis.kit.pages import Page, done, go, render
from visavis.kit.sql import Tx
from visavis.payments.access import load_instructions
from visavis.practices import actions
from visavis.practices.access import find_own_practice, load_offerings, load_own_place, load_own_practice
from visavis.practices.queries import PracticeRow
from visavis.practices.views import Offer, offers_of, picture_of

HOME = "/practice"


class OpenPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "practices/open.html"


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """Everything about one's practice; `hours` are (days, times), `missing` keeps it from being shown."""

    practice: PracticeRow
    picture: str
    offers: list[Offer]
    hours: list[tuple[str, str]]
    instructions: str
    place: str
    missing: list[str]


class OwnPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "practices/own.html"
    whole: Overview
    error: str


class OwnFragment(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "practices/overview.html"
    whole: Overview


@get(HOME, include_in_schema=False)
async def overview(request: Request[Any, Any, Any], db: Db, actor: Actor, now: datetime) -> Response[Any]:
    """Everything about one's practice, or the way to open one."""
    async with db.transaction(require_account(actor)) as tx:
        practice = await find_own_practice(tx, actor)
        if practice is None:
            return render(request, OpenPage())
        whole = await _whole(tx, actor, practice, now)
    return render(request, OwnPage(whole=whole, error=""))


@get(f"{HOME}/overview", include_in_schema=False)
async def overview_part(
    request: Request[Any, Any, Any], db: Db, actor: Actor, now: datetime
) -> Response[Any]:
    """The live part of the page."""
    async with db.transaction(require_account(actor)) as tx:
        whole = await _whole(tx, actor, await load_own_practice(tx, actor), now)
    return render(request, OwnFragment(whole=whole))


async def _whole(tx: Tx, actor: Actor, practice: PracticeRow, now: datetime) -> Overview:
    mine = practice.practitioner_id
    offerings = await load_offerings(tx, mine)
    week = (await load_calendar(tx, mine, now, now)).schedule.week
    steps = actions.steps_of(practice, offerings, has_hours=bool(week))
    return Overview(
        practice=practice,
        picture=picture_of(practice),
        offers=offers_of(practice, offerings),
        hours=in_words(week, actor.locale),
        instructions=(await load_instructions(tx, [mine])).get(mine, ""),
        place=await load_own_place(tx, actor),
        missing=[step.name for step in steps if not step.done],
    )


@post(HOME, include_in_schema=False)
async def open_practice(
    request: Request[Any, Any, Any], db: Db, actor: Actor, now: datetime
) -> Response[Any]:
    """Begin to practise, in one's own time zone."""
    require_account(actor)
    await actions.open_practice(db, actor, known_zone(actor.time_zone), now)
    return go(request, HOME)


@post(f"{HOME}/publication", include_in_schema=False)
async def publish(request: Request[Any, Any, Any], db: Db, actor: Actor, now: datetime) -> Response[Any]:
    """Let clients see the practice."""
    require_account(actor)
    try:
        await actions.publish(db, actor, now)
    except actions.NotReadyError as refused:
        async with db.transaction(actor) as tx:
            whole = await _whole(tx, actor, await load_own_practice(tx, actor), now)
        return render(request, OwnPage(whole=whole, error=refused.message), refused.status)
    return done(request, HOME)


@post(f"{HOME}/withdrawal", include_in_schema=False)
async def withdraw(request: Request[Any, Any, Any], db: Db, actor: Actor, now: datetime) -> Response[Any]:
    """Take the practice out of the list."""
    require_account(actor)
    await actions.withdraw(db, actor, now)
    return done(request, HOME)


ROUTES = [overview, overview_part, open_practice, publish, withdraw]
