"""What operators see of the books. Pure."""

from uuid import UUID

import msgspec

from visavis.kit.actor import Actor
from visavis.kit.words import _
from visavis.money.access import Books, TotalRow
from visavis.money.rules import percent
from visavis.money.views import Balance, balance_of, money, month_name


class Sum(msgspec.Struct, frozen=True, kw_only=True):
    """A total of the books in one currency."""

    words: str
    amount: str
    hint: str


class PlatformMonth(msgspec.Struct, frozen=True, kw_only=True):
    """The platform's part of a month in one currency."""

    name: str
    commission: str
    back: str
    rest: str


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """A practitioner's balance on the operator's page."""

    id: UUID
    name: str
    balance: Balance
    direct: bool  # card payments go to their own account


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """The operator's page; sums by currency."""

    sums: list[tuple[str, list[Sum]]]
    months: list[PlatformMonth]
    held: list[Held]
    rate: str


def account(found: Books, actor: Actor) -> Account:
    """For the acting operator."""
    sums: dict[str, list[Sum]] = {}
    for row in found.totals:
        sums.setdefault(row.currency, []).extend(_sums(row, actor))
    return Account(
        sums=list(sums.items()),
        months=[
            PlatformMonth(
                name=month_name(row.month, actor),
                commission=money(row.commission_minor, row.currency, actor),
                back=money(row.back_minor, row.currency, actor) if row.back_minor else "",
                rest=money(row.commission_minor + row.back_minor, row.currency, actor),
            )
            for row in found.months
        ],
        held=[
            Held(
                id=row.practitioner_id,
                name=row.name,
                balance=balance_of(row, actor),
                direct=row.practitioner_id in found.direct,
            )
            for row in found.practitioners
        ],
        rate=percent(found.rate_bp),
    )


_WORDS = {
    ("platform", "owed"): (
        _("Commission"),
        _("Earned so far, less what went back, and what card payments cost."),
    ),
    ("practitioner", "owed"): (_("Owed to practitioners"), _("Their shares, not paid out yet.")),
    ("practitioner", "owing"): (
        _("Owed by practitioners"),
        _("Commission on what clients paid them, or shares that banks took back."),
    ),
    ("client", "owed"): (_("Unspent credits"), _("Paid by clients, and not used yet.")),
    ("prepaid", "owing"): (
        _("With practitioners, for clients"),
        _("For unspent credits of their own, and refunds to send."),
    ),
    ("refunds", "owed"): (_("Refunds to send"), _("By practitioners or to cards, to clients.")),
    ("payouts", "owed"): (_("Payouts on their way"), _("Made, not marked as paid.")),
    ("provider", "owing"): (
        _("Received by card"),
        _("With the card provider, or paid out by it to you; less refunds and its fees."),
    ),
    ("bank", "owing"): (_("In the platform’s account"), _("Received, less what was paid out.")),
}


def _sums(row: TotalRow, actor: Actor) -> list[Sum]:
    """A kind of account in words; what is nothing is left out."""
    amounts = {"owed": row.owed_minor, "owing": row.owing_minor}
    return [
        Sum(words=words, amount=money(amounts[side], row.currency, actor), hint=hint)
        for (kind, side), (words, hint) in _WORDS.items()
        if kind == row.kind and amounts[side]
    ]
