"""/practice/direct: a practitioner opens an account at the card provider, to be paid directly."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from litestar import Request, Response, get, post
from litestar.response import Redirect

from visavis.accounts.authentication import require_account
from visavis.cards.direct import actions as direct
from visavis.cards.errors import NotYetBegunError
from visavis.cards.rules import DirectStatus
from visavis.cards.stripe import accounts_of
from visavis.cards.stripe.browser import onboarding_for
from visavis.kit import throttle
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import NotFoundError
from visavis.kit.pages import Page, done, go, render

if TYPE_CHECKING:  # the library is loaded when somebody presses the button
    from visavis.cards.stripe.accounts import StripeAccounts

HOME = "/practice/direct"
Asked = Request[Any, Any, Any]
_MOST, _WITHIN = 30, 3600  # questions to the provider for one person; seconds


class DirectPage(Page, frozen=True, kw_only=True):
    """`state` is None as long as nothing is begun."""

    template: ClassVar[str] = "cards/direct_page.html"
    state: DirectStatus | None


class StopPage(Page, frozen=True):
    template: ClassVar[str] = "cards/direct_stop.html"


class DirectFragment(DirectPage, frozen=True, kw_only=True):
    template: ClassVar[str] = "cards/direct.html"


@get(HOME, include_in_schema=False)
async def page(request: Asked, actor: Actor, db: Db) -> Response[Any]:
    """How far it is, and the way to Stripe."""
    shown = DirectPage(state=await _state(request, require_account(actor), db))
    return render(request, shown, headers=onboarding_for(request.app.state.settings))


@get(f"{HOME}/state", include_in_schema=False)
async def state(request: Asked, actor: Actor, db: Db) -> Response[Any]:
    """The live part."""
    return render(request, DirectFragment(state=await _state(request, require_account(actor), db)))


@post(HOME, include_in_schema=False)
async def begin(request: Asked, actor: Actor, db: Db, now: datetime) -> Response[Any]:
    """*Connect with Stripe*: an account, once, and its pages there."""
    accounts = await _asked(request, require_account(actor), db)
    await direct.begin_account(db, actor, accounts, now)
    return go(request, await _onboarding(request, actor, db, accounts))


@get(f"{HOME}/onward", include_in_schema=False)
async def onward(request: Asked, actor: Actor, db: Db) -> Response[Any]:
    """To Stripe's pages again; also where Stripe sends those whose address there has run out."""
    accounts = await _asked(request, require_account(actor), db)
    try:
        return Redirect(await _onboarding(request, actor, db, accounts), status_code=303)
    except NotYetBegunError:
        return Redirect(HOME, status_code=303)


@get(f"{HOME}/back", include_in_schema=False)
async def back(request: Asked, actor: Actor, db: Db, now: datetime) -> Response[Any]:
    """From Stripe, which says nothing by it: the worker asks, and the page shows what comes of it."""
    await _asked(request, require_account(actor), db)
    await direct.ask_look(db, actor, now)
    return Redirect(HOME, status_code=303)


@get(f"{HOME}/stop", include_in_schema=False)
async def stop_page(request: Asked, actor: Actor, db: Db) -> Response[Any]:
    """What follows from it."""
    await _state(request, require_account(actor), db)
    return render(request, StopPage())


@post(f"{HOME}/stop", include_in_schema=False)
async def stop(request: Asked, actor: Actor, db: Db, now: datetime) -> Response[Any]:
    """New payments go to the platform from now on."""
    await _state(request, require_account(actor), db)
    await direct.want(db, actor, now, wanted=False)
    return done(request, HOME)


@post(f"{HOME}/resumption", include_in_schema=False)
async def resume(request: Asked, actor: Actor, db: Db, now: datetime) -> Response[Any]:
    """And to their account again."""
    await _state(request, require_account(actor), db)
    await direct.want(db, actor, now, wanted=True)
    return go(request, HOME)


async def _onboarding(request: Asked, actor: Actor, db: Db, accounts: "StripeAccounts") -> str:
    site = request.app.state.settings.public_url + HOME
    return await direct.onboarding(db, actor, accounts, f"{site}/back", f"{site}/onward")


async def _state(request: Asked, actor: Actor, db: Db) -> DirectStatus | None:
    if not request.app.state.settings.stripe_connect:
        raise NotFoundError
    return (await direct.load_direct(db, actor)).status


async def _asked(request: Asked, actor: Actor, db: Db) -> "StripeAccounts":
    accounts = accounts_of(request.app.state.settings)
    if accounts is None:
        raise NotFoundError
    await throttle.count(db, "own account", actor.known_id, most=_MOST, seconds=_WITHIN)
    return accounts


ROUTES = [page, state, begin, onward, back, stop_page, stop, resume]
