"""What several parts of the API give alike: people, prices, zones."""

from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from visavis.kit.money import format_money

Zone = Annotated[str, Meta(description="IANA time zone", examples=["Europe/London"])]


class Person(msgspec.Struct, frozen=True):
    id: UUID
    name: str
    time_zone: Zone


class Price(msgspec.Struct, frozen=True):
    """`minor` counts the currency's smallest unit: 8000 GBP is £80.00."""

    minor: int
    currency: Annotated[str, Meta(description="ISO 4217")]
    display: str


def price_of(minor: int, currency: str) -> Price:
    return Price(minor, currency, format_money(minor, currency))
