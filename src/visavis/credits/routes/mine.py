"""/credits: what one has, until when, what happened, and packages to buy."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from litestar import Request, Response, get, post

from visavis.accounts.authentication import require_account
from visavis.booking.access import load_session
from visavis.booking.offers import seen_time
from visavis.booking.routes.steps import typed_text
from visavis.booking.rules import Party, Status, Verb
from visavis.credits.access import load_balance, load_wallet
from visavis.credits.purchasing import request_purchase
from visavis.credits.views import Mine, Needed, mine_of
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError, NotFoundError
from visavis.kit.pages import Page, go, render
from visavis.kit.sql import Tx

HOME = "/credits"


class MinePage(Page, frozen=True, kw_only=True):
    """`needed` is the session that they came for; `query` what else the page is asked with."""

    template: ClassVar[str] = "credits/mine_page.html"
    mine: Mine
    needed: Needed | None
    query: str


class MineFragment(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "credits/mine.html"
    mine: Mine
    needed: Needed | None
    query: str


@get(HOME, include_in_schema=False)
async def own_credits(request: Request[Any, Any, Any], actor: Actor, db: Db) -> Response[Any]:
    """Everything about one's credits; `?session` is one that waits for them, `?practitioner` one whose
    packages are wanted before the first session."""
    mine, needed, query = await _mine(request, db, require_account(actor))
    return render(request, MinePage(mine=mine, needed=needed, query=query))


@get(f"{HOME}/wallet", include_in_schema=False)
async def wallet(request: Request[Any, Any, Any], actor: Actor, db: Db) -> Response[Any]:
    """The live part of the page."""
    mine, needed, query = await _mine(request, db, require_account(actor))
    return render(request, MineFragment(mine=mine, needed=needed, query=query))


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
    found = _uuid(text)
    if found is None:
        raise InvalidInputError
    return found


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _minor(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 12 else None


async def _mine(request: Request[Any, Any, Any], db: Db, actor: Actor) -> tuple[Mine, Needed | None, str]:
    asked = _uuid(request.query_params.get("session", ""))
    seller = _uuid(request.query_params.get("practitioner", ""))
    async with db.transaction(actor) as tx:
        needed = await _needed(tx, actor, asked) if asked else None
        wallet = await load_wallet(tx, actor, needed.practitioner_id if needed else seller)
    query = f"?session={needed.session_id}" if needed else f"?practitioner={seller}" if seller else ""
    return mine_of(wallet, actor), needed, query


async def _needed(tx: Tx, actor: Actor, session_id: UUID) -> Needed | None:
    """None for a session of others, and for one that does not wait for the reader's credits."""
    try:
        seat = await load_session(tx, actor, session_id)
    except NotFoundError:
        return None
    session = seat.session
    waits = session.status is Status.PENDING_APPROVAL and session.credits > 0
    if not waits or seat.party is not Party.CLIENT:
        return None
    balance = await load_balance(tx, session.client_id, session.practitioner_id)
    return Needed(
        session_id=session.id,
        practitioner_id=session.practitioner_id,
        name=session.practitioner_name,
        offering=session.offering_name,
        starts_at=session.starts_at,
        credits=session.credits,
        missing=max(session.credits - balance, 0),
        mine_to_approve=session.created_by == "practitioner",
        seen=seen_time(seat, Verb.APPROVE),
    )


ROUTES = [own_credits, wallet, buy]
