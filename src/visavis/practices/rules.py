"""What a practice and its offerings may say, and what they cost; no I/O."""

from collections.abc import Collection, Iterable
from functools import cache
from typing import Literal

import msgspec
from babel.core import get_global
from babel.numbers import get_territory_currencies

from visavis.booking.policies import MOST_CREDITS, PRESETS, Policy
from visavis.booking.questions import Question, check_questions
from visavis.kit.clock import zone_names
from visavis.kit.errors import InvalidInputError
from visavis.kit.money import per_hour
from visavis.kit.words import _

LENGTHS = (15, 20, 30, 45, 50, 60, 75, 80, 90, 120)
"""Lengths that the form proposes, in minutes."""
MOST_LENGTHS = 8
MOST_MINOR = 100_000_000
MOST_HOURS = 720
"""Of a deadline: a month."""
MOST_WORDS = 12
"""Languages or specialities of one practice."""


_HOURS = (0, MOST_HOURS, _("Please enter whole hours, at most 720."))
_FROM_ONE = (1, MOST_HOURS, _("Please enter whole hours, at most 720."))
_NUMBERS = {
    "approve_within_hours": _FROM_ONE,
    "pay_within_hours": _FROM_ONE,
    "instant_within_minutes": (1, 120, _("Please enter whole minutes, at most 120.")),
    "cancel_fee_percent": (0, 100, _("Please enter a whole percentage from 0 to 100.")),
    "late_fee_percent": (0, 100, _("Please enter a whole percentage from 0 to 100.")),
    "credits": (1, MOST_CREDITS, _("Please enter a whole number of credits, at least one.")),
}
"""Least, most, and what is said about anything else."""
_WAYS = {
    "approval": (("required", "automatic"), _("Please choose whether you approve each one.")),
    "payment": (("none", "transfer", "card", "credits"), _("Please choose how it is paid.")),
    "other_way": (("none", "transfer", "card"), _("Please choose how else it can be paid.")),
    "booking": (("slots", "request", "proposal"), _("Please choose how clients ask for it.")),
    "credits_back": (("in_time", "always"), _("Please choose when credits come back.")),
    "reschedule": (("agreed", "at_once"), _("Please choose how it gets another time.")),
}


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """What clients read about a practitioner; `time_zone` is an IANA name."""

    title: str
    headline: str
    about: str
    location: str
    time_zone: str
    languages: list[str]
    specialities: list[str]


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What differs from the preset's policy; None: as the preset says."""

    approval: str | None = None
    payment: str | None = None
    other_way: str | None = None
    booking: str | None = None
    credits: int | None = None
    approve_within_hours: int | None = None
    instant_within_minutes: int | None = None
    pay_within_hours: int | None = None
    cancel_until_hours: int | None = None
    credits_back: str | None = None
    cancel_fee_percent: int | None = None
    late_fee_percent: int | None = None
    reschedule: str | None = None
    reschedule_until_hours: int | None = None

    def policy_of(self, preset: Policy) -> Policy:
        """The preset's policy with these terms."""
        said = {name: each for name, each in msgspec.structs.asdict(self).items() if each is not None}
        return msgspec.structs.replace(preset, **said)


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """An offering as its practitioner wants it; prices in minor units of the practice's currency."""

    name: str
    description: str
    lengths_minutes: list[int]
    pricing: Literal["rate", "fixed"]
    fixed_price_minor: int | None
    preset: str
    questions: list[Question] = []
    terms: Terms = Terms()


def check_profile(profile: Profile) -> None:
    """Raise InvalidInputError, with a sentence for each field."""
    errors = _too_long({"title": 60, "headline": 160, "about": 5000, "location": 120}, profile)
    if not profile.title:
        errors["title"] = _("Please say what you are, such as “Psychologist”.")
    if profile.time_zone not in zone_names():
        errors["time_zone"] = _("Please choose a time zone from the list.")
    for name in ("languages", "specialities"):
        words: list[str] = getattr(profile, name)
        if len(words) > MOST_WORDS or any(len(word) > 40 for word in words):
            errors[name] = _("Please name at most 12, each with at most 40 characters.")
    _refuse(errors)


