"""/practice/credits and /operator/credits: packages, payments to verify, and what clients have left."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath

from visavis.accounts.authentication import require_account
from visavis.credits import packages
from visavis.credits.access import load_seller, load_shop
from visavis.credits.rules import Package
from visavis.credits.views import Selling, selling_of
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError
from visavis.kit.forms import Form, typed_text, whole_in
from visavis.kit.money import parse_money
from visavis.kit.pages import Page, done, render, saved
from visavis.kit.words import _
from visavis.practices.rules import currencies

PRACTICE, PLATFORM = "/practice/credits", "/operator/credits"
_TYPED = ("name", "credits", "price", "currency", "valid_months")


class ShopPage(Page, frozen=True, kw_only=True):
    """`home` is the address of this seller's page."""

    template: ClassVar[str] = "credits/shop_page.html"
    home: str
    platform: bool
    selling: Selling


class ShopFragment(ShopPage, frozen=True, kw_only=True):
    template: ClassVar[str] = "credits/shop.html"


class PackagePage(Page, frozen=True, kw_only=True):
    """`currencies` are to choose from; a practitioner has one."""

    template: ClassVar[str] = "credits/package_form.html"
    home: str
    currency: str
    currencies: list[str]
    form: Form


class InstructionsPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "credits/instructions.html"
    home: str
    form: Form


def seller_home(request: Request[Any, Any, Any]) -> tuple[str, bool]:
    """Whose page is asked for: its address, and whether it is the platform's."""
    platform = request.url.path.startswith(PLATFORM)
    return PLATFORM if platform else PRACTICE, platform


@get([PRACTICE, PLATFORM], include_in_schema=False)
async def shop(request: Request[Any, Any, Any], actor: Actor, db: Db) -> Response[Any]:
    """Everything that a practitioner, or the operator for the platform, sells and gives."""
    home, platform = seller_home(request)
    selling = await _selling(db, require_account(actor), platform)
    return render(request, ShopPage(home=home, platform=platform, selling=selling))


@get([f"{PRACTICE}/overview", f"{PLATFORM}/overview"], include_in_schema=False)
async def overview(request: Request[Any, Any, Any], actor: Actor, db: Db) -> Response[Any]:
    """The live part of the page."""
    home, platform = seller_home(request)
    selling = await _selling(db, require_account(actor), platform)
    return render(request, ShopFragment(home=home, platform=platform, selling=selling))


@get([f"{PRACTICE}/packages/new", f"{PLATFORM}/packages/new"], include_in_schema=False)
async def new_package(request: Request[Any, Any, Any], actor: Actor, db: Db) -> Response[Any]:
    """An empty form."""
    home, platform = seller_home(request)
    async with db.transaction(require_account(actor)) as tx:
        currency = (await load_seller(tx, actor, platform=platform)).currency
    first = {"credits": "5", "valid_months": "12", "currency": currency}
    return render(request, _package_page(home, currency, Form(values=first)))


@post([f"{PRACTICE}/packages", f"{PLATFORM}/packages"], include_in_schema=False)
async def add_package(request: Request[Any, Any, Any], actor: Actor, db: Db, now: datetime) -> Response[Any]:
    """Sell it from now on."""
    home, platform = seller_home(request)
    data = await request.form()
    typed = {name: typed_text(data, name).strip() for name in _TYPED}
    async with db.transaction(require_account(actor)) as tx:
        currency = (await load_seller(tx, actor, platform=platform)).currency
    try:
        wanted = _package_of(typed, typed["currency"] if platform else currency)
        await packages.add_package(db, actor, wanted, now, platform=platform)
    except InvalidInputError as refused:
        page = _package_page(home, currency, Form.refused(typed, refused))
        return render(request, page, refused.status)
    return saved(request, home)


_ARCHIVAL = "packages/{package_id:uuid}/archival"


@post([f"{PRACTICE}/{_ARCHIVAL}", f"{PLATFORM}/{_ARCHIVAL}"], include_in_schema=False)
async def archive(
    request: Request[Any, Any, Any], package_id: FromPath[UUID], actor: Actor, db: Db, now: datetime
) -> Response[Any]:
    """Sell it no longer."""
    home, platform = seller_home(request)
    await packages.archive_package(db, require_account(actor), package_id, now, platform=platform)
    return done(request, home)


@get(f"{PLATFORM}/payment", include_in_schema=False)
async def instructions_form(request: Request[Any, Any, Any], actor: Actor, db: Db) -> Response[Any]:
    """How the platform wants to be paid."""
    selling = await _selling(db, require_account(actor), True)
    return render(request, InstructionsPage(home=PLATFORM, form=Form(values={"words": selling.instructions})))


@post(f"{PLATFORM}/payment", include_in_schema=False)
async def save_instructions(
    request: Request[Any, Any, Any], actor: Actor, db: Db, now: datetime
) -> Response[Any]:
    """From now on."""
    require_account(actor)
    typed = typed_text(await request.form(), "words")
    try:
        await packages.set_instructions(db, actor, typed, now)
    except InvalidInputError as refused:
        page = InstructionsPage(home=PLATFORM, form=Form.refused({"words": typed}, refused))
        return render(request, page, refused.status)
    return saved(request, PLATFORM)


async def _selling(db: Db, actor: Actor, platform: bool) -> Selling:
    async with db.transaction(actor) as tx:
        return selling_of(await load_shop(tx, actor, platform=platform), actor)


def _package_page(home: str, currency: str, form: Form) -> PackagePage:
    known = sorted(currencies()) if home == PLATFORM else []
    return PackagePage(home=home, currency=currency, currencies=known, form=form)


def _package_of(typed: dict[str, str], currency: str) -> Package:
    if currency not in currencies():
        raise InvalidInputError(fields={"currency": _("Please choose a currency from the list.")})
    return Package(
        name=" ".join(typed["name"].split()),
        credits=whole_in(typed["credits"]),
        price_minor=parse_money(typed["price"], currency, "price"),
        currency=currency,
        valid_months=whole_in(typed["valid_months"]),
    )


ROUTES = [shop, overview, new_package, add_package, archive, instructions_form, save_instructions]
