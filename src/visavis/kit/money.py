"""Money is an integer of minor units and an ISO 4217 code; no float ever holds an amount."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache

from babel.core import Locale, get_global
from babel.numbers import format_currency

from visavis.kit.errors import InvalidInputError


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
    """'80', '80.5' or '80,50' as minor units; InvalidInputError on `field` when negative or unclear."""
    try:
        amount = Decimal(text.strip().replace(",", "."))
        minor = amount.scaleb(exponent(currency))
    except InvalidOperation:
        raise InvalidInputError(fields={field: "Please enter an amount such as 80.00."}) from None
    if not minor.is_finite() or minor != minor.to_integral_value() or not 0 <= minor <= 100_000_000:
        raise InvalidInputError(fields={field: "Please enter an amount such as 80.00."})
    return int(minor)


def per_hour(rate_minor: int, minutes: int) -> int:
    """Price of `minutes` at an hourly rate, rounded half up to the minor unit."""
    return int((Decimal(rate_minor) * minutes / 60).quantize(Decimal(1), rounding=ROUND_HALF_UP))
