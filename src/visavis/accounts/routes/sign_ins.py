"""/account/sign-ins: where one is signed in."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

import msgspec
from litestar import Response, get, post

from visavis.accounts.access import load_sign_ins, require_browser
from visavis.accounts.actions.signing_in import end_other_sign_ins, end_sign_in
from visavis.accounts.queries import SignInRow
from visavis.accounts.routes.shared import Asked, without_token
from visavis.accounts.rules import device
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.pages import Page, done, go, render

HOME = "/account/sign-ins"


class Place(msgspec.Struct, frozen=True):
    """One sign-in to show; `here` is the one that looks."""

    id: UUID
    device: str
    address: str
    since: datetime
    seen: datetime
    here: bool


class SignInsPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "accounts/sign_ins.html"
    places: list[Place]


class SignInsFragment(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "accounts/sign_in_list.html"
    places: list[Place]


@get(HOME, include_in_schema=False)
async def overview(request: Asked, db: Db, actor: Actor, now: datetime) -> Response[Any]:
    """Every device, with a way to end each."""
    return render(request, SignInsPage(places=await _places(db, actor, now)))


@get(f"{HOME}/list", include_in_schema=False)
async def fragment(request: Asked, db: Db, actor: Actor, now: datetime) -> Response[Any]:
    """The list alone."""
    return render(request, SignInsFragment(places=await _places(db, actor, now)))


async def _places(db: Db, actor: Actor, now: datetime) -> list[Place]:
    async with db.transaction(require_browser(actor)) as tx:
        found = await load_sign_ins(tx, actor, now)
    places = [_place(each, actor) for each in found]
    return sorted(places, key=lambda place: not place.here)


def _place(row: SignInRow, actor: Actor) -> Place:
    here = row.id == actor.sign_in_id
    return Place(row.id, device(row.user_agent), row.address, row.created_at, row.last_seen_at, here)


@post(f"{HOME}/{{sign_in_id:uuid}}/revocation", include_in_schema=False)
async def end_one(request: Asked, db: Db, actor: Actor, now: datetime, sign_in_id: UUID) -> Response[Any]:
    """End one; one's own is a sign-out."""
    await end_sign_in(db, require_browser(actor), sign_in_id, now)
    if sign_in_id == actor.sign_in_id:
        return without_token(request, go(request, "/"))
    return done(request, HOME)


@post(f"{HOME}/revocation", include_in_schema=False)
async def end_others(request: Asked, db: Db, actor: Actor, now: datetime) -> Response[Any]:
    """End all but this one."""
    await end_other_sign_ins(db, require_browser(actor), now)
    return done(request, HOME)


ROUTES = [overview, fragment, end_one, end_others]
