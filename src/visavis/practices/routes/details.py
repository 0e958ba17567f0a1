"""What a practitioner says about the practice: the profile, and the rate."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from litestar import Request, Response, get, post

from visavis.accounts.authentication import require_account
from visavis.kit.actor import Actor
from visavis.kit.clock import zone_names
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError
from visavis.kit.forms import Fields, Form
from visavis.kit.money import parse_money
from visavis.kit.pages import Page, render, saved
from visavis.kit.words import _
from visavis.practices import actions, rules
from visavis.practices.access import load_own_practice
from visavis.practices.routes.own import HOME
from visavis.practices.views import currency_options, plain_amount


class ProfileFormPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "practices/profile_form.html"
    form: Form
    zones: list[str]


class RateFormPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "practices/rate_form.html"
    form: Form
    currencies: list[tuple[str, str]]


@get(f"{HOME}/profile", include_in_schema=False)
async def profile_form(request: Request[Any, Any, Any], db: Db, actor: Actor) -> Response[Any]:
    """What clients read, to change."""
    async with db.transaction(require_account(actor)) as tx:
        practice = await load_own_practice(tx, actor)
    names = "title", "headline", "about", "location", "time_zone"
    values = {name: getattr(practice, name) for name in names}
    words = {"languages": ", ".join(practice.languages), "specialities": ", ".join(practice.specialities)}
    return _profile_form(request, Form(values=values | words))


def _profile_form(request: Request[Any, Any, Any], form: Form, status: int = 200) -> Response[Any]:
    zones = sorted(zone_names())
    return render(request, ProfileFormPage(form=form, zones=zones), status)


@post(f"{HOME}/profile", include_in_schema=False)
async def save_profile(request: Request[Any, Any, Any], db: Db, actor: Actor, now: datetime) -> Response[Any]:
    """Keep what clients read."""
    require_account(actor)
    data = await request.form()
    try:
        await actions.update_profile(db, actor, _read_profile(data), now)
    except InvalidInputError as refused:
        return _profile_form(request, Form.refused(data, refused), refused.status)
    return saved(request, HOME)


def _read_profile(data: Mapping[str, Any]) -> rules.Profile:
    fields = Fields(data)
    profile = rules.Profile(
        title=fields.text("title", most=60),
        headline=fields.text("headline", most=160),
        about=fields.text("about", most=5000, multiline=True),
        location=fields.text("location", most=120),
        time_zone=fields.text("time_zone", most=60),
        languages=_words(fields.text("languages", most=600)),
        specialities=_words(fields.text("specialities", most=600)),
    )
    fields.check()
    return profile


def _words(text: str) -> list[str]:
    """'English, French' as a list, each word once."""
    return list(dict.fromkeys(word for each in text.replace(";", ",").split(",") if (word := each.strip())))


@get(f"{HOME}/rate", include_in_schema=False)
async def rate_form(request: Request[Any, Any, Any], db: Db, actor: Actor) -> Response[Any]:
    """The rate per hour, to change."""
    async with db.transaction(require_account(actor)) as tx:
        practice = await load_own_practice(tx, actor)
    rate = plain_amount(practice.rate_minor, practice.currency) if practice.rate_minor else ""
    return _rate_form(request, actor, Form(values={"rate": rate, "currency": practice.currency}))


def _rate_form(request: Request[Any, Any, Any], actor: Actor, form: Form, status: int = 200) -> Response[Any]:
    return render(request, RateFormPage(form=form, currencies=currency_options(actor.locale)), status)


@post(f"{HOME}/rate", include_in_schema=False)
async def save_rate(request: Request[Any, Any, Any], db: Db, actor: Actor, now: datetime) -> Response[Any]:
    """Keep the rate; sessions already made keep their price."""
    require_account(actor)
    data = await request.form()
    try:
        currency = _currency(data)
        rate = parse_money(str(data.get("rate", "")), currency, "rate")
        await actions.set_rate(db, actor, rate, currency, now)
    except InvalidInputError as refused:
        return _rate_form(request, actor, Form.refused(data, refused), refused.status)
    return saved(request, HOME)


def _currency(data: Mapping[str, Any]) -> str:
    """Known before the amount is read: it decides how fine the amount may be."""
    currency = str(data.get("currency", ""))
    if currency not in rules.currencies():
        raise InvalidInputError(fields={"currency": _("Please choose a currency from the list.")})
    return currency


ROUTES = [profile_form, save_profile, rate_form, save_rate]
