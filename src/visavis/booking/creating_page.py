"""What the page shows on which a practitioner makes a session: for whom, what, when."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import urlencode
from uuid import UUID

import msgspec

from visavis.availability.access import load_calendar
from visavis.availability.days import Clocks, Day, Slot, by_day, slot
from visavis.availability.hours import instant, utc
from visavis.booking.clients import ClientRow, Whom, find_client, load_clients, whom_of
from visavis.booking.course import to_pay
from visavis.kit.actor import Actor
from visavis.kit.clock import zone
from visavis.kit.db import Db
from visavis.kit.format import same_clock
from visavis.kit.forms import Form, id_in
from visavis.kit.pages import Page
from visavis.kit.sql import Tx
from visavis.kit.words import _
from visavis.payments.access import has_said_how_to_pay
from visavis.practices.access import PracticeRow, load_offerings, load_own_practice
from visavis.practices.views import Offer, Price, offers_of, plain_amount

ADDRESS = "/sessions/new"
SOMEBODY_NEW = "new"
_DAYS = 28
_MOST_PAGES = 14
_MOST_CLIENTS = 12
KINDS = {
    "regular": ("calendar-check", _("Regular"), _("From what you offer, at a time of yours")),
    "custom": ("sliders-horizontal", _("Custom"), _("Its own length and price")),
    "instant": ("video", _("Instant"), _("Now: they approve, and you meet")),
}


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """What is chosen so far, as text from an address or a form; what is unknown falls back.

    `client` is an id, or "new" for who is not a client yet; `time` is "own" for any time, else a free one.
    """

    kind: str = ""
    client: str = ""
    offering: str = ""
    length: str = ""
    time: str = ""
    page: str = ""
    person: str = ""

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> "Choice":
        """From a query or a form."""
        given = {name: data.get(name, "") for name in cls.__struct_fields__}
        texts = {name: " ".join(str(each).replace("\x00", "").split())[:80] for name, each in given.items()}
        return cls(**texts | {"kind": texts["kind"] if texts["kind"] in KINDS else "regular"})

    def address(self, **changes: str) -> str:
        """The page with these choices."""
        chosen = {**msgspec.structs.asdict(self), **changes}
        return f"{ADDRESS}?" + urlencode({name: value for name, value in chosen.items() if value})

    @property
    def kept(self) -> dict[str, str]:
        """What a search for a client leaves as it is."""
        return {name: getattr(self, name) for name in ("kind", "offering", "length", "time")}

    @property
    def client_id(self) -> UUID | None:
        """Of one's own client."""
        return id_in(self.client)

    @property
    def number(self) -> int:
        """The page of free times, from 1."""
        return min(max(int(self.page), 1), _MOST_PAGES) if self.page.isdecimal() else 1


class When(msgspec.Struct, frozen=True, kw_only=True):
    """Four weeks of the practitioner's free starts; `there` is the client's zone where it differs."""

    days: list[Day]
    free: int
    here: str
    there: str
    before: str
    after: str


class CreatePage(Page, frozen=True, kw_only=True):
    """Without `client` (and not for somebody new) only clients are shown; `nearest` are free times near to
    one that was not; `amount` and `pay` stand in the form unless something else was typed."""

    template: ClassVar[str] = "booking/creating.html"
    choice: Choice
    kinds: dict[str, tuple[str, str, str]]
    practice: PracticeRow
    client: Whom | None
    somebody_new: bool
    clients: list[Whom]
    offers: list[Offer]
    offer: Offer | None
    price: Price | None
    when: When | None
    today: date
    amount: str
    pay: str
    ask_how_to_pay: bool
    nearest: list[Slot]
    form: Form


