"""/account/preferences: clock, language, and when to be reminded."""

from datetime import datetime
from typing import Any, ClassVar

from babel import Locale
from litestar import Response, get, post

from visavis.accounts.access import load_account, load_reminders, require_browser
from visavis.accounts.actions.profile import change_preferences
from visavis.accounts.reminder_choices import CHOICES, read_choices
from visavis.accounts.routes.shared import Asked, read_zone
from visavis.kit.actor import Actor
from visavis.kit.clock import zone_names
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError
from visavis.kit.forms import Fields, Form
from visavis.kit.pages import Page, go, render
from visavis.kit.words import LOCALES, _

HOME = "/account/preferences"


class PreferencesPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "accounts/preferences.html"
    form: Form
    zones: list[str]
    languages: list[tuple[str, str]]
    choices: list[tuple[int, str]]
    email: str
    saved: bool


@get(HOME, include_in_schema=False)
async def preferences(request: Asked, db: Db, actor: Actor) -> Response[Any]:
    """What is chosen now; `?saved` after a change."""
    return await _page(request, db, actor)


@post(HOME, include_in_schema=False)
async def save_preferences(request: Asked, db: Db, actor: Actor, now: datetime) -> Response[Any]:
    """Choose anew."""
    data = await request.form()
    require_browser(actor)
    remind = [each for each in data.getall("remind", []) if isinstance(each, str)]
    try:
        fields = Fields(data)
        zone, locale = read_zone(fields), _read_locale(fields)
        fields.check()
        await change_preferences(db, actor, zone, locale, read_choices(remind), now)
    except InvalidInputError as refused:
        return await _page(
            request, db, actor, Form.refused({**data, "remind": remind}, refused), refused.status
        )
    return go(request, f"{HOME}?saved")


def _read_locale(fields: Fields) -> str:
    locale = fields.text("locale", most=10)
    if locale not in LOCALES:
        fields.complain("locale", _("Please choose a language from the list."))
    return locale


async def _page(
    request: Asked, db: Db, actor: Actor, form: Form | None = None, status: int = 200
) -> Response[Any]:
    async with db.transaction(require_browser(actor)) as tx:
        account = await load_account(tx, actor)
        remind = await load_reminders(tx, actor)
    values = {"time_zone": account.time_zone, "locale": account.locale, "remind": remind}
    page = PreferencesPage(
        form=form or Form(values=values),
        zones=sorted(zone_names() | {account.time_zone}),
        languages=[(code, Locale.parse(code).get_display_name(code) or code) for code in LOCALES],
        choices=list(CHOICES.items()),
        email=account.email,
        saved="saved" in request.query_params,
    )
    return render(request, page, status)


ROUTES = [preferences, save_preferences]
