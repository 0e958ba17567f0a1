"""What the pages of money show. Pure."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

import msgspec

from visavis.kit.actor import Actor
from visavis.kit.format import babel_locale, format_short, format_when
from visavis.kit.money import format_money
from visavis.kit.words import _, translations
from visavis.money.access import BalanceRow, Books, Earnings, EntryRow, MonthRow, TotalRow
from visavis.money.rules import percent

_KINDS = {
    ("session", "paid"): ("banknote", _("%(offering)s with %(name)s")),
    ("session", "refund"): ("rotate-ccw", _("Called off: %(offering)s with %(name)s")),
    ("session", "refunded"): ("send", _("Refund sent to %(name)s")),
    ("purchase", "bought"): ("ticket", _("Credits bought: %(offering)s")),
    ("lot", "expired"): ("timer", _("Credits that were bought have expired")),
    ("payout", "begun"): ("hand-coins", _("A payout is on its way to you")),
    ("payout", "failed"): ("rotate-ccw", _("A payout came back")),
    ("settlement", "settled"): ("hand-coins", _("You paid the platform")),
}


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One posting; amounts as they are read, empty where there is none."""

    id: int
    at: datetime
    icon: str
    words: str
    note: str
    href: str
    when: str  # of its session
    gross: str
    commission: str
    rate: str
    share: str
    in_hand: str
    change: str  # of the balance


class Month(msgspec.Struct, frozen=True, kw_only=True):
    """A month in one currency; `key` is its address."""

    key: str
    name: str
    gross: str
    commission: str
    share: str
    refunds: str
    in_hand: str
    paid_out: str
    expired: str
    change: str


class Balance(msgspec.Struct, frozen=True, kw_only=True):
    """What stands between a practitioner and the platform in one currency."""

    currency: str
    owes: bool  # the practitioner, something
    even: bool
    amount: str
    payable: str
    later: str  # of sessions that are still to come; empty when nothing is


class Sum(msgspec.Struct, frozen=True, kw_only=True):
    """A total of the books in one currency."""

    words: str
    amount: str
    hint: str


class Earned(msgspec.Struct, frozen=True, kw_only=True):
    """The page of what a practitioner earns."""

    balances: list[Balance]
    months: list[Month]
    lines: list[Line]
    rate: str


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


def earned(found: Earnings, actor: Actor) -> Earned:
    """For the acting practitioner."""
    return Earned(
        balances=[balance_of(row, actor) for row in found.balances] or [_even(found.currency, actor)],
        months=[month_of(row, actor) for row in found.months],
        lines=lines_of(found.entries, actor),
        rate=percent(found.rate_bp),
    )


def account(found: Books, actor: Actor) -> Account:
    """For the acting operator."""
    sums: dict[str, list[Sum]] = {}
    for row in found.totals:
        sums.setdefault(row.currency, []).extend(_sums(row, actor))
    return Account(
        sums=list(sums.items()),
        months=[
            PlatformMonth(
                name=_month_name(row.month, actor),
                commission=_money(row.commission_minor, row.currency, actor),
                back=_money(row.back_minor, row.currency, actor) if row.back_minor else "",
                rest=_money(row.commission_minor + row.back_minor, row.currency, actor),
            )
            for row in found.months
        ],
        held=[
            Held(id=row.practitioner_id, name=row.name, balance=balance_of(row, actor))
            for row in found.practitioners
        ],
        rate=percent(found.rate_bp),
    )


def balance_of(row: BalanceRow, actor: Actor) -> Balance:
    """A practitioner's balance, in words' parts."""
    later = row.balance_minor - row.payable_minor
    return Balance(
        currency=row.currency,
        owes=row.balance_minor < 0,
        even=row.balance_minor == 0,
        amount=_money(abs(row.balance_minor), row.currency, actor),
        payable=_money(row.payable_minor, row.currency, actor) if row.payable_minor else "",
        later=_money(later, row.currency, actor) if row.balance_minor > 0 and later else "",
    )


def _even(currency: str, actor: Actor) -> Balance:
    nothing = _money(0, currency, actor)
    return Balance(currency=currency, owes=False, even=True, amount=nothing, payable="", later="")


def lines_of(rows: Iterable[EntryRow], actor: Actor) -> list[Line]:
    """Postings as their practitioner reads them; that a payout arrived changes no balance of theirs."""
    return [_line(row, actor) for row in rows]


def _line(row: EntryRow, actor: Actor) -> Line:
    icon, words = _KINDS.get((row.cause, row.step), ("banknote", _("Something else")))
    values = {"name": row.client_name or "", "offering": row.offering_name or ""}
    is_session = row.cause == "session"
    share = row.gross_minor + row.commission_minor
    return Line(
        id=row.id,
        at=row.at,
        icon=icon,
        words=translations(actor.locale).gettext(words) % values,
        note=row.words,
        href=f"/sessions/{row.cause_id}" if is_session else "",
        when=format_when(row.starts_at, actor.time_zone, actor.locale) if row.starts_at else "",
        gross=_signed(row.gross_minor, row.currency, actor),
        commission=_signed(row.commission_minor, row.currency, actor),
        rate=percent(row.commission_bp) if row.commission_bp else "",
        share=_signed(share, row.currency, actor),
        in_hand=_signed(row.in_hand_minor, row.currency, actor),
        change=_signed(share + row.in_hand_minor + row.others_minor, row.currency, actor) or "±0",
    )


def month_of(row: MonthRow, actor: Actor) -> Month:
    """A month as its practitioner reads it: what was earned is what came, less what was called off."""
    share = row.gross_minor + row.refunds_minor + row.commission_minor
    change = share + row.in_hand_minor + row.paid_out_minor + row.expired_minor
    return Month(
        key=f"{row.month:%Y-%m}",
        name=_month_name(row.month, actor),
        gross=_money(row.gross_minor, row.currency, actor),
        commission=_signed(row.commission_minor, row.currency, actor) or _money(0, row.currency, actor),
        share=_money(share, row.currency, actor),
        refunds=_signed(row.refunds_minor, row.currency, actor),
        in_hand=_signed(row.in_hand_minor, row.currency, actor),
        paid_out=_signed(row.paid_out_minor, row.currency, actor),
        expired=_signed(row.expired_minor, row.currency, actor),
        change=_signed(change, row.currency, actor) or _money(0, row.currency, actor),
    )


def _sums(row: TotalRow, actor: Actor) -> list[Sum]:
    """A kind of account in words; practitioners who are owed and who owe are two sums."""
    owed, owing = (_money(each, row.currency, actor) for each in (row.owed_minor, row.owing_minor))
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


def _month_name(month: date, actor: Actor) -> str:
    return format_short(month, "MMMM y", actor.locale)


def _money(minor: int, currency: str, actor: Actor) -> str:
    return format_money(minor, currency, babel_locale(actor.locale))


def _signed(minor: int, currency: str, actor: Actor) -> str:
    """'+£56.00', '−£24.00', and nothing for nothing."""
    if minor == 0:
        return ""
    return f"{'+' if minor > 0 else chr(0x2212)}{_money(abs(minor), currency, actor)}"
