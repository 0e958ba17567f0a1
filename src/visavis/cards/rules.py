"""Card payments without a database: what is paid, and what a provider's word about it means. Pure."""

from typing import Literal
from uuid import UUID

import msgspec

from visavis.cards.provider import AccountStatus, Intent
from visavis.cards.queries import PaymentRow

DirectStatus = Literal[AccountStatus, "stopped"]
"""How far a practitioner is who would be paid directly; `stopped`: could be, and does not want to be."""


class OfSession(msgspec.Struct, frozen=True):
    """What is paid is a session."""

    id: UUID


class OfPurchase(msgspec.Struct, frozen=True):
    """What is paid is a package of credits."""

    id: UUID


Payable = OfSession | OfPurchase

OPEN = frozenset({"begun", "needs_card", "needs_action", "processing"})
"""In these the provider may still say that it was paid."""


def is_of(intent: Intent, asked: PaymentRow) -> bool:
    """Whether an intent is of this payment, for the amount and in the currency that were asked for, to the
    account and with the commission that the database said; nothing else is ever believed."""
    wanted = (asked.id, asked.amount_minor, asked.currency, asked.destination)
    fee = asked.commission_minor if asked.destination else 0
    return (intent.payment_id, intent.amount_minor, intent.currency, intent.account) == wanted and (
        intent.commission_minor == fee
    )
