"""Accounts of practitioners at Stripe (Connect), https://docs.stripe.com/connect. Stripe learns our id of
them from us, and everything else from themselves, on its own pages."""

from typing import Any
from uuid import UUID

import msgspec

from visavis.cards.provider import Account, AccountStatus, ProviderRefusedError
from visavis.cards.stripe.answers import read, told
from visavis.cards.stripe.client import answer, api_of, once

_CONTROLLER = {
    "stripe_dashboard": {"type": "express"},
    "requirement_collection": "stripe",
    "fees": {"payer": "application"},
    "losses": {"payments": "application"},
}
"""Stripe asks for, and checks, what the law wants to know; its fees, and what an account cannot pay back, are
the platform's (https://docs.stripe.com/connect/migrate-to-controller-properties)."""
_CAPABILITIES = ("card_payments", "transfers")
_GONE = frozenset({"account_invalid", "resource_missing"})


class _Requirements(msgspec.Struct, frozen=True):
    currently_due: list[str] | None = None
    past_due: list[str] | None = None
    disabled_reason: str | None = None


class _Account(msgspec.Struct, frozen=True):
    id: str
    charges_enabled: bool = False
    payouts_enabled: bool = False
    details_submitted: bool = False
    deleted: bool = False
    capabilities: dict[str, str] = {}
    requirements: _Requirements | None = None
    metadata: dict[str, str] = {}


class StripeAccounts:
    """Those of the platform whose key it is."""

    def __init__(self, url: str, key: str) -> None:
        self._api = api_of(url, key)

    async def open_account(self, row_id: UUID, practitioner_id: UUID) -> str:
        """The one account of `row_id`: made, or made before."""
        wanted: Any = {
            "controller": _CONTROLLER,
            "capabilities": {name: {"requested": True} for name in _CAPABILITIES},
            "metadata": {"practitioner": str(practitioner_id)},
        }
        return str((await answer(self._api.accounts.create_async(wanted, once("account", row_id)))).id)

    async def onboarding(self, account: str, back: str, again: str) -> str:
        """Where its owner says what Stripe has to know, for some minutes and once."""
        wanted: Any = {"account": account, "return_url": back, "refresh_url": again}
        wanted["type"] = "account_onboarding"
        return str((await answer(self._api.account_links.create_async(wanted))).url)

    async def look_at_account(self, account: str) -> Account:
        """The truth; an account that this key may not see, as one of another mode, is gone."""
        try:
            seen = read(await answer(self._api.accounts.retrieve_async(account)), _Account)
        except ProviderRefusedError as refused:
            if refused.code not in _GONE:
                raise
            return Account(status="gone")
        return Account(status=_status(seen), practitioner_id=told(seen.metadata, "practitioner"))


def _status(seen: _Account) -> AccountStatus:
    asked = seen.requirements or _Requirements()
    if seen.deleted:
        return "gone"
    if (asked.disabled_reason or "").startswith("rejected"):
        return "refused"
    able = all(seen.capabilities.get(name) == "active" for name in _CAPABILITIES)
    if seen.charges_enabled and seen.payouts_enabled and able:
        return "ready"
    return (
        "checked" if seen.details_submitted and not asked.currently_due and not asked.past_due else "wanting"
    )
