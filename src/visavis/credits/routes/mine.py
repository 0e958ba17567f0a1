"""/credits: what one has, until when, what happened, and packages to buy."""

from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import urlencode
from uuid import UUID

from litestar import Request, Response, get, post

from visavis.accounts.authentication import require_account
from visavis.booking.access import load_session
from visavis.booking.offered_steps import seen_time
from visavis.booking.rules import Party, Status, Verb
from visavis.credits.access import load_balances, load_wallet
from visavis.credits.purchasing import request_purchase
from visavis.credits.views import Mine, Needed, mine_of
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError, NotFoundError
from visavis.kit.forms import id_in, number_in, typed_text
from visavis.kit.pages import Page, go, render
from visavis.kit.sql import Tx

HOME = "/credits"


class MinePage(Page, frozen=True, kw_only=True):
    """`needed` is the session that they came for; `query` what else the page is asked with; `earlier` where
    the lines before these are, `latest` the last ones, empty where there are none or these are they."""

    template: ClassVar[str] = "credits/mine_page.html"
    mine: Mine
    needed: Needed | None
    query: str
    earlier: str
    latest: str


class MineFragment(MinePage, frozen=True, kw_only=True):
    template: ClassVar[str] = "credits/mine.html"


@get(HOME, include_in_schema=False)
async def own_credits(request: Request[Any, Any, Any], actor: Actor, db: Db) -> Response[Any]:
    """Everything about one's credits; `?session` is one that waits for them, `?practitioner` one whose
    packages are wanted before the first session, `?before` an entry of the ledger."""
    return render(request, MinePage(**await _mine(request, db, require_account(actor))))


@get(f"{HOME}/wallet", include_in_schema=False)
async def wallet(request: Request[Any, Any, Any], actor: Actor, db: Db) -> Response[Any]:
    """The live part of the page."""
    return render(request, MineFragment(**await _mine(request, db, require_account(actor))))


@post(f"{HOME}/purchases", include_in_schema=False)
async def buy(request: Request[Any, Any, Any], actor: Actor, db: Db, now: datetime) -> Response[Any]:
    """Begin to buy a package; on to how to pay it."""
    require_account(actor)
    package_id = id_in(typed_text(await request.form(), "package_id"))
    if package_id is None:
        raise InvalidInputError
    purchase_id = await request_purchase(db, actor, package_id, now)
    return go(request, f"{HOME}/purchases/{purchase_id}")


async def _mine(request: Request[Any, Any, Any], db: Db, actor: Actor) -> dict[str, Any]:
    asked = request.query_params
    session_id, seller = id_in(asked.get("session", "")), id_in(asked.get("practitioner", ""))
    before = number_in(asked.get("before", ""), 18)
    async with db.transaction(actor) as tx:
        needed = await _needed(tx, actor, session_id) if session_id else None
        wallet = await load_wallet(tx, actor, needed.practitioner_id if needed else seller, before)
    mine = mine_of(wallet, actor)
    came_for = {"session": needed.session_id} if needed else {"practitioner": seller} if seller else {}
    return {
        "mine": mine,
        "needed": needed,
        "query": _query(came_for | ({"before": before} if before else {})),
        "earlier": f"{HOME}{_query(came_for | {'before': mine.earlier})}#history" if mine.earlier else "",
        "latest": f"{HOME}{_query(came_for)}#history" if before else "",
    }


def _query(values: dict[str, Any]) -> str:
    return f"?{urlencode(values)}" if values else ""


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
    balances = await load_balances(tx, actor, [session.practitioner_id])
    return Needed(
        session_id=session.id,
        practitioner_id=session.practitioner_id,
        name=session.practitioner_name,
        offering=session.offering_name,
        starts_at=session.starts_at,
        credits=session.credits,
        missing=max(session.credits - balances[session.practitioner_id], 0),
        mine_to_approve=session.created_by == "practitioner",
        seen=seen_time(seat, Verb.APPROVE),
    )


ROUTES = [own_credits, wallet, buy]
