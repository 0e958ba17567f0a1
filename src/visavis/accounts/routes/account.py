"""/account: who one is to others."""

from datetime import datetime
from typing import Any, ClassVar

from litestar import Response, get, post

from visavis.accounts.access import load_account, picture_address, require_browser
from visavis.accounts.actions.profile import become_client, change_person
from visavis.accounts.queries import AccountRow
from visavis.accounts.routes.shared import Asked, read_name, read_zone
from visavis.kit.actor import Actor
from visavis.kit.clock import zone_names
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError
from visavis.kit.forms import Fields, Form
from visavis.kit.pages import Page, go, render

HOME = "/account"


class AccountPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "accounts/account.html"
    account: AccountRow
    picture: str
    form: Form
    zones: list[str]


class SummaryFragment(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "accounts/account_summary.html"
    account: AccountRow
    picture: str


@get(HOME, include_in_schema=False)
async def overview(request: Asked, db: Db, actor: Actor) -> Response[Any]:
    """Name, zone, picture, address, and ways to the rest."""
    return await _page(request, db, actor)


async def _page(
    request: Asked, db: Db, actor: Actor, form: Form | None = None, status: int = 200
) -> Response[Any]:
    account = await _load(db, actor)
    shown = form or Form(values={"name": account.name, "time_zone": account.time_zone})
    page = AccountPage(
        account=account,
        picture=picture_address(account.id, account.picture_key),
        form=shown,
        zones=sorted(zone_names() | {account.time_zone}),
    )
    return render(request, page, status)


async def _load(db: Db, actor: Actor) -> AccountRow:
    async with db.transaction(require_browser(actor)) as tx:
        return await load_account(tx, actor)


@get(f"{HOME}/summary", include_in_schema=False)
async def summary(request: Asked, db: Db, actor: Actor) -> Response[Any]:
    """What changes by itself on that page."""
    account = await _load(db, actor)
    picture = picture_address(account.id, account.picture_key)
    return render(request, SummaryFragment(account=account, picture=picture))


@post(HOME, include_in_schema=False)
async def save(request: Asked, db: Db, actor: Actor, now: datetime) -> Response[Any]:
    """Another name or time zone."""
    data = await request.form()
    require_browser(actor)
    try:
        fields = Fields(data)
        name, zone = read_name(fields), read_zone(fields)
        fields.check()
        await change_person(db, actor, name, zone, now)
    except InvalidInputError as refused:
        return await _page(request, db, actor, Form.refused(data, refused), refused.status)
    return go(request, HOME)  # the whole page: its header shows name and zone, too


@post(f"{HOME}/client", include_in_schema=False)
async def book_too(request: Asked, db: Db, actor: Actor, now: datetime) -> Response[Any]:
    """A practitioner's account takes the client's side, too."""
    await become_client(db, require_browser(actor), now)
    return go(request, "/practitioners")


ROUTES = [overview, summary, save, book_too]
