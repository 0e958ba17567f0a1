"""How starts are offered: lengths, steps, buffers, notice, window and limits, and what they come to."""

from datetime import datetime
from typing import Any, ClassVar

import msgspec
from litestar import Request, Response, get, post

from visavis.accounts.authentication import require_account
from visavis.availability import checks, settings_form
from visavis.availability.actions import change_settings
from visavis.availability.manager import SETTINGS, Desk, load_desk
from visavis.availability.rules import SlotSettings
from visavis.availability.settings_form import Options
from visavis.availability.statistics import Statistics, count
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError
from visavis.kit.forms import Form
from visavis.kit.pages import Page, go, render


class SettingsPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "availability/settings.html"
    desk: Desk
    form: Form
    options: dict[str, Options]
    statistics: Statistics


class SettingsStatistics(Page, frozen=True, kw_only=True):
    """What the chosen settings come to."""

    template: ClassVar[str] = "availability/settings_statistics.html"
    desk: Desk
    statistics: Statistics


@get(SETTINGS, include_in_schema=False)
async def settings(request: Request[Any, Any, Any], db: Db, actor: Actor, now: datetime) -> Response[Any]:
    """The settings that are kept, to change."""
    desk = await _load(db, actor, now)
    form = Form(values=settings_form.values_of(desk.calendar.settings))
    return render(request, _page(desk, form, desk.calendar.settings, actor, now))


@get(f"{SETTINGS}/statistics", include_in_schema=False)
async def statistics(request: Request[Any, Any, Any], db: Db, actor: Actor, now: datetime) -> Response[Any]:
    """What the settings in the query come to, before they are kept; the kept ones when there are none."""
    desk = await _load(db, actor, now)
    trial = _readable(request.query_params, desk.calendar.settings)
    return render(request, SettingsStatistics(desk=desk, statistics=_count(desk, trial, now)))


@post(SETTINGS, include_in_schema=False)
async def save_settings(
    request: Request[Any, Any, Any], db: Db, actor: Actor, now: datetime
) -> Response[Any]:
    """Keep the settings. Sessions that exist keep their time, length and buffers."""
    desk = await _load(db, actor, now)
    data = await request.form()
    try:
        await change_settings(db, actor, settings_form.read(data), now)
    except InvalidInputError as refused:
        trial = _readable(data, desk.calendar.settings)
        return render(request, _page(desk, Form.refused(data, refused), trial, actor, now), refused.status)
    return go(request, SETTINGS)


async def _load(db: Db, actor: Actor, now: datetime) -> Desk:
    async with db.transaction(require_account(actor)) as tx:
        return await load_desk(tx, actor, now)


def _readable(data: Any, otherwise: SlotSettings) -> SlotSettings:
    """What was chosen, where it could be kept."""
    try:
        found = settings_form.read(data)
        checks.check_settings(found)
    except InvalidInputError:
        return otherwise
    return found


def _count(desk: Desk, trial: SlotSettings, now: datetime) -> Statistics:
    return count(msgspec.structs.replace(desk.calendar, settings=trial), trial.default_length_min, now)


def _page(desk: Desk, form: Form, trial: SlotSettings, actor: Actor, now: datetime) -> SettingsPage:
    offered = [length for each in desk.offerings for length in each.lengths_minutes]
    return SettingsPage(
        desk=desk,
        form=form,
        options=settings_form.options(trial, offered, actor.locale),
        statistics=_count(desk, trial, now),
    )


ROUTES = [settings, statistics, save_settings]
