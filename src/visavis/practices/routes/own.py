"""The practitioner's own pages: overview, profile, rate, and whether clients can see it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from litestar import Request, Response, get, post

from visavis.accounts.authentication import require_account
from visavis.kit.actor import Actor
from visavis.kit.clock import known_zone, zone_names
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError
from visavis.kit.forms import Fields, Form
from visavis.kit.money import parse_money
from visavis.kit.pages import Page, done, go, render
from visavis.kit.words import _
from visavis.practices import actions, rules
from visavis.practices.access import find_own_practice, load_offerings, load_own_practice
from visavis.practices.queries import PracticeRow
from visavis.practices.views import Offer, currency_options, offers_of, picture_of, plain_amount

HOME = "/practice"


class OpenPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "practices/open.html"


class OwnPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "practices/own.html"
    practice: PracticeRow
    picture: str
    offers: list[Offer]
    missing: list[str]
    error: str


class ProfileFormPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "practices/profile_form.html"
    form: Form
    zones: list[str]


class RateFormPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "practices/rate_form.html"
    form: Form
    currencies: list[tuple[str, str]]


@get(HOME, include_in_schema=False)
async def overview(request: Request[Any, Any, Any], db: Db, actor: Actor, now: datetime) -> Response[Any]:
    """Everything about one's practice, and what is missing before clients can see it."""
    return await _overview(request, db, actor, now)


async def _overview(
    request: Request[Any, Any, Any], db: Db, actor: Actor, now: datetime, error: str = "", status: int = 200
) -> Response[Any]:
    async with db.transaction(require_account(actor)) as tx:
        practice = await find_own_practice(tx, actor)
        if practice is None:
            return render(request, OpenPage())
        offerings = await load_offerings(tx, practice.practitioner_id)
        steps = await actions.load_steps(tx, practice, now)
    page = OwnPage(
        practice=practice,
        picture=picture_of(practice),
        offers=offers_of(practice, offerings),
        missing=[step.name for step in steps if not step.done],
        error=error,
    )
    return render(request, page, status)


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
        return await _overview(request, db, actor, now, refused.message, refused.status)
    return done(request, HOME)


@post(f"{HOME}/withdrawal", include_in_schema=False)
async def withdraw(request: Request[Any, Any, Any], db: Db, actor: Actor, now: datetime) -> Response[Any]:
    """Take the practice out of the list."""
    require_account(actor)
    await actions.withdraw(db, actor, now)
    return done(request, HOME)


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
    return saved(request)


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
    return saved(request)


def _currency(data: Mapping[str, Any]) -> str:
    """Known before the amount is read: it decides how fine the amount may be."""
    currency = str(data.get("currency", ""))
    if currency not in rules.currencies():
        raise InvalidInputError(fields={"currency": _("Please choose a currency from the list.")})
    return currency


def saved(request: Request[Any, Any, Any], to: str = HOME) -> Response[Any]:
    """After a form: its dialog closes; its own page leads back to the overview."""
    return done(request, to) if request.headers.get("hx-target") == "dialog" else go(request, to)


ROUTES = [overview, open_practice, publish, withdraw, profile_form, save_profile, rate_form, save_rate]
