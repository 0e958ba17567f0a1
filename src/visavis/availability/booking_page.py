"""What the page shows on which a client chooses a time."""

from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

import msgspec

from visavis.availability.calendar_view import View, Wanted, load_view
from visavis.availability.choices import Choice
from visavis.availability.days import Clocks
from visavis.kit.actor import Actor
from visavis.kit.clock import known_zone, zone, zone_names
from visavis.kit.db import Db
from visavis.kit.forms import Form
from visavis.kit.pages import Page
from visavis.kit.sql import Tx
from visavis.practices.access import PracticeRow, load_offerings, load_practice
from visavis.practices.views import Offer, Price, offers_of, picture_of

Way = Literal["slots", "request"]
"""How a client asks: by choosing a free slot, or with a free wish."""


class Menu(msgspec.Struct, frozen=True, kw_only=True):
    """A practice with the offering and length chosen from it, and whose clocks are shown.

    `way`: a free slot is taken, or a session asked for without one.
    """

    way: Way

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
        page = "book" if self.way == "slots" else "ask"
        return f"/practitioners/{self.practice.practitioner_id}/{page}"

    @property
    def seen(self) -> str:
        """The price on the button, in money and credits, as it is sent along to be compared."""
        terms = self.offer.terms
        seen = f"{terms.price_of(self.price.minor)} {self.practice.currency}"
        return f"{seen} {terms.credits_taken}" if terms.credits_taken else seen


class BookPage(Page, frozen=True, kw_only=True):
    """`get_more` is where a client gets the credits that are missing; empty where none are."""

    template: ClassVar[str] = "availability/book.html"
    menu: Menu
    view: View
    form: Form
    zones: list[str]
    get_more: str


class NothingPage(Page, frozen=True, kw_only=True):
    """The practitioner offers nothing in this way; `elsewhere` is the address of the other way, or empty."""

    template: ClassVar[str] = "availability/nothing.html"
    practice: PracticeRow
    elsewhere: str


class PriceFragment(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "availability/price.html"
    menu: Menu


class SlotsFragment(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "availability/slots.html"
    menu: Menu
    view: View

    def place(self) -> str:
        """Of a practitioner whom many look at, few things change between two looks."""
        return f"{self.menu.address}{self.menu.choice.query()} {self.menu.clocks.here.key}"


NOTHING_TYPED = Form()


async def booking_page(
    db: Db,
    actor: Actor,
    practitioner_id: UUID,
    choice: Choice,
    now: datetime,
    form: Form = NOTHING_TYPED,
    get_more: str = "",
) -> BookPage | NothingPage:
    """Everything to choose from. NotFoundError for a practice one may not see."""
    async with db.transaction(actor) as tx:
        menu = await load_menu(tx, actor, practitioner_id, choice)
        if isinstance(menu, PracticeRow):
            return await nothing_page(tx, actor, menu, "request")
        view = await load_slots(tx, menu, now)
    return BookPage(menu=menu, view=view, form=form, zones=sorted(zone_names()), get_more=get_more)


async def nothing_page(tx: Tx, actor: Actor, practice: PracticeRow, other_way: Way) -> NothingPage:
    """Instead of a page on which nothing can be chosen."""
    other = await load_menu(tx, actor, practice.practitioner_id, Choice(), other_way)
    return NothingPage(practice=practice, elsewhere="" if isinstance(other, PracticeRow) else other.address)


async def load_menu(
    tx: Tx,
    actor: Actor,
    practitioner_id: UUID,
    choice: Choice,
    way: Way = "slots",
) -> Menu | PracticeRow:
    """The practice with what was chosen, or the first that it offers in this way; the practice alone when
    there is none."""
    practice = await load_practice(tx, actor, practitioner_id)
    offerings = await load_offerings(tx, practitioner_id)
    offers = offers_of(practice, (each for each in offerings if each.terms.booking == way))
    if not offers:
        return practice
    offer = next((each for each in offers if str(each.offering.id) == choice.offering), offers[0])
    price = next((each for each in offer.prices if str(each.minutes) == choice.length), offer.prices[0])
    here = known_zone(choice.zone, practice.time_zone if actor.account_id is None else actor.time_zone)
    return Menu(
        way=way,
        practice=practice,
        picture=picture_of(practice),
        own=practitioner_id == actor.account_id,
        offers=offers,
        offer=offer,
        price=price,
        choice=msgspec.structs.replace(choice, offering=str(offer.offering.id), length=str(price.minutes)),
        clocks=Clocks(zone(here), zone(practice.time_zone), actor.locale),
    )


async def load_slots(tx: Tx, menu: Menu, now: datetime) -> View:
    """The month and day of the menu's choice."""
    wanted = Wanted(
        practice=menu.practice,
        offering_id=menu.offer.offering.id,
        length=menu.price.minutes,
        clocks=menu.clocks,
        choice=menu.choice,
    )
    return await load_view(tx, wanted, now)
