"""/credits: what one has, until when, what happened, and packages to buy."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from litestar import Request, Response, get, post

from visavis.accounts.authentication import require_account
from visavis.booking.routes.steps import typed_text
from visavis.credits.access import load_wallet
from visavis.credits.purchasing import request_purchase
from visavis.credits.views import Mine, mine_of
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError
from visavis.kit.pages import Page, go, render

HOME = "/credits"


class MinePage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "credits/mine_page.html"
    mine: Mine


class MineFragment(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "credits/mine.html"
    mine: Mine


@get(HOME, include_in_schema=False)
async def own_credits(request: Request[Any, Any, Any], actor: Actor, db: Db) -> Response[Any]:
    """Everything about one's credits."""
    return render(request, MinePage(mine=await _mine(db, require_account(actor))))


@get(f"{HOME}/wallet", include_in_schema=False)
async def wallet(request: Request[Any, Any, Any], actor: Actor, db: Db) -> Response[Any]:
    """The live part of the page."""
    return render(request, MineFragment(mine=await _mine(db, require_account(actor))))


@post(f"{HOME}/purchases", include_in_schema=False)
async def buy(request: Request[Any, Any, Any], actor: Actor, db: Db, now: datetime) -> Response[Any]:
    """Begin to buy a package; on to how to pay it."""
    require_account(actor)
    data = await request.form()
    seen = typed_text(data, "seen")
    purchase_id = await request_purchase(
        db, actor, _package(typed_text(data, "package_id")), now, seen_minor=_minor(seen)
    )
    return go(request, f"{HOME}/purchases/{purchase_id}")


def _package(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise InvalidInputError from None


def _minor(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 12 else None


async def _mine(db: Db, actor: Actor) -> Mine:
    async with db.transaction(actor) as tx:
        return mine_of(await load_wallet(tx, actor), actor)


ROUTES = [own_credits, wallet, buy]
