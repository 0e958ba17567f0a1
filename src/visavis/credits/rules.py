"""Credits without a database: what a package and a grant may say, and where a purchase may go."""

import calendar
from datetime import datetime
from enum import StrEnum

import msgspec

from visavis.kit.errors import InvalidInputError
from visavis.kit.words import _

MOST_CREDITS = 1000  # of one package or gift
MOST_MONTHS = 60
MOST_PACKAGES = 30  # of one seller


class PurchaseStatus(StrEnum):
    """Of a purchase; the database has the same, and who may take which step (settle_purchase)."""

    REQUESTED = "requested"
    SUBMITTED = "submitted"
    REFUSED = "refused"
    PAID = "paid"
    WITHDRAWN = "withdrawn"


PAYABLE = frozenset({PurchaseStatus.REQUESTED, PurchaseStatus.REFUSED})
"""In these the client pays, or thinks better of it."""
OVER = frozenset({PurchaseStatus.PAID, PurchaseStatus.WITHDRAWN})


class Package(msgspec.Struct, frozen=True, kw_only=True):
    """A package as its seller wants it: so many credits for a price in minor units, valid for months."""

    name: str
    credits: int
    price_minor: int
    currency: str
    valid_months: int


class Grant(msgspec.Struct, frozen=True, kw_only=True):
    """Credits that somebody is given, valid for months from now."""

    name: str
    credits: int
    valid_months: int


def check(wanted: Package | Grant) -> None:
    """Raise InvalidInputError with everything that is wrong."""
    errors = {}
    if not 1 <= len(wanted.name) <= 80:
        errors["name"] = _("Please give it a name of at most 80 characters.")
    if not 1 <= wanted.credits <= MOST_CREDITS:
        errors["credits"] = _("Please enter a whole number from 1 to 1000.")
    if not 1 <= wanted.valid_months <= MOST_MONTHS:
        errors["valid_months"] = _("Please enter a whole number of months from 1 to 60.")
    if isinstance(wanted, Package) and not 1 <= wanted.price_minor <= 100_000_000:
        errors["price"] = _("Please enter an amount such as 350.00. What is free can be given instead.")
    if errors:
        raise InvalidInputError(fields=errors)


def after_months(instant: datetime, months: int) -> datetime:
    """The same day and time so many months later, or the month's last day where it has no such day."""
    year, month = divmod(instant.month - 1 + months, 12)
    year, month = instant.year + year, month + 1
    return instant.replace(year=year, month=month, day=min(instant.day, calendar.monthrange(year, month)[1]))