async def creation_page(
    db: Db, actor: Actor, choice: Choice, now: datetime, form: Form, nearest: list[datetime] | None = None
) -> CreatePage:
    """Everything to choose from; NotFoundError for a stranger, NoPracticeError."""
    async with db.transaction(actor) as tx:
        practice = await load_own_practice(tx, actor)
        offers = offers_of(practice, await load_offerings(tx, actor.known_id))
        client = None if choice.client_id is None else await find_client(tx, choice.client_id)
        chosen = client is not None or choice.client == SOMEBODY_NEW
        found = [] if chosen else await load_clients(tx, choice.person, _MOST_CLIENTS)
        offer = next((each for each in offers if str(each.offering.id) == choice.offering), None)
        offer = offer or (offers[0] if offers else None)
        price = _price(offer, choice) if offer else None
        clocks = _clocks(actor, client)
        when = None
        if offer and price and chosen and choice.kind == "regular" and choice.time != "own":
            when = await _when(tx, practice, offer, price, clocks, choice, now)
        asks_money = bool(offer and price and _asks_money(offer, price, choice))
        ask_how_to_pay = asks_money and not await has_said_how_to_pay(tx, actor)
    return CreatePage(
        choice=choice,
        kinds=KINDS,
        practice=practice,
        client=_whom(client, choice) if client else None,
        somebody_new=choice.client == SOMEBODY_NEW,
        clients=[_whom(each, choice) for each in found],
        offers=offers,
        offer=offer,
        price=price,
        when=when,
        today=now.astimezone(clocks.here).date(),
        amount=plain_amount(price.minor, practice.currency) if price else "",
        pay=_pay(offer, choice) if offer else "",
        ask_how_to_pay=ask_how_to_pay,
        nearest=[slot(each, clocks) for each in nearest or []],
        form=form,
    )


def _pay(offer: Offer, choice: Choice) -> str:
    """How it is paid unless something else is chosen: as the offering says, where that is possible."""
    if offer.terms.payment == "credits":
        return "credits"
    return "price" if offer.terms.takes_money and choice.kind == "custom" else "none"


def _asks_money(offer: Offer, price: Price, choice: Choice) -> bool:
    """Whether an amount can come of it that is to be transferred."""
    if offer.terms.payment == "card" and not offer.terms.takes("transfer"):
        return False
    return choice.kind == "custom" or (choice.kind == "regular" and to_pay(offer.terms, price.minor))


def _price(offer: Offer, choice: Choice) -> Price:
    return next((each for each in offer.prices if str(each.minutes) == choice.length), offer.prices[0])


def _whom(row: ClientRow, choice: Choice) -> Whom:
    return whom_of(row, choice.address(client=str(row.id), person=""))


def _clocks(actor: Actor, client: ClientRow | None) -> Clocks:
    there = client.time_zone if client else actor.time_zone
    return Clocks(zone(actor.time_zone), zone(there), actor.locale)


async def _when(
    tx: Tx,
    practice: PracticeRow,
    offer: Offer,
    price: Price,
    clocks: Clocks,
    choice: Choice,
    now: datetime,
) -> When:
    """Her own free times: she needs no notice of her own wishes."""
    first = now.astimezone(clocks.here).date() + timedelta(days=(choice.number - 1) * _DAYS)
    start, end = (utc(instant(clocks.here, first.toordinal() + days, 0)) for days in (0, _DAYS))
    calendar = await load_calendar(tx, practice.practitioner_id, start, end)
    settings = msgspec.structs.replace(calendar.settings, notice_min=0)
    calendar = msgspec.structs.replace(calendar, settings=settings)
    starts = calendar.free_starts(price.minutes, max(start, now), end, now, offering_id=offer.offering.id)
    days = (start + timedelta(days=number) for number in range(_DAYS + 1))  # clocks change in between
    differs = not all(same_clock(clocks.here.key, clocks.there.key, each) for each in days)
    pages = {"before": choice.number - 1, "after": choice.number + 1}
    links = {name: choice.address(page=str(page)) for name, page in pages.items() if 1 <= page <= _MOST_PAGES}
    return When(
        days=by_day(starts, clocks, first, _DAYS),
        free=len(starts),
        here=clocks.here.key,
        there=clocks.there.key if differs else "",
        before=links.get("before", ""),
        after=links.get("after", ""),
    )
