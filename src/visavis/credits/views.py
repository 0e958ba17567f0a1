"""What pages show of credits. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import groupby
from uuid import UUID

import msgspec

from visavis.accounts.access import picture_address
from visavis.credits.access import (
    EntryRow,
    Left,
    LotRow,
    PackageRow,
    PersonRow,
    PurchaseRow,
    Shop,
    SumRow,
    Wallet,
)
from visavis.credits.rules import OVER, PAYABLE, PurchaseStatus
from visavis.kit.actor import Actor
from visavis.kit.format import babel_locale
from visavis.kit.money import format_money
from visavis.kit.words import _, say
from visavis.money.access import CreditsRefundRow

_LOOKS = {
    PurchaseStatus.REQUESTED: "approved",
    PurchaseStatus.SUBMITTED: "payment_submitted",
    PurchaseStatus.REFUSED: "approved",
    PurchaseStatus.PAID: "confirmed",
    PurchaseStatus.WITHDRAWN: "cancelled",
}
"""In the colours that the same has in the life of a session."""

_CHIPS = {
    PurchaseStatus.REQUESTED: _("Payment required"),
    PurchaseStatus.SUBMITTED: _("Being checked"),
    PurchaseStatus.REFUSED: _("Payment not found"),
    PurchaseStatus.PAID: _("Paid"),
    PurchaseStatus.WITHDRAWN: _("Withdrawn"),
}
_TOLD_BESIDE_CLIENT = {"session": "%(offering)s", "returned": _("Given back: %(offering)s")}
"""Where the line begins with its client's name."""
_TOLD = {
    "granted": ("plus", _("Given: %(lot)s")),
    "bought": ("plus", _("Bought: %(lot)s")),
    "session": ("calendar-check", _("%(offering)s with %(name)s")),
    "returned": ("rotate-ccw", _("Given back: %(offering)s with %(name)s")),
    "expired": ("timer", _("Expired: %(lot)s")),
    "refunded": ("rotate-ccw", _("Refunded: %(lot)s")),
    "disputed": ("circle-alert", _("Taken back with its payment: %(lot)s")),
}


class Who(msgspec.Struct, frozen=True):
    """A person, or (without an id) the platform."""

    id: UUID | None
    name: str
    picture: str


