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
            Held(id=row.practitioner_id, name=row.name, balance=balance_of(row, actor))
            for row in found.practitioners
        ],
        rate=percent(found.rate_bp),
    )


def _sums(row: TotalRow, actor: Actor) -> list[Sum]:
    """A kind of account in words; practitioners who are owed and who owe are two sums."""
    owed, owing = (money(each, row.currency, actor) for each in (row.owed_minor, row.owing_minor))
    known: dict[str, list[Sum]] = {
        "platform": [Sum(words=_("Commission"), amount=owed, hint=_("Earned so far, less what went back."))],
        "practitioner": [
            Sum(words=_("Owed to practitioners"), amount=owed, hint=_("Their shares, not paid out yet.")),
            Sum(
                words=_("Owed by practitioners"),
                amount=owing,
                hint=_("Commission on what clients paid them directly."),
            ),
        ],
        "client": [
            Sum(words=_("Unspent credits"), amount=owed, hint=_("Paid by clients, and not used yet.")),
        ],
        "refunds": [Sum(words=_("Refunds to send"), amount=owed, hint=_("By practitioners, to clients."))],
        "payouts": [Sum(words=_("Payouts on their way"), amount=owed, hint=_("Made, not marked as paid."))],
        "bank": [
            Sum(
                words=_("In the platform’s account"),
                amount=owing,
                hint=_("Received, less what was paid out."),
            ),
        ],
    }
    return known.get(row.kind, [])
