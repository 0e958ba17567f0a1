"""/account/cards: the cards that one keeps, and keeping one no longer."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from litestar import Request, Response, get, post
from litestar.params import FromPath

from visavis.accounts.authentication import require_account
from visavis.cards.keeping import forget, kept_cards
from visavis.cards.provider import ProviderUnreachableError
from visavis.cards.stripe import provider_of
from visavis.cards.stripe.answers import Method
from visavis.kit import throttle
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import NotFoundError
from visavis.kit.pages import Page, done, render

if TYPE_CHECKING:  # the library is loaded when the first payment asks for it
    from visavis.cards.stripe.client import StripeCards

HOME = "/account/cards"
_MOST, _WITHIN = 60, 600  # questions to the provider for one person; seconds


class KeptPage(Page, frozen=True, kw_only=True):
    """`cards` is None when the provider could not be asked."""

    template: ClassVar[str] = "cards/kept_page.html"
    cards: list[Method] | None


class KeptFragment(KeptPage, frozen=True, kw_only=True):
    template: ClassVar[str] = "cards/kept.html"


class ChoicesFragment(KeptPage, frozen=True, kw_only=True):
    template: ClassVar[str] = "cards/choices.html"


@get(HOME, include_in_schema=False)
async def own_cards(request: Request[Any, Any, Any], actor: Actor, db: Db) -> Response[Any]:
    """Each with a way to remove it."""
    return render(request, KeptPage(cards=await _cards(request, require_account(actor), db)))


@get(f"{HOME}/list", include_in_schema=False)
async def card_list(request: Request[Any, Any, Any], actor: Actor, db: Db) -> Response[Any]:
    """The live part."""
    return render(request, KeptFragment(cards=await _cards(request, require_account(actor), db)))


@get(f"{HOME}/choices", include_in_schema=False)
async def card_choices(request: Request[Any, Any, Any], actor: Actor, db: Db) -> Response[Any]:
    """To pay with one of them: read by the page of a payment after it is shown."""
    return render(request, ChoicesFragment(cards=await _cards(request, require_account(actor), db)))


@post(f"{HOME}/{{card:str}}/removal", include_in_schema=False)
async def remove_card(
    request: Request[Any, Any, Any], card: FromPath[str], actor: Actor, db: Db, now: datetime
) -> Response[Any]:
    """The provider keeps it no longer."""
    require_account(actor)
    await forget(db, actor, await _asked(request, actor, db), card[:255], now)
    return done(request, HOME)


async def _cards(request: Request[Any, Any, Any], actor: Actor, db: Db) -> list[Method] | None:
    try:
        return await kept_cards(db, actor, await _asked(request, actor, db))
    except ProviderUnreachableError:
        return None


async def _asked(request: Request[Any, Any, Any], actor: Actor, db: Db) -> "StripeCards":
    provider = provider_of(request.app.state.settings)
    if provider is None:
        raise NotFoundError
    await throttle.count(db, "kept cards", actor.known_id, most=_MOST, seconds=_WITHIN)
    return provider


ROUTES = [own_cards, card_list, card_choices, remove_card]
