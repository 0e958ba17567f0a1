"""The acting practitioner's availability: hours, settings, days of their own, travels, single stretches."""

from collections.abc import Awaitable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from litestar import delete, get, post, put
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from visavis.api.problems import problems
from visavis.api.shapes.availability import (
    Availability,
    DaysOff,
    NewAvailability,
    NewOverride,
    NewTravel,
    Switch,
    availability_of,
    ranges_of,
    settings_of,
    week_of,
)
from visavis.availability import actions
from visavis.availability.access import load_ahead, load_outside
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.practices.access import load_own_practice

_CHANGE: dict[str, Any] = {
    "tags": ["Availability"],
    "status_code": 200,
    "responses": problems(403, 404, 413),
}


async def _show(db: Db, actor: Actor, now: datetime) -> Availability:
    async with db.transaction(actor) as tx:
        await load_own_practice(tx, actor)
        calendar = await load_ahead(tx, actor, now)
        outside = await load_outside(tx, actor, now)
    return availability_of(calendar, outside, now.astimezone(calendar.schedule.zone).date(), now)


async def _changed(db: Db, actor: Actor, now: datetime, change: Awaitable[object]) -> Availability:
    await change
    return await _show(db, actor, now)


@get(
    "/availability",
    operation_id="readAvailability",
    summary="When you work",
    tags=["Availability"],
    responses=problems(403),
)
async def read(db: Db, actor: Actor, now: datetime) -> Availability:
    """For practitioners: the week, the settings, and what is different from today on."""
    return await _show(db, actor, now)


@put("/availability", operation_id="changeAvailability", summary="Change your week and settings", **_CHANGE)
async def change(db: Db, actor: Actor, now: datetime, data: NewAvailability) -> Availability:
    """Both as a whole. Sessions that are made already stay where they are."""
    week, settings = week_of(data.week), settings_of(data.settings)
    return await _changed(db, actor, now, actions.change_availability(db, actor, week, settings, now))


@put(
    "/availability/overrides/{on_date:date}",
    operation_id="setOverride",
    summary="Give one date hours of its own",
    **_CHANGE,
)
async def set_override(
    db: Db, actor: Actor, now: datetime, on_date: FromPath[date], data: NewOverride
) -> Availability:
    """They hold in place of the week; no ranges is a day off."""
    ranges = ranges_of(data.ranges)
    return await _changed(db, actor, now, actions.set_override(db, actor, on_date, data.name, ranges, now))


@delete(
    "/availability/overrides/{on_date:date}",
    operation_id="removeOverride",
    summary="Let the week hold on this date again",
    **_CHANGE,
)
async def remove_override(db: Db, actor: Actor, now: datetime, on_date: FromPath[date]) -> Availability:
    """Whether it had hours of its own or was a day off."""
    return await _changed(db, actor, now, actions.remove_override(db, actor, on_date, now))


@post(
    "/availability/days-off",
    operation_id="markDaysOff",
    summary="Take days off",
    **_CHANGE,
)
async def days_off(db: Db, actor: Actor, now: datetime, data: DaysOff) -> Availability:
    """An override without hours for each of these dates."""
    return await _changed(
        db, actor, now, actions.mark_days_off(db, actor, data.first, data.last, data.name, now)
    )


@put(
    "/availability/switches",
    operation_id="switchStretch",
    summary="Switch one stretch of time on or off",
    **_CHANGE,
)
async def switch(db: Db, actor: Actor, now: datetime, data: Switch) -> Availability:
    """Where the hours say the same anyway, nothing is kept."""
    act = actions.switch_slot(db, actor, data.starts_at, data.length_minutes, data.is_available, now)
    return await _changed(db, actor, now, act)


@post(
    "/availability/travels",
    operation_id="setTravel",
    summary="Work on the clock of another place",
    **_CHANGE,
)
async def set_travel(db: Db, actor: Actor, now: datetime, data: NewTravel) -> Availability:
    """From the first to the last date, both included. Travels do not overlap."""
    act = actions.set_travel(db, actor, data.first, data.last, data.time_zone, now)
    return await _changed(db, actor, now, act)


@delete(
    "/availability/travels/{travel_id:uuid}",
    operation_id="endTravel",
    summary="Stay at home",
    **_CHANGE,
)
async def end_travel(db: Db, actor: Actor, now: datetime, travel_id: FromPath[UUID]) -> Availability:
    """Your hours are on the clock at home again."""
    return await _changed(db, actor, now, actions.end_travel(db, actor, travel_id, now))


CHANGES: list[HTTPRouteHandler] = [
    change,
    set_override,
    remove_override,
    days_off,
    switch,
    set_travel,
    end_travel,
]
