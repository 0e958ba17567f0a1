"""Amounts as Stripe counts them, which is not always in the minor units of ISO 4217. Pure.

https://docs.stripe.com/currencies: what has no minor unit is counted whole, except ISK and UGX, which are
counted in hundredths that must be 00; what has thousandths is counted in them, in steps of ten.

Nothing is rounded here: an amount that Stripe cannot take exactly is not taken at all. What goes back to a
card is a whole number of steps already, and so it stands in the books (`money.rules.to_card`).
"""

from decimal import ROUND_HALF_UP, Decimal

from visavis.cards.provider import ProviderRefusedError
from visavis.kit.money import exponent
from visavis.kit.words import _

_WHOLE = frozenset(
    ["BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"]
)
_THOUSANDTHS = frozenset(["BHD", "JOD", "KWD", "OMR", "TND"])
_STEP = 10  # of thousandths


def to_stripe(minor: int, currency: str) -> int:
    """Our minor units as Stripe's; ProviderRefusedError for what it cannot charge exactly."""
    amount = _scaled(minor, currency)
    if amount != amount.to_integral_value() or (currency in _THOUSANDTHS and amount % _STEP):
        raise ProviderRefusedError(
            "amount_between_steps", _("Cards cannot be charged exactly this amount. Please pay another way.")
        )
    return int(amount)


def from_stripe(amount: int, currency: str) -> int:
    """Stripe's count as our minor units, half a unit up."""
    ours = Decimal(amount).scaleb(exponent(currency) - _places(currency))
    return int(ours.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _scaled(minor: int, currency: str) -> Decimal:
    return Decimal(minor).scaleb(_places(currency) - exponent(currency))


def _places(currency: str) -> int:
    return 0 if currency in _WHOLE else 3 if currency in _THOUSANDTHS else 2
