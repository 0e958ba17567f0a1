"""Stripe, through its official library, which is loaded when the first payment asks for it."""

from functools import lru_cache
from typing import TYPE_CHECKING

from visavis.settings import Settings

if TYPE_CHECKING:
    from visavis.cards.stripe.accounts import StripeAccounts
    from visavis.cards.stripe.client import StripeCards


def enabled(settings: Settings) -> bool:
    """Whether cards can be taken here; asked for each page, so it loads nothing."""
    return settings.stripe_secret_key is not None


def provider_of(settings: Settings) -> "StripeCards | None":
    """The account of the settings, None without keys; one of a process."""
    if settings.stripe_secret_key is None:
        return None
    return _opened(settings.stripe_url, settings.stripe_secret_key.get_secret_value())


@lru_cache(maxsize=8)
def _opened(url: str, key: str) -> "StripeCards":
    from visavis.cards.stripe.client import StripeCards

    return StripeCards(url, key)


def accounts_of(settings: Settings) -> "StripeAccounts | None":
    """Where practitioners have accounts of their own (Connect); None where they do not."""
    if settings.stripe_secret_key is None or not settings.stripe_connect:
        return None
    return _opened_accounts(settings.stripe_url, settings.stripe_secret_key.get_secret_value())


@lru_cache(maxsize=8)
def _opened_accounts(url: str, key: str) -> "StripeAccounts":
    from visavis.cards.stripe.accounts import StripeAccounts

    return StripeAccounts(url, key)
