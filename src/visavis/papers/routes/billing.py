"""/practice/billing, /operator/billing and /account/billing: what stands on papers from now on."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from litestar import Request, Response, get, post

from visavis.accounts.access import require_browser
from visavis.accounts.authentication import require_account
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError
from visavis.kit.forms import Fields, Form, typed_text
from visavis.kit.pages import Page, done, go, render
from visavis.kit.words import _
from visavis.money.rules import parse_percent, percent
from visavis.papers.access import load_issuer, load_owner, load_recipient
from visavis.papers.actions import set_issuer, set_recipient
from visavis.papers.rules import MOST_TAX, Issuer, Side

PRACTICE, PLATFORM, ACCOUNT = "/practice/billing", "/operator/billing", "/account/billing"
_FIELDS = ("legal_name", "address", "tax_number", "taxed", "rate", "tax_name", "tax_note", "prefix")
Asked = Request[Any, Any, Any]


class IssuerPage(Page, frozen=True, kw_only=True):
    """`home` is the page's own address, `back` where one comes from."""

    template: ClassVar[str] = "papers/issuer.html"
    form: Form
    saved: bool
    platform: bool
    home: str
    back: str


class RecipientPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "papers/recipient.html"
    form: Form
    saved: bool


@get(PRACTICE, include_in_schema=False)
async def practice_form(request: Asked, actor: Actor, db: Db) -> Response[Any]:
    """What stands at the top of the practice's papers."""
    return await _show_issuer(request, db, require_account(actor), platform=False)


@post(PRACTICE, include_in_schema=False)
async def save_practice(request: Asked, actor: Actor, db: Db, now: datetime) -> Response[Any]:
    """From the next paper on."""
    return await _save_issuer(request, db, require_account(actor), now, platform=False)


@get(PLATFORM, include_in_schema=False)
async def platform_form(request: Asked, actor: Actor, db: Db) -> Response[Any]:
    """The same of the platform, which sells credits."""
    return await _show_issuer(request, db, require_account(actor), platform=True)


@post(PLATFORM, include_in_schema=False)
async def save_platform(request: Asked, actor: Actor, db: Db, now: datetime) -> Response[Any]:
    """From the next paper on."""
    return await _save_issuer(request, db, require_account(actor), now, platform=True)


async def _save_issuer(
    request: Asked, db: Db, actor: Actor, now: datetime, *, platform: bool
) -> Response[Any]:
    data = await request.form()
    typed = {name: typed_text(data, name) for name in _FIELDS}
    try:
        await set_issuer(db, actor, read_issuer(data), now, platform=platform)
    except InvalidInputError as refused:
        form = Form.refused(typed, refused)
        return await _show_issuer(request, db, actor, platform=platform, form=form, status=refused.status)
    return done(request, f"{PLATFORM if platform else PRACTICE}?saved=1")


def read_issuer(data: Mapping[str, Any]) -> Issuer:
    """What was typed, checked. Raises InvalidInputError."""
    fields = Fields(data)
    taxed = fields.text("taxed", most=10) == "yes"
    read = Issuer(
        legal_name=fields.text("legal_name", most=200, required=_("Please enter the name on your invoices.")),
        address=fields.text("address", most=500, multiline=True),
        tax_number=fields.text("tax_number", most=60),
        tax_bp=_rate(fields) if taxed else 0,
        tax_name=(fields.text("tax_name", most=20) if taxed else "") or "VAT",
        tax_note=fields.text("tax_note", most=300),
        prefix=fields.text("prefix", most=12),
    )
    if not re.fullmatch(r"[A-Za-z0-9/-]{0,12}", read.prefix):
        fields.complain("prefix", _("Please use up to 12 letters, digits, dashes or slashes."))
    fields.check()
    return read


def _rate(fields: Fields) -> int:
    sentence = _("Please enter a rate above 0 and up to 50 per cent, such as 20.")
    try:
        rate = parse_percent(fields.text("rate", most=10), "rate")
    except InvalidInputError:
        rate = 0
    if not 0 < rate <= MOST_TAX:
        fields.complain("rate", sentence)
        return 0
    return rate


async def _show_issuer(
    request: Asked, db: Db, actor: Actor, *, platform: bool, form: Form | None = None, status: int = 200
) -> Response[Any]:
    async with db.transaction(actor) as tx:
        found = await load_issuer(tx, await load_owner(tx, actor, platform=platform))
    name = "" if platform else actor.name
    page = IssuerPage(
        form=form or Form(values=_values(found or Issuer(legal_name=name))),
        saved="saved" in request.query_params,
        platform=platform,
        home=PLATFORM if platform else PRACTICE,
        back="/operator/money" if platform else "/practice",
    )
    return render(request, page, status)


def _values(issuer: Issuer) -> dict[str, str]:
    return {
        "legal_name": issuer.legal_name,
        "address": issuer.address,
        "tax_number": issuer.tax_number,
        "taxed": "yes" if issuer.tax_bp else "no",
        "rate": percent(issuer.tax_bp) if issuer.tax_bp else "",
        "tax_name": issuer.tax_name,
        "tax_note": issuer.tax_note,
        "prefix": issuer.prefix,
    }


@get(ACCOUNT, include_in_schema=False)
async def recipient_form(request: Asked, actor: Actor, db: Db) -> Response[Any]:
    """What a client wants to read on theirs."""
    async with db.transaction(require_browser(actor)) as tx:
        found = await load_recipient(tx, actor) or Side(name=actor.name, address="", tax_number="")
    values = {"name": found.name, "address": found.address, "tax_number": found.tax_number}
    saved = "saved" in request.query_params
    return render(request, RecipientPage(form=Form(values=values), saved=saved))


@post(ACCOUNT, include_in_schema=False)
async def save_recipient(request: Asked, actor: Actor, db: Db, now: datetime) -> Response[Any]:
    """From the next paper on."""
    require_browser(actor)
    data = await request.form()
    typed = {name: typed_text(data, name) for name in ("name", "address", "tax_number")}
    fields = Fields(data)
    read = Side(
        name=fields.text("name", most=200, required=_("Please enter the name on your invoices.")),
        address=fields.text("address", most=500, multiline=True),
        tax_number=fields.text("tax_number", most=60),
    )
    try:
        fields.check()
        await set_recipient(db, actor, read, now)
    except InvalidInputError as refused:
        page = RecipientPage(form=Form.refused(typed, refused), saved=False)
        return render(request, page, refused.status)
    return go(request, f"{ACCOUNT}?saved=1")


ROUTES = [practice_form, save_practice, platform_form, save_platform, recipient_form, save_recipient]
