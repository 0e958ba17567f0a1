"""Paying a session, or credits, by card: the page, each try, and a look after it."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post

from visavis.accounts.authentication import require_account
from visavis.booking.access import load_session
from visavis.booking.rules import Party
from visavis.cards import keeping
from visavis.cards.access import load_payment
from visavis.cards.actions import ask_look, begin
from visavis.cards.errors import NothingToPayError
from visavis.cards.paying import Paying, paying_purchase, paying_session
from visavis.cards.rules import OfPurchase, OfSession, Payable
from visavis.cards.stripe import enabled, provider_of
from visavis.cards.stripe.browser import opened_for, sentences
from visavis.credits.access import load_people, load_purchase
from visavis.kit import throttle
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import ForbiddenError, NotFoundError
from visavis.kit.forms import typed_text
from visavis.kit.pages import Page, render
from visavis.kit.sql import Tx
from visavis.kit.words import _

SESSION, PURCHASE = "/sessions/{session_id:uuid}/card", "/credits/purchases/{purchase_id:uuid}/card"
_MOST_TRIES, _WITHIN = 20, 3600  # of one person; seconds


class StatePage(Page, frozen=True, kw_only=True):
    """The live part: what is paid, until when, and what became of it."""

    template: ClassVar[str] = "cards/state.html"
    pay: Paying


class PayPage(StatePage, frozen=True, kw_only=True):
    """`script` and `key` are the provider's for browsers; `sentences` say why a card was not charged, by the
    provider's codes; `keeps`: the reader has kept a card before."""

    template: ClassVar[str] = "cards/pay.html"
    script: str
    key: str
    sentences: dict[str, str]
    keeps: bool


class Attempt(msgspec.Struct, frozen=True):
    """For the provider's script: what lets this browser pay, with this kept card or the typed one; nothing
    where it is paid already."""

    secret: str = ""
    method: str | None = None


@get([SESSION, PURCHASE], include_in_schema=False)
async def pay_page(request: Request[Any, Any, Any], actor: Actor, db: Db, now: datetime) -> Response[Any]:
    """How much, what for, until when, and the card; the only page that loads a script from elsewhere."""
    settings = request.app.state.settings
    pay, keeps = await _paying(request, require_account(actor), db, now)
    page = PayPage(
        pay=pay,
        script=settings.stripe_script_url,
        key=settings.stripe_publishable_key,
        sentences=sentences(),
        keeps=keeps,
    )
    return render(request, page, headers=opened_for(settings))


@get([f"{SESSION}/state", f"{PURCHASE}/state"], include_in_schema=False)
async def pay_state(request: Request[Any, Any, Any], actor: Actor, db: Db, now: datetime) -> Response[Any]:
    """The live part of the page."""
    pay, _keeps = await _paying(request, require_account(actor), db, now)
    return render(request, StatePage(pay=pay))


@post([f"{SESSION}/attempt", f"{PURCHASE}/attempt"], include_in_schema=False, status_code=200)
async def attempt(request: Request[Any, Any, Any], actor: Actor, db: Db, now: datetime) -> Response[Attempt]:
    """The button was pressed: the payment at the provider, whose amount is ours."""
    payable, provider = _payable(request), provider_of(request.app.state.settings)
    if provider is None:
        raise NotFoundError
    require_account(actor)
    data = await request.form()
    keep, kept = typed_text(data, "keep") == "yes", typed_text(data, "card")[:255]
    await throttle.count(db, "tries of cards", actor.known_id, most=_MOST_TRIES, seconds=_WITHIN)
    begun = await begin(db, actor, provider, payable, now)
    if begun.intent.status == "cancelled":
        raise NothingToPayError
    if begun.intent.status in ("processing", "succeeded"):
        await ask_look(db, actor, payable, now)
        return Response(Attempt())
    await keeping.prepare(db, actor, provider, begun.intent.id, now, keep=keep, kept=kept)
    return Response(Attempt(begun.intent.secret, kept or None))


@post([f"{SESSION}/look", f"{PURCHASE}/look"], include_in_schema=False)
async def look(request: Request[Any, Any, Any], actor: Actor, db: Db, now: datetime) -> Response[bytes]:
    """Something happened in this browser: the worker asks the provider, without waiting for its word."""
    payable = _payable(request)
    await ask_look(db, require_account(actor), payable, now)
    return Response(b"", status_code=204)


def _payable(request: Request[Any, Any, Any]) -> Payable:
    if not enabled(request.app.state.settings):
        raise NotFoundError
    found = request.path_params
    return OfSession(found["session_id"]) if "session_id" in found else OfPurchase(found["purchase_id"])


async def _paying(
    request: Request[Any, Any, Any], actor: Actor, db: Db, now: datetime
) -> tuple[Paying, bool]:
    payable = _payable(request)
    async with db.transaction(actor) as tx:
        keeps = await keeping.customer_of(tx, actor) is not None
        if isinstance(payable, OfPurchase):
            return await _purchase(tx, actor, payable.id), keeps
        seat = await load_session(tx, actor, payable.id)
        if seat.party is not Party.CLIENT:
            raise ForbiddenError(_("Paying is the other side's to do."))
        return paying_session(seat, await load_payment(tx, actor, payable), now), keeps


async def _purchase(tx: Tx, actor: Actor, purchase_id: UUID) -> Paying:
    purchase = await load_purchase(tx, actor, purchase_id)
    if purchase.client_id != actor.account_id:
        raise ForbiddenError(_("Paying is the other side's to do."))
    seller = purchase.practitioner_id
    people = await load_people(tx, [seller]) if seller else {}
    payment = await load_payment(tx, actor, OfPurchase(purchase_id))
    return paying_purchase(purchase, people[seller].name if seller in people else "Visavis", payment)


ROUTES = [pay_page, pay_state, attempt, look]
