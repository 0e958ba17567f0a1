"""The terms of an offering that its form asks for: deadlines, cancelling, another time. Pure."""

from collections.abc import Mapping
from typing import Any

from visavis.booking.policies import Policy
from visavis.practices.rules import Terms

_UNREADABLE = -1  # refused with a sentence of its own
_HOURS = ("approve_within_hours", "pay_within_hours", "cancel_until_hours", "reschedule_until_hours")


def shown(policy: Policy) -> dict[str, str]:
    """What is kept, as text by field."""
    return {name: str(getattr(policy, name)) for name in _HOURS} | {"reschedule": policy.reschedule}


def typed(data: Mapping[str, Any]) -> Terms:
    """What a form sent; what it left out or empty stays as the preset says."""
    hours = {name: _hours(data.get(name)) for name in _HOURS}
    chosen = data.get("reschedule")
    return Terms(**hours, reschedule=chosen if isinstance(chosen, str) and chosen else None)


def _hours(text: Any) -> int | None:
    if not isinstance(text, str) or not text.strip():
        return None
    return int(text) if text.strip().isdecimal() and len(text.strip()) < 5 else _UNREADABLE
