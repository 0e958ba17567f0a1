"""The terms of an offering that its form asks for: how it is asked for, paid, cancelled and moved. Pure."""

from collections.abc import Mapping
from typing import Any

from visavis.booking.policies import PRESETS, Policy
from visavis.practices.rules import Terms

_UNREADABLE = -1  # refused with a sentence of its own
_NUMBERS = (
    "credits",
    "approve_within_hours",
    "instant_within_minutes",
    "pay_within_hours",
    "cancel_until_hours",
    "cancel_fee_percent",
    "late_fee_percent",
    "reschedule_until_hours",
)
_CHOICES = ("approval", "payment", "other_way", "booking", "credits_back", "reschedule")


def shown(policy: Policy) -> dict[str, str]:
    """What is kept, as text by field; `shown_preset` is the preset that the fields began with."""
    values = {name: str(getattr(policy, name)) for name in (*_NUMBERS, *_CHOICES)}
    return values | {"shown_preset": policy.preset}


def typed(data: Mapping[str, Any]) -> Terms:
    """What a form sent; what it left out or empty stays as the preset says, and so does what it left as the
    preset said that it showed, when another one is chosen."""
    before = PRESETS.get(str(data.get("shown_preset", "")))
    follows = shown(before.policy) if before and before.key != data.get("preset") else {}
    said = {name: data[name] for name in data if data[name] != follows.get(name)}
    values: dict[str, Any] = {name: _number(said.get(name)) for name in _NUMBERS}
    return Terms(**values | {name: _chosen(said.get(name)) for name in _CHOICES})


def _chosen(text: Any) -> str | None:
    return text if isinstance(text, str) and text else None


def _number(text: Any) -> int | None:
    if not isinstance(text, str) or not text.strip():
        return None
    return int(text) if text.strip().isdecimal() and len(text.strip()) < 5 else _UNREADABLE
