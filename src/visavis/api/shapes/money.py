"""What the API gives of money."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from visavis.api.shapes.bodies import Asked, Instant
from visavis.api.shapes.common import Price, price_of
from visavis.money.access import BalanceRow, EntryRow, LateRow, MonthRow, PayoutRow, RefundRow

Minor = Annotated[int, Meta(description="In minor units; above 0 the practitioner gains, below 0 they lose")]


class NewRefund(Asked, frozen=True, kw_only=True):
    """That a refund was sent. What it comes to is in the books already."""

    note: Annotated[str, Meta(max_length=1000, description="For the client, such as a reference")] = ""


class TransferAnswer(Asked, frozen=True, kw_only=True):
    """Whether a transfer came."""

    arrived: bool


class Balance(msgspec.Struct, frozen=True, kw_only=True):
    """What stands between you and the platform in one currency."""

    currency: str
    balance_minor: Annotated[int, Meta(description="Above 0 the platform owes you; below 0 you owe it")]
    payable_minor: Annotated[int, Meta(description="Of it, what can be paid out now")]


class EarningsMonth(msgspec.Struct, frozen=True, kw_only=True):
    """A month, on your practice's calendar, in one currency."""

    month: Annotated[date, Meta(description="Its first day")]
    currency: str
    gross_minor: Minor
    commission_minor: Minor
    refunds_minor: Minor
    share_minor: Annotated[int, Meta(description="Gross, less refunds and commission")]


class Earnings(msgspec.Struct, frozen=True, kw_only=True):
    """What you earn."""

    balances: list[Balance]
    months: list[EarningsMonth]
    commission_basis_points: Annotated[
        int, Meta(description="Of your next session; 3000 is 30 %. A session keeps the one it was made with")
    ]


class LedgerEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One posting, as it changed your balance. The ledger is only ever added to."""

    id: int
    at: Instant
    cause: Literal["session", "purchase", "lot", "payout", "settlement"]
    cause_id: UUID
    step: Literal[
        "paid", "refund", "refunded", "bought", "expired", "begun", "paid_out", "failed", "settled",
        "unneeded", "returned", "cost", "bounced", "by_hand", "disputed", "dispute_cost", "share_kept",
    ]  # fmt: skip
    currency: str
    gross_minor: Minor
    commission_minor: Minor
    in_hand_minor: Annotated[int, Meta(description="Below 0: you were paid directly; above 0: sent back")]
    others_minor: Annotated[
        int, Meta(description="Payouts, what you paid the platform, expired credits, credits sold by card")
    ]
    direct: Annotated[bool, Meta(description="Paid to your own account by the card provider, or taken back")]


class Payout(msgspec.Struct, frozen=True, kw_only=True):
    """Money on its way to you, arrived, or come back."""

    id: UUID
    amount: Price
    status: Literal["begun", "paid", "failed"]
    reason: str
    made_at: datetime
    decided_at: datetime | None


class Refund(msgspec.Struct, frozen=True, kw_only=True):
    """What comes back of a session that was paid and called off; or of a payment by card that came too late.

    What was paid by card is sent by the card provider, and else by the practitioner."""

    session_id: UUID
    paid: Price
    amount: Price
    owed_at: datetime
    sent_at: datetime | None
    note: str
    by_card: bool


class LateTransfer(msgspec.Struct, frozen=True, kw_only=True):
    """A transfer of which a proof waited when its session was called off."""

    session_id: UUID
    paid: Annotated[Price, Meta(description="If it came")]
    back: Annotated[Price, Meta(description="What the client is owed of it, by the session's policy")]
    asked_at: datetime
    answered_at: datetime | None
    arrived: Annotated[bool | None, Meta(description="null: the practitioner has not said")]


def balance_of(row: BalanceRow) -> Balance:
    """One currency."""
    return Balance(currency=row.currency, balance_minor=row.balance_minor, payable_minor=row.payable_minor)


def month_of(row: MonthRow) -> EarningsMonth:
    """One month in one currency."""
    return EarningsMonth(
        month=row.month,
        currency=row.currency,
        gross_minor=row.gross_minor,
        commission_minor=row.commission_minor,
        refunds_minor=row.refunds_minor,
        share_minor=row.gross_minor + row.refunds_minor + row.commission_minor,
    )


def entry_of(row: EntryRow) -> LedgerEntry:
    """One posting."""
    known = {name: getattr(row, name) for name in LedgerEntry.__struct_fields__}
    return LedgerEntry(**known)


def payout_of(row: PayoutRow) -> Payout:
    """One payout."""
    return Payout(
        id=row.id,
        amount=price_of(row.amount_minor, row.currency),
        status=row.status,
        reason=row.reason,
        made_at=row.made_at,
        decided_at=row.decided_at,
    )


def refund_of(row: RefundRow) -> Refund:
    """As both people of its session see it."""
    return Refund(
        session_id=row.session_id,
        paid=price_of(row.price_minor, row.currency),
        amount=price_of(row.amount_minor, row.currency),
        owed_at=row.owed_at,
        sent_at=row.sent_at,
        note=row.note,
        by_card=row.by_card,
    )


def late_of(row: LateRow) -> LateTransfer:
    """As both people of its session see it."""
    return LateTransfer(
        session_id=row.session_id,
        paid=price_of(row.price_minor, row.currency),
        back=price_of(row.back_minor, row.currency),
        asked_at=row.asked_at,
        answered_at=row.answered_at,
        arrived=row.arrived,
    )
