"""What Stripe answers, as we understand it: only these fields are read. Pure.

https://docs.stripe.com/api/payment_intents/object and the objects that it leads to.
"""

from contextlib import suppress
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from visavis.cards.provider import (
    Dispute,
    Intent,
    IntentStatus,
    ProviderUnreachableError,
    Refunded,
    RefundSeen,
)
from visavis.cards.stripe.amounts import from_stripe

_STATUS: dict[str, IntentStatus] = {
    "requires_payment_method": "needs_card",
    "requires_confirmation": "needs_card",
    "requires_action": "needs_action",
    "processing": "processing",
    "requires_capture": "processing",
    "succeeded": "succeeded",
    "canceled": "cancelled",
}
FAILURES = {
    "insufficient_funds": "insufficient_funds",
    "expired_card": "expired_card",
    "invalid_expiry_month": "wrong_expiry",
    "invalid_expiry_year": "wrong_expiry",
    "incorrect_number": "wrong_number",
    "invalid_number": "wrong_number",
    "incorrect_cvc": "wrong_code",
    "invalid_cvc": "wrong_code",
    "authentication_required": "authentication",
    "payment_intent_authentication_failure": "authentication",
    "card_not_supported": "not_supported",
    "currency_not_supported": "not_supported",
    "card_velocity_exceeded": "limit",
    "withdrawal_count_limit_exceeded": "limit",
    "processing_error": "later",
    "issuer_not_available": "later",
    "try_again_later": "later",
    "reenter_transaction": "later",
}
"""Stripe's codes as ours. Whatever else a bank says is "declined": nobody learns that a card counts as stolen
(https://docs.stripe.com/declines/codes)."""
_REFUNDS = {"succeeded": "succeeded", "pending": "pending", "requires_action": "pending"}


class _Card(msgspec.Struct, frozen=True):
    brand: str | None = None
    last4: str | None = None
    exp_month: int = 0
    exp_year: int = 0


class Method(msgspec.Struct, frozen=True):
    """A way of paying, here always a card."""

    id: str
    customer: str | None = None
    card: _Card | None = None


class Customer(msgspec.Struct, frozen=True):
    """Who keeps cards."""

    id: str
    deleted: bool = False


class _Balance(msgspec.Struct, frozen=True):
    fee: int = 0
    currency: str = ""


class _Transfer(msgspec.Struct, frozen=True):
    destination: str


class Charge(msgspec.Struct, frozen=True):
    """Money that came, or did not."""

    id: str
    currency: str = ""
    status: str = ""
    balance_transaction: _Balance | str | None = None
    transfer_data: _Transfer | None = None
    application_fee: str | None = None


class _Failure(msgspec.Struct, frozen=True):
    code: str | None = None
    decline_code: str | None = None


class _Intent(msgspec.Struct, frozen=True):
    id: str
    status: str
    amount: int
    currency: str
    client_secret: str | None = None
    latest_charge: Charge | str | None = None
    payment_method: Method | str | None = None
    last_payment_error: _Failure | None = None
    metadata: dict[str, str] = {}
    transfer_data: _Transfer | None = None
    application_fee_amount: int | None = None


class _Refund(msgspec.Struct, frozen=True):
    id: str
    amount: int = 0
    status: str | None = None
    failure_reason: str | None = None
    transfer_reversal: str | None = None
    metadata: dict[str, str] = {}


class _Dispute(msgspec.Struct, frozen=True):
    id: str
    amount: int
    status: str
    reason: str = ""
    balance_transactions: list[_Balance] = []


T = TypeVar("T")


def read(answer: Any, shape: type[T]) -> T:
    """An object of Stripe's library in a shape of ours; ProviderUnreachableError for what has another."""
    try:
        return msgspec.convert(answer.to_dict(for_json=True), shape)
    except msgspec.ValidationError:
        raise ProviderUnreachableError from None


def intent_of(answer: Any) -> Intent:
    """A PaymentIntent. Its charge counts only when the money came."""
    seen = read(answer, _Intent)
    currency = seen.currency.upper()
    status = _STATUS.get(seen.status, "processing")
    charge = seen.latest_charge if isinstance(seen.latest_charge, Charge) else None
    card = seen.payment_method.card if isinstance(seen.payment_method, Method) else None
    came = charge if charge is not None and status == "succeeded" else None
    return Intent(
        id=seen.id,
        status=status,
        amount_minor=from_stripe(seen.amount, currency),
        currency=currency,
        secret=seen.client_secret or "",
        charge=came.id if came else None,
        failure=failure_of(seen.last_payment_error) if status == "needs_card" else None,
        brand=card.brand if card else None,
        last4=card.last4 if card else None,
        fee_minor=_fee(came, currency),
        payment_id=told(seen.metadata, "payment"),
        account=seen.transfer_data.destination if seen.transfer_data else None,
        commission_minor=from_stripe(seen.application_fee_amount or 0, currency),
    )


def failure_of(said: Any) -> str | None:
    """Why a try failed, in our words: what the bank said, or else Stripe; None when none failed."""
    if said is None:
        return None
    codes = (getattr(said, "decline_code", None), getattr(said, "code", None))
    return next((FAILURES[code] for code in codes if code in FAILURES), "declined")


def is_refund(answer: Any, refund_id: UUID) -> bool:
    """Whether a Refund was asked for by this id of ours."""
    return read(answer, _Refund).metadata.get("refund") == str(refund_id)


def refunded_of(answer: Any) -> Refunded:
    """A Refund; what is on its way counts as pending."""
    seen = read(answer, _Refund)
    status: Any = _REFUNDS.get(seen.status or "pending", "failed")
    share_back = seen.transfer_reversal is not None
    return Refunded(id=seen.id, status=status, failure=seen.failure_reason, share_back=share_back)


def refund_seen(answer: Any, currency: str) -> RefundSeen:
    """A Refund of a charge in `currency`, whoever asked for it."""
    seen, known = read(answer, _Refund), refunded_of(answer)
    return RefundSeen(
        id=seen.id,
        refund_id=told(seen.metadata, "refund"),
        amount_minor=from_stripe(seen.amount, currency),
        status=known.status,
        failure=known.failure,
        share_back=known.share_back,
    )


def dispute_of(answer: Any, currency: str) -> Dispute:
    """A Dispute, of which only the end matters: https://docs.stripe.com/api/disputes/object#dispute_object-status
    and what Stripe keeps for it; what it gave back of that is counted."""
    seen = read(answer, _Dispute)
    status: Any = {"won": "won", "warning_closed": "won", "lost": "lost"}.get(seen.status, "open")
    fees = [each.fee for each in seen.balance_transactions if each.currency.upper() == currency]
    return Dispute(
        id=seen.id,
        amount_minor=from_stripe(seen.amount, currency),
        status=status,
        reason=seen.reason,
        fee_minor=max(from_stripe(sum(fees), currency), 0),
    )


def _fee(charge: Charge | None, currency: str) -> int | None:
    """What Stripe keeps, where it keeps it in the currency that was paid."""
    balance = charge.balance_transaction if charge else None
    if not isinstance(balance, _Balance) or balance.currency.upper() != currency:
        return None
    return from_stripe(balance.fee, currency)


def told(metadata: dict[str, str], name: str) -> UUID | None:
    """An id of ours that Stripe was told."""
    with suppress(ValueError):
        return UUID(metadata.get(name, ""))
    return None
