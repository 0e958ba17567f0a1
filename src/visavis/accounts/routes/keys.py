"""/account/keys: API keys."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from litestar import Response, get, post

from visavis.accounts.access import load_keys, require_browser
from visavis.accounts.actions.keys import make_key, revoke_key
from visavis.accounts.errors import UnconfirmedError
from visavis.accounts.queries import KeyRow
from visavis.accounts.routes.shared import Asked
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError
from visavis.kit.forms import Fields, Form
from visavis.kit.pages import Page, done, render
from visavis.kit.words import _

HOME = "/account/keys"


class KeysPage(Page, frozen=True, kw_only=True):
    """`secret` is the key just made, shown this once."""

    template: ClassVar[str] = "accounts/keys.html"
    keys: list[KeyRow]
    form: Form
    secret: str


class KeysFragment(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "accounts/key_list.html"
    keys: list[KeyRow]


@get(HOME, include_in_schema=False)
async def overview(request: Asked, db: Db, actor: Actor) -> Response[Any]:
    """The keys that work, and a form for another one."""
    return await _page(request, db, actor, Form())


async def _page(
    request: Asked, db: Db, actor: Actor, form: Form, status: int = 200, secret: str = ""
) -> Response[Any]:
    return render(request, KeysPage(keys=await _keys(db, actor), form=form, secret=secret), status)


async def _keys(db: Db, actor: Actor) -> list[KeyRow]:
    async with db.transaction(require_browser(actor)) as tx:
        return await load_keys(tx, actor)


@get(f"{HOME}/list", include_in_schema=False)
async def fragment(request: Asked, db: Db, actor: Actor) -> Response[Any]:
    """The list alone."""
    return render(request, KeysFragment(keys=await _keys(db, actor)))


@post(HOME, include_in_schema=False, status_code=200)
async def make(request: Asked, db: Db, actor: Actor, now: datetime) -> Response[Any]:
    """Make a key and show it, once."""
    data = await request.form()
    require_browser(actor)
    try:
        fields = Fields(data)
        name = fields.text("name", most=100, required=_("Please say what the key is for."))
        fields.check()
        secret = await make_key(db, actor, name, now)
    except InvalidInputError as refused:
        return await _page(request, db, actor, Form.refused(data, refused), refused.status)
    except UnconfirmedError as refused:
        return await _page(request, db, actor, Form.refused(data, refused), InvalidInputError.status)
    return await _page(request, db, actor, Form(), secret=secret)


@post(f"{HOME}/{{key_id:uuid}}/revocation", include_in_schema=False)
async def revoke(request: Asked, db: Db, actor: Actor, now: datetime, key_id: UUID) -> Response[Any]:
    """End a key."""
    await revoke_key(db, require_browser(actor), key_id, now)
    return done(request, HOME)


ROUTES = [overview, fragment, make, revoke]
