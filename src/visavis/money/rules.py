"""Money without a database: commission, what comes back, and what an operator may enter; no I/O."""

import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from visavis.booking.policies import Policy
from visavis.kit.errors import InvalidInputError, NotFoundError
from visavis.kit.words import _

FULL = 10_000  # basis points: 100 %
_THOUSANDTHS = frozenset(["BHD", "JOD", "KWD", "LYD", "OMR", "TND"])
_STEP = 10  # of thousandths


def commission(amount_minor: int, basis_points: int) -> int:
    """The platform's part of an amount; half a minor unit goes up, in every currency.

    The same as `commission_on` of the database (PostgreSQL rounds numeric half away from zero; amounts are
    never below nothing).
    """
    return _rounded(Decimal(amount_minor) * basis_points / FULL)


def refund(price_minor: int, policy: Policy, *, late: bool, by_practitioner: bool) -> int:
    """What the client gets back of a paid session that is called off: all of it where the practitioner did,
    else less the policy's fee; the same as `refund_of` of the database."""
    if by_practitioner:
        return price_minor
    percent = policy.late_fee_percent if late else policy.cancel_fee_percent
    return price_minor - _rounded(Decimal(price_minor) * percent / 100)


def to_card(amount_minor: int, currency: str, most_minor: int) -> int:
    """What goes back to a card of `amount_minor`, never more than `most_minor`, which came by it: providers
    send thousandths in steps of ten, so it is rounded up, in the client's favour. The same as `to_card` of
    the database."""
    step = _STEP if currency in _THOUSANDTHS else 1
    return min(most_minor, -(-amount_minor // step) * step)


def _rounded(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def parse_percent(text: str, field: str) -> int:
    """'30', '12.5' or '12,75' percent in basis points; InvalidInputError on `field` for anything else."""
    text = text.strip().removesuffix("%").strip().replace(",", ".")
    whole, _dot, rest = text.partition(".")
    plain = text.isascii() and whole.isdigit() and len(whole) <= 3 and (rest.isdigit() or not rest)
    if not plain or len(rest) > 2 or (points := int(whole) * 100 + int(f"{rest:0<2}")) > FULL:
        sentence = _("Please enter a percentage from 0 to 100, such as 30 or 12.5.")
        raise InvalidInputError(fields={field: sentence})
    return points


def first_day(month: str) -> date:
    """The first day of a month in an address, such as 2026-11; NotFoundError for anything else."""
    if not re.fullmatch("20[0-9]{2}-(0[1-9]|1[0-2])", month):
        raise NotFoundError
    return date.fromisoformat(f"{month}-01")


def percent(basis_points: int) -> str:
    """'30' for 3000, '12.5' for 1250: the plain number, as it is typed."""
    whole, rest = divmod(basis_points, 100)
    return f"{whole}.{rest:02}".rstrip("0") if rest else str(whole)


def checked_words(words: str, *, field: str, needed: str = "") -> str:
    """Trimmed; InvalidInputError on `field` when too long, or empty where `needed` says what for."""
    words = words.strip()
    if needed and not words:
        raise InvalidInputError(fields={field: needed})
    if len(words) > 1000:
        raise InvalidInputError(fields={field: _("Please keep this to 1000 characters.")})
    return words
