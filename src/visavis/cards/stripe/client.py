"""Stripe's API by its official library, https://docs.stripe.com/api. It learns an amount, what it is for in
the words of the offering, and an id of ours; neither names nor addresses of people."""

import asyncio
import logging
from collections.abc import Awaitable
from typing import Any, TypeVar
from uuid import UUID

import stripe
import structlog
from stripe import StripeClient

from visavis.cards.provider import (
    Intent,
    ProviderRefusedError,
    ProviderUnreachableError,
    Refunded,
    Wanted,
)
from visavis.cards.stripe.amounts import to_stripe
from visavis.cards.stripe.answers import Charge, Method, intent_of, is_refund, read, refunded_of
from visavis.cards.stripe.transport import Transport

PATIENCE = 20.0
"""Seconds for one question with its repetitions; somebody may be waiting for the answer."""
_REPEATED = 2  # times, with pauses in between, under the same idempotency key
_UNCLEAR = frozenset({"idempotency_key_in_use", "lock_timeout", "rate_limit"})
_ALL_OF_IT = ["latest_charge.balance_transaction", "payment_method"]
_MOST_CARDS = 10

stripe.enable_telemetry = False  # it would send what machine this is, and how long answers took
logging.getLogger("stripe").setLevel(logging.WARNING)  # it would tell each question, and what was sent

_log = structlog.get_logger(__name__)
T = TypeVar("T")


class StripeCards:
    """An account at Stripe: where its API answers, and its key."""

    def __init__(self, url: str, key: str) -> None:
        client = StripeClient(
            key,
            base_addresses={"api": url},
            http_client=Transport(),
            max_network_retries=_REPEATED,
        )
        self._api = client.v1

    async def begin(self, wanted: Wanted) -> Intent:
        """The one intent of `wanted.payment_id`: made, or made before."""
        made = self._api.payment_intents.create_async(_request(wanted), _once("payment", wanted.payment_id))
        return intent_of(await _answer(made))

    async def look(self, intent_id: str) -> Intent:
        """The truth."""
        asked = self._api.payment_intents.retrieve_async(intent_id, {"expand": _ALL_OF_IT})
        return intent_of(await _answer(asked))

    async def cancel(self, intent_id: str) -> Intent:
        """Nobody can pay it any more; one that has succeeded, or is being decided, comes back as it is."""
        try:
            await _answer(self._api.payment_intents.cancel_async(intent_id))
        except ProviderRefusedError:
            found = await self.look(intent_id)
            if found.status in ("needs_card", "needs_action"):
                raise
            return found
        return await self.look(intent_id)

    async def refund(self, refund_id: UUID, charge: str, amount_minor: int) -> Refunded:
        """Send back (a part of) a charge, once for each `refund_id`. With Connect, the practitioner's part
        comes back from their account, and the commission in proportion.

        Stripe forgets an idempotency key after a day, so what was sent is looked for first.
        """
        sent = await _answer(self._api.refunds.list_async({"charge": charge, "limit": 100}))
        for each in sent.data:
            if is_refund(each, refund_id):
                return refunded_of(each)
        found = read(await _answer(self._api.charges.retrieve_async(charge)), Charge)
        wanted: Any = {
            "charge": charge,
            "amount": to_stripe(amount_minor, found.currency.upper()),
            "metadata": {"refund": str(refund_id)},
        }
        if found.transfer_data:
            wanted |= {"reverse_transfer": True, "refund_application_fee": True}
        return refunded_of(await _answer(self._api.refunds.create_async(wanted, _once("refund", refund_id))))

    async def customer_of(self, account_id: UUID) -> str:
        """The payer's name at Stripe, made for the first card that they keep; it learns our id of them."""
        wanted: Any = {"metadata": {"account": str(account_id)}}
        made = await _answer(self._api.customers.create_async(wanted, _once("customer", account_id)))
        return str(made.id)

    async def keep_card(self, intent_id: str, customer: str | None, *, keep: bool) -> None:
        """Whether the card of the next try stays with `customer`, whose cards may be used for it as well."""
        wanted: Any = {"setup_future_usage": "on_session" if keep else ""}
        if customer:
            wanted["customer"] = customer
        await _answer(self._api.payment_intents.update_async(intent_id, wanted))

    async def cards_of(self, customer: str) -> list[Method]:
        """The cards that a customer keeps, latest first."""
        asked: Any = {"customer": customer, "type": "card", "limit": _MOST_CARDS}
        listed = await _answer(self._api.payment_methods.list_async(asked))
        return [read(each, Method) for each in listed.data]

    async def forget_card(self, customer: str, method_id: str) -> bool:
        """Keep a card of this very customer no longer; False when it is not theirs."""
        if method_id not in {each.id for each in await self.cards_of(customer)}:
            return False
        await _answer(self._api.payment_methods.detach_async(method_id))
        return True


def _request(wanted: Wanted) -> Any:
    request: dict[str, Any] = {
        "amount": to_stripe(wanted.amount_minor, wanted.currency),
        "currency": wanted.currency.lower(),
        "description": wanted.description,
        "payment_method_types": ["card"],
        "capture_method": "automatic",  # what Stripe keeps is known as soon as the money came
        "metadata": {"payment": str(wanted.payment_id)},
    }
    if wanted.customer:
        request["customer"] = wanted.customer
        if wanted.save:
            request["setup_future_usage"] = "on_session"
    if wanted.account:
        request |= {"transfer_data": {"destination": wanted.account}, "on_behalf_of": wanted.account}
        if wanted.fee_minor:
            request["application_fee_amount"] = to_stripe(wanted.fee_minor, wanted.currency)
    return request


def _once(what: str, row_id: UUID) -> Any:
    return {"idempotency_key": f"visavis-{what}-{row_id}"}


async def _answer(asked: Awaitable[T]) -> T:
    """Raises ProviderUnreachableError, ProviderRefusedError; neither repeats what was sent."""
    try:
        async with asyncio.timeout(PATIENCE):
            return await asked
    except (TimeoutError, stripe.APIConnectionError, stripe.RateLimitError):
        raise ProviderUnreachableError from None
    except stripe.StripeError as error:
        status, code = error.http_status or 500, error.code or type(error).__name__
        _log.warning("Stripe refused", status=status, code=code, request=error.request_id)
        if status >= 500 or code in _UNCLEAR:
            raise ProviderUnreachableError from None
        raise ProviderRefusedError(code) from None
