"""What the API gives of credits."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from visavis.api.shapes.bodies import Asked, Instant
from visavis.api.shapes.common import Price, price_of
from visavis.credits.access import EntryRow, Left, LotRow, PackageRow, PurchaseRow
from visavis.credits.rules import PurchaseStatus
from visavis.money.access import CreditsRefundRow, UnspentRow

Seller = Annotated[
    UUID | None, Meta(description="The practitioner; null: the platform, good at every practitioner")
]


class CreditLot(msgspec.Struct, frozen=True, kw_only=True):
    """What you got at once, and what is left of it."""

    id: UUID
    practitioner_id: Seller
    name: str
    source: Literal["granted", "bought", "returned"]
    credits: int
    remaining: int
    expires_at: Annotated[datetime, Meta(description="From then on it does not count")]


class CreditBalance(msgspec.Struct, frozen=True, kw_only=True):
    """What you can spend; `lots` are spent those of the practitioner first, soonest to expire first."""

    practitioner_id: Seller
    credits: Annotated[int, Meta(description="All of it")]
    lots: Annotated[list[CreditLot], Meta(description="Of these, the first twenty to expire")]


class ClientCredits(msgspec.Struct, frozen=True, kw_only=True):
    """What one of your clients has left of your credits."""

    client_id: UUID
    credits: Annotated[int, Meta(description="All of it")]
    lots: Annotated[list[CreditLot], Meta(description="Of these, the first twenty to expire")]


class CreditGift(msgspec.Struct, frozen=True, kw_only=True):
    """What you gave; `id` is the lot that it made."""

    id: UUID
    client_id: UUID
    name: str
    credits: int
    valid_months: int


class CreditEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the ledger, which is only ever added to."""

    id: int
    at: Instant
    delta: Annotated[int, Meta(description="More than 0 came, less went")]
    reason: Literal["granted", "bought", "session", "returned", "expired", "refunded", "disputed"]
    name: Annotated[str, Meta(description="Of the lot that it counts in")]
    practitioner_id: Seller
    session_id: UUID | None


class CreditPackage(msgspec.Struct, frozen=True, kw_only=True):
    """Something to buy."""

    id: UUID
    practitioner_id: Seller
    name: str
    credits: int
    price: Price
    valid_months: int


class CreditPurchase(CreditPackage, frozen=True, kw_only=True):
    """A package on its way to its client, as it was sold when they began."""

    client_id: UUID
    status: PurchaseStatus
    reason: Annotated[str, Meta(description="Of the latest refusal")]
    created_at: Instant
    status_changed_at: Instant


class UnspentCredits(msgspec.Struct, frozen=True, kw_only=True):
    """What is left of a purchase that you sold."""

    credits: int
    back: Annotated[Price, Meta(description="What its client is owed when you take them back")]
    by_card: Annotated[bool, Meta(description="It goes back to the card by itself")]


class TakenBack(Asked, frozen=True, kw_only=True):
    """What is taken back."""

    credits: Annotated[
        int, Meta(ge=1, le=2**31 - 1, description="How many you saw left: other than that, 409")
    ]


class CreditsRefund(msgspec.Struct, frozen=True, kw_only=True):
    """What a client is owed for credits that were taken back unspent; sent by who sold, or to the card."""

    purchase_id: UUID
    credits: int
    paid: Annotated[Price, Meta(description="For all of the purchase")]
    amount: Price
    owed_at: datetime
    sent_at: datetime | None
    note: str
    by_card: bool


def balances_of(left: Left) -> list[CreditBalance]:
    """By practitioner, the platform last."""
    sums = sorted(left.sums, key=lambda each: (each.practitioner_id is None, str(each.practitioner_id)))
    return [
        CreditBalance(
            practitioner_id=each.practitioner_id,
            credits=each.credits,
            lots=[_lot(lot) for lot in left.lots if lot.practitioner_id == each.practitioner_id],
        )
        for each in sums
    ]


def clients_of(left: Left) -> list[ClientCredits]:
    """By client, whose credits expire first coming first."""
    return [
        ClientCredits(
            client_id=each.client_id,
            credits=each.credits,
            lots=[_lot(lot) for lot in left.lots if lot.client_id == each.client_id],
        )
        for each in left.sums
    ]


def _lot(row: LotRow) -> CreditLot:
    return CreditLot(
        id=row.id,
        practitioner_id=row.practitioner_id,
        name=row.name,
        source=row.source,
        credits=row.credits,
        remaining=row.remaining,
        expires_at=row.expires_at,
    )


def entry_of(row: EntryRow) -> CreditEntry:
    """A line as its person reads it."""
    return CreditEntry(
        id=row.id,
        at=row.at,
        delta=row.delta,
        reason=row.reason,
        name=row.lot_name,
        practitioner_id=row.practitioner_id,
        session_id=row.session_id,
    )


def package_of(row: PackageRow) -> CreditPackage:
    """A package as it is sold now."""
    return CreditPackage(**_sold(row))


def purchase_of(row: PurchaseRow) -> CreditPurchase:
    """A purchase as both of its sides see it."""
    return CreditPurchase(
        **_sold(row),
        client_id=row.client_id,
        status=PurchaseStatus(row.status),
        reason=row.reason,
        created_at=row.created_at,
        status_changed_at=row.status_changed_at,
    )


def unspent_of(row: UnspentRow, currency: str) -> UnspentCredits:
    """What is left of a purchase in `currency`."""
    back = price_of(row.back_minor, currency)
    return UnspentCredits(credits=row.credits, back=back, by_card=row.by_card)


def credits_refund_of(row: CreditsRefundRow) -> CreditsRefund:
    """As both sides of its purchase see it."""
    return CreditsRefund(
        purchase_id=row.purchase_id,
        credits=row.credits,
        paid=price_of(row.price_minor, row.currency),
        amount=price_of(row.amount_minor, row.currency),
        owed_at=row.owed_at,
        sent_at=row.sent_at,
        note=row.note,
        by_card=row.by_card,
    )


def _sold(row: PackageRow | PurchaseRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "practitioner_id": row.practitioner_id,
        "name": row.name,
        "credits": row.credits,
        "price": price_of(row.price_minor, row.currency),
        "valid_months": row.valid_months,
    }