class Purse(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody has left of one seller's credits: all of it, and the lots that expire first as detail,
    with how many credits are in later ones."""

    who: Who
    credits: int
    lots: list[LotRow]
    later: int


class Offered(msgspec.Struct, frozen=True, kw_only=True):
    """A package to buy, with its price for one credit."""

    package: PackageRow
    price: str
    each: str


class Shelf(msgspec.Struct, frozen=True, kw_only=True):
    """What one seller sells."""

    who: Who
    packages: list[Offered]


class Bought(msgspec.Struct, frozen=True, kw_only=True):
    """A purchase with the other side's name."""

    purchase: PurchaseRow
    who: Who
    price: str
    look: str
    chip: str
    acting: bool

    @property
    def href(self) -> str:
        return f"/credits/purchases/{self.purchase.id}"


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the ledger; `who` is empty in one's own."""

    at: datetime
    icon: str
    who: str
    words: str
    delta: str


class Needed(msgspec.Struct, frozen=True, kw_only=True):
    """A session that waits for an approval, and for as many credits as are missing; `seen` is the time that
    approving agrees to, as a form sends it."""

    session_id: UUID
    practitioner_id: UUID
    name: str
    offering: str
    starts_at: datetime | None
    credits: int
    missing: int
    mine_to_approve: bool
    seen: str


class Mine(msgspec.Struct, frozen=True, kw_only=True):
    """A client's page; `earlier`: lines come before that entry."""

    purses: list[Purse]
    shelves: list[Shelf]
    open: list[Bought]
    over: list[Bought]
    lines: list[Line]
    earlier: int | None


class Selling(msgspec.Struct, frozen=True, kw_only=True):
    """A seller's page; `clients` have credits, of whom `purses` are those whose credits expire first."""

    packages: list[Offered]
    to_check: list[Bought]
    to_send: list[tuple[CreditsRefundRow, Who]]
    purses: list[Purse]
    clients: int
    lines: list[Line]
    instructions: str


def mine_of(wallet: Wallet, actor: Actor) -> Mine:
    """A client's page from what they have."""
    bought = [bought_of(each, actor, wallet.people) for each in wallet.purchases]
    return Mine(
        purses=_purses(wallet.left, actor, wallet.people, by_client=False),
        shelves=_shelves(wallet.packages, actor, wallet.people),
        open=[each for each in bought if each.purchase.status not in OVER],
        over=[each for each in bought if each.purchase.status in OVER],
        lines=[_line(each, actor, wallet.people, of_client=False) for each in wallet.entries],
        earlier=wallet.entries[-1].id if wallet.more else None,
    )


def selling_of(shop: Shop, actor: Actor) -> Selling:
    """A seller's page from what they sell and gave."""
    return Selling(
        packages=[_offered(each, actor) for each in shop.packages],
        to_check=[bought_of(each, actor, shop.people) for each in shop.purchases],
        to_send=[(each, who_is(each.client_id, actor, shop.people)) for each in shop.refunds],
        purses=_purses(shop.left, actor, shop.people, by_client=True),
        clients=max((each.of_all for each in shop.left.sums), default=0),
        lines=[_line(each, actor, shop.people, of_client=True) for each in shop.entries],
        instructions=shop.instructions,
    )


def bought_of(purchase: PurchaseRow, actor: Actor, people: Mapping[UUID, PersonRow]) -> Bought:
    """A purchase as one of its two sides sees it."""
    buys = purchase.client_id == actor.account_id
    status = PurchaseStatus(purchase.status)
    return Bought(
        purchase=purchase,
        who=who_is(purchase.practitioner_id if buys else purchase.client_id, actor, people),
        price=format_money(purchase.price_minor, purchase.currency, babel_locale(actor.locale)),
        look=_LOOKS[status],
        chip=_("To verify") if status is PurchaseStatus.SUBMITTED and not buys else _CHIPS[status],
        acting=status in PAYABLE if buys else status is PurchaseStatus.SUBMITTED,
    )


def who_is(account_id: UUID | None, actor: Actor, people: Mapping[UUID, PersonRow]) -> Who:
    """A person by name and picture; no id is the platform."""
    if account_id is None:
        return Who(None, say(actor, _("Every practitioner")), "")
    person = people.get(account_id)
    if person is None:
        return Who(account_id, "", "")
    return Who(account_id, person.name, picture_address(person.id, person.picture_key))


def _purses(left: Left, actor: Actor, people: Mapping[UUID, PersonRow], *, by_client: bool) -> list[Purse]:
    """By whom they are from (the platform last), or by whose they are."""
    found: dict[tuple[UUID, UUID | None], list[LotRow]] = {}
    for lot in left.lots:
        found.setdefault((lot.client_id, lot.practitioner_id), []).append(lot)
    purses = [
        _purse(each, found.get((each.client_id, each.practitioner_id), []), who)
        for each in left.sums
        for who in [who_is(each.client_id if by_client else each.practitioner_id, actor, people)]
    ]
    return sorted(purses, key=lambda purse: (purse.who.id is None, purse.who.name))


def _purse(whole: SumRow, lots: list[LotRow], who: Who) -> Purse:
    shown = sum(lot.remaining for lot in lots)
    return Purse(who=who, credits=whole.credits, lots=lots, later=whole.credits - shown)


def _shelves(packages: Iterable[PackageRow], actor: Actor, people: Mapping[UUID, PersonRow]) -> list[Shelf]:
    return [
        Shelf(who=who_is(seller, actor, people), packages=[_offered(each, actor) for each in group])
        for seller, group in groupby(packages, key=lambda each: each.practitioner_id)
    ]


def _offered(package: PackageRow, actor: Actor) -> Offered:
    locale, price = babel_locale(actor.locale), package.price_minor
    return Offered(
        package=package,
        price=format_money(price, package.currency, locale),
        each=format_money(round(price / package.credits), package.currency, locale),
    )


def _line(entry: EntryRow, actor: Actor, people: Mapping[UUID, PersonRow], *, of_client: bool) -> Line:
    icon, words = _TOLD[entry.reason]
    words = _TOLD_BESIDE_CLIENT.get(entry.reason, words) if of_client else words
    with_whom = None if of_client else entry.session_practitioner_id
    name = who_is(with_whom, actor, people).name if with_whom else ""
    offering = entry.offering_name or say(actor, _("A session"))  # an operator sees nobody's sessions
    return Line(
        at=entry.at,
        icon=icon,
        who=who_is(entry.client_id, actor, people).name if of_client else "",
        words=say(actor, words, lot=entry.lot_name, offering=offering, name=name),
        delta=f"+{entry.delta}" if entry.delta > 0 else f"\N{MINUS SIGN}{-entry.delta}",
    )
