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
    Aftermath,
    Intent,
    ProviderForgotError,
    ProviderRefusedError,
    ProviderUnreachableError,
    Refunded,
    Wanted,
)
from visavis.cards.stripe.amounts import to_stripe
from visavis.cards.stripe.answers import (
    Charge,
    Customer,
    Method,
    dispute_of,
    intent_of,
    is_refund,
    read,
    refund_seen,
    refunded_of,
)
from visavis.cards.stripe.transport import Transport

PATIENCE = 20.0
"""Seconds for one question with its repetitions; somebody may be waiting for the answer."""
_REPEATED = 2  # times, with pauses in between, under the same idempotency key
_UNCLEAR = frozenset({"idempotency_key_in_use", "lock_timeout", "rate_limit"})
_ALL_OF_IT = ["latest_charge.balance_transaction", "payment_method"]
_MOST_CARDS = 10
_MISSING = "resource_missing"

stripe.enable_telemetry = False  # it would send what machine this is, and how long answers took
logging.getLogger("stripe").setLevel(logging.WARNING)  # it would tell each question, and what was sent

_log = structlog.get_logger(__name__)
T = TypeVar("T")


class StripeCards:
    """An account at Stripe: where its API answers, and its key."""

    def __init__(self, url: str, key: str) -> None:
        self._api = api_of(url, key)

    async def begin(self, wanted: Wanted) -> Intent:
        """The one intent of `wanted.payment_id`: made, or made before."""
        more = "-".join(filter(None, (wanted.account, wanted.instead_of)))
        key = once("payment", wanted.payment_id, more)
        return intent_of(await answer(self._api.payment_intents.create_async(_request(wanted), key)))

    async def look(self, intent_id: str) -> Intent:
        """The truth."""
        asked = self._api.payment_intents.retrieve_async(intent_id, {"expand": _ALL_OF_IT})
        try:
            return intent_of(await answer(asked))
        except ProviderRefusedError as refused:
            if refused.code == _MISSING:
                raise ProviderForgotError(refused.code) from None
            raise

    async def cancel(self, intent_id: str) -> Intent:
        """Nobody can pay it any more; one that has succeeded, or is being decided, comes back as it is."""
        try:
            await answer(self._api.payment_intents.cancel_async(intent_id))
        except ProviderRefusedError:
            found = await self.look(intent_id)
            if found.status in ("needs_card", "needs_action"):
                raise
            return found
        return await self.look(intent_id)

    async def refund(
        self, refund_id: UUID, charge: str, amount_minor: int, fee_minor: int | None = None
    ) -> Refunded:
        """Send back (a part of) a charge, once for each `refund_id`. Of one that went to somebody directly,
        who pays it back, and gets `fee_minor` of the commission again.

        Stripe forgets an idempotency key after a day, so what was sent is looked for first. The commission
        has a refund of its own: `refund_application_fee` would round it otherwise than the books.
        """
        found = read(await answer(self._api.charges.retrieve_async(charge)), Charge)
        sent = await self._sent(refund_id, found) or await self._send(refund_id, found, amount_minor)
        if fee_minor and found.application_fee and (sent.status != "failed" or sent.share_back):
            await self._give_fee_back(refund_id, found, fee_minor)
        return sent

    async def _sent(self, refund_id: UUID, charge: Charge) -> Refunded | None:
        sent = await answer(self._api.refunds.list_async({"charge": charge.id, "limit": 100}))
        return next((refunded_of(each) for each in sent.data if is_refund(each, refund_id)), None)

    async def _send(self, refund_id: UUID, found: Charge, amount_minor: int) -> Refunded:
        wanted: Any = {
            "charge": found.id,
            "amount": to_stripe(amount_minor, found.currency.upper()),
            "metadata": {"refund": str(refund_id)},
        }
        if found.transfer_data:
            wanted["reverse_transfer"] = True
        return refunded_of(await answer(self._api.refunds.create_async(wanted, once("refund", refund_id))))

    async def _give_fee_back(self, refund_id: UUID, found: Charge, fee_minor: int) -> None:
        fees = self._api.application_fees.refunds
        given = await answer(fees.list_async(found.application_fee, {"limit": 100}))
        if any(is_refund(each, refund_id) for each in given.data):
            return
        wanted: Any = {
            "amount": to_stripe(fee_minor, found.currency.upper()),
            "metadata": {"refund": str(refund_id)},
        }
        await answer(fees.create_async(found.application_fee, wanted, once("fee", refund_id)))

    async def aftermath(self, charge: str, currency: str) -> Aftermath:
        """The truth about what went back of a charge, also from Stripe's own pages."""
        sent = await answer(self._api.refunds.list_async({"charge": charge, "limit": 100}))
        disputed = await answer(self._api.disputes.list_async({"charge": charge, "limit": 100}))
        return Aftermath(
            [refund_seen(each, currency) for each in sent.data],
            [dispute_of(each, currency) for each in disputed.data],
        )

    async def customer_of(self, account_id: UUID, instead_of: str | None = None) -> str:
        """The payer's name at Stripe, made for the first card that they keep; it learns our id of them.
        `instead_of` one that it knows no more, which it would repeat for a day."""
        wanted: Any = {"metadata": {"account": str(account_id)}}
        asked = self._api.customers.create_async(wanted, once("customer", account_id, instead_of))
        return str((await answer(asked)).id)

    async def has_customer(self, customer: str) -> bool:
        """Whether Stripe knows a customer (still)."""
        try:
            return not read(await answer(self._api.customers.retrieve_async(customer)), Customer).deleted
        except ProviderRefusedError as refused:
            if refused.code != _MISSING:
                raise
            return False

    async def keep_card(self, intent_id: str, customer: str | None, *, keep: bool) -> None:
        """Whether the card of the next try stays with `customer`, whose cards may be used for it as well."""
        wanted: Any = {"setup_future_usage": "on_session" if keep else ""}
        if customer:
            wanted["customer"] = customer
        await answer(self._api.payment_intents.update_async(intent_id, wanted))

    async def cards_of(self, customer: str) -> list[Method]:
        """The cards that a customer keeps, latest first; none of one that Stripe does not know."""
        asked: Any = {"customer": customer, "type": "card", "limit": _MOST_CARDS}
        try:
            listed = await answer(self._api.payment_methods.list_async(asked))
        except ProviderRefusedError as refused:
            if refused.code != _MISSING:
                raise
            return []
        return [read(each, Method) for each in listed.data]

    async def forget_card(self, customer: str, method_id: str) -> bool:
        """Keep a card of this very customer no longer; False when it is not theirs."""
        if method_id not in {each.id for each in await self.cards_of(customer)}:
            return False
        await answer(self._api.payment_methods.detach_async(method_id))
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


