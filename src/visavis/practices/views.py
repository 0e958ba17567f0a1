"""What pages show of a practice. Pure."""

from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache

import msgspec
from babel.numbers import get_currency_name

from visavis.booking.policies import PRESETS, Policy
from visavis.kit.format import babel_locale
from visavis.kit.money import exponent
from visavis.practices.queries import OfferingRow, PracticeRow
from visavis.practices.rules import currencies, price_of


class Price(msgspec.Struct, frozen=True):
    """What one length costs, in minor units."""

    minutes: int
    minor: int


class Offer(msgspec.Struct, frozen=True):
    """An offering with its prices, shortest first."""

    offering: OfferingRow
    prices: list[Price]
    terms: Policy
    preset: str


def offers_of(practice: PracticeRow, offerings: Iterable[OfferingRow]) -> list[Offer]:
    """The offerings with what they cost at the present rate."""
    return [
        Offer(
            each,
            [
                Price(minutes, price_of(each.fixed_price_minor, practice.rate_minor, minutes))
                for minutes in each.lengths_minutes
            ],
            each.terms,
            PRESETS[each.terms.preset].name if each.terms.preset in PRESETS else "",
        )
        for each in offerings
    ]


def picture_of(practice: PracticeRow) -> str:
    """The address of the practitioner's picture, empty without one."""
    key = practice.picture_key
    return f"/people/{practice.practitioner_id}/picture?v={key.partition('/')[2][:8]}" if key else ""


def plain_amount(minor: int, currency: str) -> str:
    """'80.00', as it is typed into a form."""
    return str(Decimal(minor).scaleb(-exponent(currency)))


@lru_cache(maxsize=32)
def currency_options(locale: str) -> list[tuple[str, str]]:
    """(code, 'GBP – British Pound') for every currency, by code."""
    words = babel_locale(locale)
    return [(code, f"{code} – {get_currency_name(code, locale=words)}") for code in sorted(currencies())]
