"""Papers without a database: tax, periods, and what may stand on them; no I/O."""

from datetime import date, timedelta
from typing import Literal

import msgspec

from visavis.kit.errors import InvalidInputError
from visavis.kit.words import _

MOST_TAX = 5_000  # basis points
MOST_DAYS = 366  # of a period
FULL = 10_000


def tax_within(gross_minor: int, basis_points: int) -> int:
    """The tax that an amount includes, in minor units; half a minor unit goes up, in every currency.

    Prices include tax, so net = gross - tax and nothing is lost. The same as `tax_within` of the database;
    amounts are never below nothing.
    """
    divisor = FULL + basis_points
    return (2 * gross_minor * basis_points + divisor) // (2 * divisor)


class Period(msgspec.Struct, frozen=True):
    """Days of the issuer's calendar, both included."""

    first: date
    last: date


def read_period(first: str, last: str, today: date) -> Period:
    """What was asked for; without a word the year so far. Raises InvalidInputError (from, to)."""
    begins = _day(first, "from", today.replace(month=1, day=1))
    ends = _day(last, "to", max(today, begins) if first else today)
    if ends < begins:
        raise InvalidInputError(fields={"to": _("Please choose a last day that is not before the first.")})
    if ends - begins >= timedelta(days=MOST_DAYS):
        raise InvalidInputError(fields={"to": _("Please choose a year at most.")})
    return Period(begins, ends)


def _day(text: str, field: str, otherwise: date) -> date:
    if not text:
        return otherwise
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInputError(fields={field: _("Please enter a date such as 2026-01-31.")}) from None


class Side(msgspec.Struct, frozen=True, kw_only=True):
    """One of the two people as they stand on a paper."""

    name: str
    address: str
    tax_number: str


class Bought(msgspec.Struct, frozen=True, kw_only=True):
    """What was paid for: a session, a package of the practice's credits, or of the platform's (voucher).

    Instants as ISO 8601 text, as they were kept.
    """

    what: Literal["session", "package", "voucher"]
    name: str
    credits: int = 0
    starts_at: str | None = None
    ends_at: str | None = None
    length_minutes: int = 0
    valid_months: int = 0


class Corrected(msgspec.Struct, frozen=True):
    """The paper that a credit note is about."""

    number: str
    issued_on: str


class Printed(msgspec.Struct, frozen=True, kw_only=True):
    """The frozen copy of what stands on a paper besides its amounts. `prepaid_minor` was paid with credits
    that were invoiced when they were bought."""

    issuer: Side
    recipient: Side
    line: Bought
    way: Literal["transfer", "card", "cash", "credits", "direct"]
    reference: str
    prepaid_minor: int
    tax_name: str
    tax_note: str
    zone: str
    locale: str
    prefix: str = ""
    corrects: Corrected | None = None


class Issuer(msgspec.Struct, frozen=True, kw_only=True):
    """What a practice, or the platform, says of itself on papers; `tax_bp` is of prices, which include it."""

    legal_name: str
    address: str = ""
    tax_number: str = ""
    tax_bp: int = 0
    tax_name: str = "VAT"
    tax_note: str = ""
    prefix: str = ""
