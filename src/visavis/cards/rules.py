"""Card payments without a database: what is paid, and what a provider's word about it means. Pure."""

from uuid import UUID

import msgspec

from visavis.cards.provider import Intent


class OfSession(msgspec.Struct, frozen=True):
    """What is paid is a session."""

    id: UUID


class OfPurchase(msgspec.Struct, frozen=True):
    """What is paid is a package of credits."""

    id: UUID


Payable = OfSession | OfPurchase

OPEN = frozenset({"begun", "needs_card", "needs_action", "processing"})
"""In these the provider may still say that it was paid."""


def is_of(intent: Intent, payment_id: UUID, amount_minor: int, currency: str) -> bool:
    """Whether an intent is of this payment, for the amount and in the currency that were asked for; nothing
    else is ever believed."""
    return (intent.payment_id, intent.amount_minor, intent.currency) == (payment_id, amount_minor, currency)
