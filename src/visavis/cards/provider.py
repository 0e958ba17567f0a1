"""What Visavis wants of a provider of card payments, whoever it is: values, verbs and refusals; no I/O here.

Everything that moves money is asked for under the id of a row that exists already, so that asking twice is
asking once. No verb is called inside a transaction of the database: an answer may take seconds, or get lost.
"""

from typing import Literal, Protocol
from uuid import UUID

import msgspec

from visavis.kit.errors import ConflictError, UnavailableError
from visavis.kit.words import _

IntentStatus = Literal["needs_card", "needs_action", "processing", "succeeded", "cancelled"]
"""`needs_card`: nothing was tried yet, or the latest try failed (`failure`); `needs_action`: the bank asks
the payer (3-D Secure); `succeeded` and `cancelled` are final."""


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What shall be paid; amounts are minor units of `currency` (ISO 4217, upper case), from the database.

    `customer` is the provider's id of the payer when there is one; `save`: they agreed to keep the card.
    `fee_minor` and `account` are of Connect: what the platform keeps, and whose account gets the rest.
    `instead_of` is an intent of this payment that the provider knows no more.
    """

    payment_id: UUID
    amount_minor: int
    currency: str
    description: str
    customer: str | None = None
    save: bool = False
    fee_minor: int | None = None
    account: str | None = None
    instead_of: str | None = None


class Intent(msgspec.Struct, frozen=True, kw_only=True):
    """One payment as the provider knows it.

    `secret` lets the payer's browser finish it, and is never stored. `charge` is the provider's id of the
    money that came; `failure` its code of why the latest try failed. `fee_minor` is what the provider keeps,
    in `currency`, once known; `payment_id` is the row's id, as it was told when it began. `account` gets all
    but `commission_minor` of it; None: nobody but the platform.
    """

    id: str
    status: IntentStatus
    amount_minor: int
    currency: str
    secret: str = ""
    charge: str | None = None
    failure: str | None = None
    brand: str | None = None
    last4: str | None = None
    fee_minor: int | None = None
    payment_id: UUID | None = None
    account: str | None = None
    commission_minor: int = 0


class Refunded(msgspec.Struct, frozen=True, kw_only=True):
    """A refund as the provider knows it; `pending` is on its way, and good enough to be called sent.
    `share_back`: who was paid directly has given it back."""

    id: str
    status: Literal["succeeded", "pending", "failed"]
    failure: str | None = None
    share_back: bool = False


class RefundSeen(msgspec.Struct, frozen=True, kw_only=True):
    """A refund of a charge, whoever asked for it; `refund_id` is ours, when we did."""

    id: str
    refund_id: UUID | None
    amount_minor: int
    status: Literal["succeeded", "pending", "failed"]
    failure: str | None = None
    share_back: bool = False


class Dispute(msgspec.Struct, frozen=True, kw_only=True):
    """A payer has asked their bank for the money back; `reason` is the provider's code, `fee_minor` what it
    keeps for it, in the payment's currency."""

    id: str
    amount_minor: int
    status: Literal["open", "won", "lost"]
    reason: str = ""
    fee_minor: int = 0


class Aftermath(msgspec.Struct, frozen=True):
    """Everything that went back of a charge, or may have to."""

    refunds: list[RefundSeen]
    disputes: list[Dispute]


class Provider(Protocol):
    """Each verb raises ProviderUnreachableError (nobody knows what happened: ask again, under the same id) or
    ProviderRefusedError (nothing happened); `look` and `cancel` also ProviderForgotError."""

    async def begin(self, wanted: Wanted) -> Intent:
        """The one intent of `wanted.payment_id`: made, or made before."""

    async def look(self, intent_id: str) -> Intent:
        """The truth."""

    async def cancel(self, intent_id: str) -> Intent:
        """Nobody can pay it any more; one that has succeeded, or is just being decided by a bank, comes back
        as it is."""

    async def refund(
        self, refund_id: UUID, charge: str, amount_minor: int, fee_minor: int | None = None
    ) -> Refunded:
        """Send back (a part of) a charge, once for each `refund_id`. Of one that went to somebody directly,
        who pays it back with `fee_minor` of the commission; None for any other."""

    async def aftermath(self, charge: str, currency: str) -> Aftermath:
        """The truth about what went back of a charge."""


AccountStatus = Literal["wanting", "checked", "ready", "refused", "gone"]
"""`wanting`: its owner has something to tell; `checked`: the provider looks into what they said; `ready`: it
can be paid to, and pays out; `refused`: the provider wants none of it; `gone`: it is not known (any more)."""


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """A practitioner's own account, as the provider knows it; `practitioner_id` as it was told."""

    status: AccountStatus
    practitioner_id: UUID | None = None


class Accounts(Protocol):
    """A provider that pays practitioners directly; raises as `Provider` does."""

    async def open_account(self, row_id: UUID, practitioner_id: UUID) -> str:
        """The one account of `row_id`: made, or made before."""

    async def onboarding(self, account: str, back: str, again: str) -> str:
        """Where its owner says what the provider has to know, for some minutes and once; it leads `back`, or
        to `again` for another such address."""

    async def look_at_account(self, account: str) -> Account:
        """The truth."""


class ProviderUnreachableError(UnavailableError):
    type = "card-provider-unreachable"
    title = _("The card provider cannot be reached right now. Please try again in a moment")


class ProviderRefusedError(ConflictError):
    """`code` is the provider's, for logs and for `failure`."""

    type = "card-provider-refused"
    title = _("The card provider has refused this")

    def __init__(self, code: str, message: str | None = None) -> None:
        super().__init__(message)
        self.code = code


class ProviderForgotError(ProviderRefusedError):
    """What was asked about is not known (any more): the keys may be others than when it was made."""
