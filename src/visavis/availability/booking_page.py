"""What the page shows on which a client chooses a time."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar
from urllib.parse import urlencode
from uuid import UUID

import msgspec

from visavis.availability.access import load_calendar
from visavis.availability.days import Clocks, Day, Slot, by_day, slot
from visavis.availability.hours import instant, utc
from visavis.kit.actor import Actor
from visavis.kit.clock import known_zone, zone, zone_names
from visavis.kit.db import Db
from visavis.kit.pages import Page
from visavis.kit.sql import Tx
from visavis.practices.access import PracticeRow, load_offerings, load_practice
from visavis.practices.views import Offer, Price, offers_of, picture_of

WEEKS = 4
NEAREST = 3


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """What was chosen so far, as text from an address or a form; what is unknown there falls back."""

    offering: str = ""
    length: str = ""
    starts_at: str = ""
    zone: str = ""

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> "Choice":
        """From a query or a form."""
        return cls(**{name: str(data.get(name, ""))[:80] for name in cls.__struct_fields__})

    def query(self, **changes: str) -> str:
        """As the query of an address, with its question mark."""
        chosen = {**msgspec.structs.asdict(self), **changes}
        return "?" + urlencode({name: value for name, value in chosen.items() if value})


class Menu(msgspec.Struct, frozen=True, kw_only=True):
    """A practice with the offering and length chosen from it, and whose clocks are shown."""

    practice: PracticeRow
    picture: str
    own: bool
    offers: list[Offer]
    offer: Offer
    price: Price
    choice: Choice
    clocks: Clocks

    @property
    def address(self) -> str:
        """Of the page."""
        return f"/practitioners/{self.practice.practitioner_id}/book"


class Slots(msgspec.Struct, frozen=True, kw_only=True):
    """Four weeks of free starts; `there` is the practitioner's zone when its clock differs from the viewer's.

    `chosen` is one of them or nothing; when another time was wished for, `nearest` are those around it.
    """

    about: str
    address: str
    days: list[Day]
    free: int
    here: str
    there: str
    chosen: str
    nearest: list[Slot]


class BookPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "availability/book.html"
    menu: Menu
    slots: Slots
    zones: list[str]


class NothingPage(Page, frozen=True, kw_only=True):
    """The practitioner offers nothing at the moment."""

    template: ClassVar[str] = "availability/nothing.html"
    practice: PracticeRow


class PriceFragment(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "availability/price.html"
    menu: Menu


class SlotsFragment(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "availability/slots.html"
    slots: Slots


async def booking_page(
    db: Db, actor: Actor, practitioner_id: UUID, choice: Choice, now: datetime
) -> BookPage | NothingPage:
    """Everything to choose from. NotFoundError for a practice one may not see."""
    async with db.transaction(actor) as tx:
        menu = await load_menu(tx, actor, practitioner_id, choice)
        if isinstance(menu, PracticeRow):
            return NothingPage(practice=menu)
        slots = await load_slots(tx, menu, now)
    return BookPage(menu=menu, slots=slots, zones=sorted(zone_names()))


async def load_menu(tx: Tx, actor: Actor, practitioner_id: UUID, choice: Choice) -> Menu | PracticeRow:
    """The practice with what was chosen, or what comes first; the practice alone when it offers nothing."""
    practice = await load_practice(tx, actor, practitioner_id)
    offers = offers_of(practice, await load_offerings(tx, practitioner_id))
    if not offers:
        return practice
    offer = next((each for each in offers if str(each.offering.id) == choice.offering), offers[0])
    price = next((each for each in offer.prices if str(each.minutes) == choice.length), offer.prices[0])
    here = known_zone(choice.zone, practice.time_zone if actor.account_id is None else actor.time_zone)
    return Menu(
        practice=practice,
        picture=picture_of(practice),
        own=practitioner_id == actor.account_id,
        offers=offers,
        offer=offer,
        price=price,
        choice=msgspec.structs.replace(choice, offering=str(offer.offering.id), length=str(price.minutes)),
        clocks=Clocks(zone(here), zone(practice.time_zone), actor.locale),
    )


async def load_slots(tx: Tx, menu: Menu, now: datetime) -> Slots:
    """Four weeks from today on the viewer's calendar."""
    clocks, practice_id = menu.clocks, menu.practice.practitioner_id
    today = now.astimezone(clocks.here).date()
    end = utc(instant(clocks.here, today.toordinal() + WEEKS * 7, 0))
    calendar = await load_calendar(tx, practice_id, now, end)
    starts = calendar.free_starts(menu.price.minutes, now, end, now, offering_id=menu.offer.offering.id)
    differs = any(
        at.astimezone(clocks.here).utcoffset() != at.astimezone(clocks.there).utcoffset() for at in (now, end)
    )
    wished = _instant(menu.choice.starts_at)
    nearest = (
        [] if wished is None or wished in starts else sorted(starts, key=lambda each: abs(each - wished))
    )
    return Slots(
        about=f"slots:{practice_id} practitioner:{practice_id}",
        address=f"{menu.address}/slots{menu.choice.query(starts_at='')}",
        days=by_day(starts, clocks, today, WEEKS * 7),
        free=len(starts),
        here=clocks.here.key,
        there=clocks.there.key if differs else "",
        chosen="" if wished is None or nearest else slot(wished, clocks).value,
        nearest=[slot(each, clocks) for each in sorted(nearest[:NEAREST])],
    )


def _instant(text: str) -> datetime | None:
    """None for what is no instant with an offset."""
    try:
        read = datetime.fromisoformat(text)
        return read.astimezone(UTC) if read.tzinfo else None
    except (ValueError, OverflowError):
        return None