def api_of(url: str, key: str) -> Any:
    """Stripe's API, as the library offers it."""
    client = StripeClient(
        key, base_addresses={"api": url}, http_client=Transport(), max_network_retries=_REPEATED
    )
    return client.v1


def once(what: str, row_id: UUID, more: str | None = None) -> Any:
    """The option that makes a question asked twice one question; with `more`, as long as that is the same."""
    return {"idempotency_key": "-".join(filter(None, ("visavis", what, str(row_id), more)))}


async def answer(asked: Awaitable[T]) -> T:
    """What Stripe says. Raises ProviderUnreachableError, ProviderRefusedError; neither repeats what was
    sent."""
    try:
        async with asyncio.timeout(PATIENCE):
            return await asked
    except (TimeoutError, stripe.APIConnectionError, stripe.RateLimitError):
        raise ProviderUnreachableError from None
    except stripe.StripeError as error:
        told = error.code or getattr(error.error, "code", None)  # of refused rights the library says it there
        status = error.http_status or 500
        code = told or (_MISSING if status == 404 else type(error).__name__)
        _log.warning("Stripe refused", status=status, code=code, request=error.request_id)
        if status >= 500 or code in _UNCLEAR:
            raise ProviderUnreachableError from None
        raise ProviderRefusedError(code) from None
