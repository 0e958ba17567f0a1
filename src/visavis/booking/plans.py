"""What a practitioner plans for a client: checked, and with the terms that follow from it. Pure."""

from datetime import datetime
from uuid import UUID

import msgspec

from visavis.availability.access import AHEAD
from visavis.booking.policies import MOST_CREDITS, Policy
from visavis.kit.errors import InvalidInputError
from visavis.kit.words import _
from visavis.practices.access import OfferingRow
from visavis.practices.rules import MOST_MINOR, price_of

LEAST_MINUTES, MOST_MINUTES = 5, 720
MOST_NAME, MOST_MESSAGE = 80, 2000


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """A session to make. `client_id`, else the exact `email`, says for whom; without a start it is instant.

    Price (minor units) and credits as the offering says, unless one of them is said here: 0 for nothing.
    """

    offering_id: UUID
    length_minutes: int
    client_id: UUID | None = None
    email: str = ""
    starts_at: datetime | None = None
    name: str = ""
    price_minor: int | None = None
    credits: int | None = None
    message: str = ""


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """The policy of the session, credits among it, and its price in minor units."""

    policy: Policy
    price_minor: int


def check_plan(plan: Plan, now: datetime) -> None:
    """InvalidInputError with a sentence for each field; what only the database knows is not looked at."""
    errors = {}
    if plan.client_id is None and not plan.email:
        errors["email"] = _("Please say for whom it is.")
    if len(plan.email) > 254:
        errors["email"] = _("Please check this address.")
    if not LEAST_MINUTES <= plan.length_minutes <= MOST_MINUTES:
        errors["length"] = _("Please choose a length between 5 and 720 minutes.")
    if plan.starts_at is not None:
        errors |= _check_time(plan.starts_at, now)
    if plan.price_minor is not None and not 0 <= plan.price_minor <= MOST_MINOR:
        errors["price"] = _("Please enter an amount such as 80.00.")
    if plan.credits is not None and not 0 <= plan.credits <= MOST_CREDITS:
        errors["credits"] = _("Please enter a number of credits, at most 1000.")
    if plan.price_minor and plan.credits:
        errors["credits"] = _("Please choose: an amount, or credits.")
    for name, most in (("name", MOST_NAME), ("message", MOST_MESSAGE)):
        if len(getattr(plan, name)) > most:
            errors[name] = _("Please keep this to {most} characters.").format(most=most)
    if errors:
        raise InvalidInputError(fields=errors)


def _check_time(starts_at: datetime, now: datetime) -> dict[str, str]:
    if starts_at.tzinfo is None or starts_at - now > AHEAD:
        return {"starts_at": _("Please choose a time within the next 400 days.")}
    if starts_at <= now:
        return {"starts_at": _("Please choose a time that is still ahead.")}
    return {}


def plan_terms(plan: Plan, offering: OfferingRow, rate_minor: int) -> Terms:
    """The offering's policy and price, unless the plan says otherwise; the client approves in any case.

    InvalidInputError on `pay` for an instant session that would have to be paid first.
    """
    policy, instant = offering.terms, plan.starts_at is None
    price = price_of(offering.fixed_price_minor, rate_minor, plan.length_minutes)
    if plan.credits:
        policy = msgspec.structs.replace(policy, payment="credits", credits=plan.credits)
    elif plan.price_minor is not None or plan.credits is not None:
        price = plan.price_minor or 0
        usual = policy.payment if policy.takes_money else "transfer"
        policy = msgspec.structs.replace(policy, payment=usual if price else "none")
    if instant and policy.takes_money and price:
        raise InvalidInputError(fields={"pay": _("What begins now is paid with credits, or not here.")})
    policy = msgspec.structs.replace(policy, approval="required")
    return Terms(policy=policy, price_minor=policy.price_of(price))
