"""Money is an integer of minor units and an ISO 4217 code; no float ever holds an amount."""

import re
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel.core import Locale, get_global
from babel.numbers import format_currency

from visavis.kit.errors import InvalidInputError

_AMOUNT = re.compile(r"(?=[.,]?\d)\d{0,9}(?:[.,](\d*))?")


def exponent(currency: str) -> int:
    """How many decimal places the currency has (GBP 2, JPY 0, KWD 3)."""
    fractions = get_global("currency_fractions")
    digits, *_ = fractions.get(currency, fractions["DEFAULT"])
    return int(digits)


@lru_cache(maxsize=4096)
def format_money(minor: int, currency: str, locale: Locale | str = "en_GB") -> str:
    """'£80.00' for 8000 GBP."""
    places = exponent(currency)
    return format_currency(Decimal(minor).scaleb(-places), currency, locale=locale)


def parse_money(text: str, currency: str, field: str) -> int:
    """'80', '80.5' or '80,50' as minor units; InvalidInputError on `field` when too much or unclear: '1,000'
    is a thousand to one and 1.00 to another, wherever the currency has no thousandths.
    """
    places, typed = exponent(currency), text.strip()
    found = _AMOUNT.fullmatch(typed)
    if found is not None and len(found[1] or "") <= places:
        minor = int(Decimal(typed.replace(",", ".")).scaleb(places))
        if minor <= 100_000_000:
            return minor
    raise InvalidInputError(fields={field: "Please enter an amount such as 80.00."})


def per_hour(rate_minor: int, minutes: int) -> int:
    """Price of `minutes` at an hourly rate, rounded half up to the minor unit."""
    return int((Decimal(rate_minor) * minutes / 60).quantize(Decimal(1), rounding=ROUND_HALF_UP))
