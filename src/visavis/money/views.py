"""What practitioners see of their money. Pure."""

from collections.abc import Iterable
from datetime import date, datetime

import msgspec

from visavis.cards.access import DirectRow
from visavis.kit.actor import Actor
from visavis.kit.format import babel_locale, format_short, format_when
from visavis.kit.money import format_money
from visavis.kit.words import _, say
from visavis.money.access import BalanceRow, Earnings, EntryRow, MonthRow
from visavis.money.rules import percent

_KINDS = {
    ("session", "paid"): ("banknote", _("%(offering)s with %(name)s")),
    ("session", "refund"): ("rotate-ccw", _("Called off: %(offering)s with %(name)s")),
    ("lot", "expired"): ("timer", _("Credits that were bought have expired")),
    ("purchase", "bought"): ("ticket", _("Credits were bought by card")),
    ("purchase", "refund"): ("rotate-ccw", _("Credits that were bought by card went back")),
    ("session", "disputed"): ("circle-alert", _("Taken back by the bank of %(name)s: %(offering)s")),
    ("purchase", "disputed"): ("circle-alert", _("Taken back by a bank: credits that were bought by card")),
    ("session", "share_kept"): ("rotate-ccw", _("Your share was not taken back: %(offering)s with %(name)s")),
    ("purchase", "share_kept"): ("rotate-ccw", _("Credits bought by card: not taken back from you")),
    ("payout", "begun"): ("hand-coins", _("A payout is on its way to you")),
    ("payout", "failed"): ("rotate-ccw", _("A payout came back")),
    ("settlement", "settled"): ("hand-coins", _("You paid the platform")),
}


_IN_HAND = {True: _("it is in your hands already"), False: _("it is the client’s now")}
_DIRECT = {True: _("paid to you directly by Stripe"), False: _("taken back by Stripe")}


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
    in_hand: str  # paid straight to the practitioner, or by them: in words, still to be translated
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


class Earned(msgspec.Struct, frozen=True, kw_only=True):
    """The page of what a practitioner earns."""

    balances: list[Balance]
    months: list[Month]
    lines: list[Line]
    more: bool
    rate: str
    direct: DirectRow


def earned(found: Earnings, actor: Actor) -> Earned:
    """For the acting practitioner."""
    return Earned(
        balances=[balance_of(row, actor) for row in found.balances] or [_even(found.currency, actor)],
        months=[month_of(row, actor) for row in found.months],
        lines=lines_of(found.entries, actor),
        more=found.more,
        rate=percent(found.rate_bp),
        direct=found.direct,
    )


def balance_of(row: BalanceRow, actor: Actor) -> Balance:
    """A practitioner's balance, in words' parts."""
    later = row.balance_minor - row.payable_minor
    return Balance(
        currency=row.currency,
        owes=row.balance_minor < 0,
        even=row.balance_minor == 0,
        amount=money(abs(row.balance_minor), row.currency, actor),
        payable=money(row.payable_minor, row.currency, actor) if row.payable_minor else "",
        later=money(later, row.currency, actor) if row.balance_minor > 0 and later else "",
    )


def _even(currency: str, actor: Actor) -> Balance:
    nothing = money(0, currency, actor)
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
        words=say(actor, words, **values),
        note=row.words,
        href=f"/sessions/{row.cause_id}" if is_session else "",
        when=format_when(row.starts_at, actor.time_zone, actor.locale) if row.starts_at else "",
        gross=_plain(row.gross_minor, row.currency, actor),
        commission=_signed(row.commission_minor, row.currency, actor),
        rate=percent(row.commission_bp) if row.commission_bp else "",
        share=_plain(share, row.currency, actor) or money(0, row.currency, actor),
        in_hand=_in_hand(row),
        change=_signed(share + row.in_hand_minor + row.others_minor, row.currency, actor) or "±0",
    )


def _in_hand(row: EntryRow) -> str:
    if not row.in_hand_minor:
        return ""
    if row.direct and row.step in ("paid", "bought", "refund"):
        return _DIRECT[row.in_hand_minor < 0]
    return _IN_HAND[row.in_hand_minor < 0]


def month_of(row: MonthRow, actor: Actor) -> Month:
    """A month as its practitioner reads it: what was earned is what came, less what was called off."""
    share = row.gross_minor + row.refunds_minor + row.commission_minor
    change = share + row.in_hand_minor + row.paid_out_minor + row.expired_minor
    return Month(
        key=f"{row.month:%Y-%m}",
        name=month_name(row.month, actor),
        gross=money(row.gross_minor, row.currency, actor),
        commission=_signed(row.commission_minor, row.currency, actor) or money(0, row.currency, actor),
        share=money(share, row.currency, actor),
        refunds=_signed(row.refunds_minor, row.currency, actor),
        in_hand=_signed(row.in_hand_minor, row.currency, actor),
        paid_out=_signed(row.paid_out_minor, row.currency, actor),
        expired=_signed(row.expired_minor, row.currency, actor),
        change=_signed(change, row.currency, actor) or money(0, row.currency, actor),
    )


def month_name(month: date, actor: Actor) -> str:
    """'November 2026'."""
    return format_short(month, "MMMM y", actor.locale)


def money(minor: int, currency: str, actor: Actor) -> str:
    """As the reader writes amounts."""
    return format_money(minor, currency, babel_locale(actor.locale))


def _plain(minor: int, currency: str, actor: Actor) -> str:
    """The same, without a plus."""
    return _signed(minor, currency, actor).removeprefix("+")


def _signed(minor: int, currency: str, actor: Actor) -> str:
    """'+£56.00', '−£24.00', and nothing for nothing."""
    if minor == 0:
        return ""
    return f"{'+' if minor > 0 else chr(0x2212)}{money(abs(minor), currency, actor)}"