def check_draft(draft: Draft) -> None:
    """Raise InvalidInputError, with a sentence for each field."""
    errors = _too_long({"name": 80, "description": 1000}, draft)
    if not draft.name:
        errors["name"] = _("Please give it a name.")
    if not draft.lengths_minutes or any(not 5 <= length <= 720 for length in draft.lengths_minutes):
        errors["lengths"] = _("Please choose at least one length.")
    elif len(draft.lengths_minutes) > MOST_LENGTHS:
        errors["lengths"] = _("Please choose at most eight lengths.")
    if draft.pricing not in ("rate", "fixed"):
        errors["pricing"] = _("Please choose how it is priced.")
    has_price = draft.fixed_price_minor is not None
    if (draft.pricing == "fixed") != has_price or not 0 <= (draft.fixed_price_minor or 0) <= MOST_MINOR:
        errors["price"] = _("Please enter an amount such as 80.00.")
    if draft.preset not in PRESETS:
        errors["preset"] = _("Please choose how it is booked and paid.")
    else:
        errors |= _check_together(draft.terms.policy_of(PRESETS[draft.preset].policy))
    _refuse(_check_terms(draft.terms) | errors | check_questions(draft.questions))


def _check_terms(terms: Terms) -> dict[str, str]:
    """A sentence for each that nobody could keep."""
    errors = {}
    for name, given in msgspec.structs.asdict(terms).items():
        least, most, sentence = _NUMBERS.get(name, _HOURS)
        if isinstance(given, int) and not least <= given <= most:
            errors[name] = sentence
    for name, (allowed, sentence) in _WAYS.items():
        if getattr(terms, name) not in (None, *allowed):
            errors[name] = sentence
    return errors


def _check_together(policy: Policy) -> dict[str, str]:
    """What each may be alone, but not together."""
    if policy.booking == "request" and policy.approval == "automatic":
        return {"approval": _("A request without a time needs your answer.")}
    return {}


def check_rate(rate_minor: int, currency: str) -> None:
    """Raise InvalidInputError for a rate below nothing, or a currency nobody uses."""
    errors = {}
    if not 0 <= rate_minor <= MOST_MINOR:
        errors["rate"] = _("Please enter an amount such as 80.00.")
    if currency not in currencies():
        errors["currency"] = _("Please choose a currency from the list.")
    _refuse(errors)


def _too_long(limits: dict[str, int], given: msgspec.Struct) -> dict[str, str]:
    sentence = _("Please keep this to {most} characters.")
    return {
        name: sentence.format(most=most) for name, most in limits.items() if len(getattr(given, name)) > most
    }


def _refuse(errors: dict[str, str]) -> None:
    if errors:
        raise InvalidInputError(fields=errors)


@cache
def currencies() -> frozenset[str]:
    """Every currency that is legal tender somewhere today (ISO 4217, from CLDR)."""
    territories: Iterable[str] = get_global("territory_currencies")
    return frozenset(each for territory in territories for each in get_territory_currencies(territory))


def price_of(fixed_price_minor: int | None, rate_minor: int, length_min: int) -> int:
    """Minor units: the fixed price, or the hourly rate for the length."""
    return per_hour(rate_minor, length_min) if fixed_price_minor is None else fixed_price_minor


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to do before a practice can be shown, and whether it is done."""

    name: Literal["profile", "offerings", "rate", "hours"]
    done: bool


def steps(*, title: str, rate_minor: int, pricings: Collection[str], has_hours: bool) -> list[Step]:
    """What a practice needs before clients can book it; a rate only where an offering is priced by it."""
    return [
        Step(name="profile", done=bool(title)),
        Step(name="rate", done=rate_minor > 0 or (bool(pricings) and "rate" not in pricings)),
        Step(name="offerings", done=bool(pricings)),
        Step(name="hours", done=has_hours),
    ]
