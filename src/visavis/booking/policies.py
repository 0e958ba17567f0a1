"""How an offering is approved, paid, moved and cancelled; and the presets that practitioners choose from."""

from typing import Literal

import msgspec

from visavis.kit.words import _


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """How an offering is approved, paid, moved and cancelled; copied onto each session when it is made."""

    preset: str
    approval: Literal["required", "automatic"]
    payment: Literal["none", "transfer"]
    approve_within_hours: int = 48
    pay_within_hours: int = 24
    cancel_until_hours: int = 0  # cancelling later than this before the start is late; 0: never late
    reschedule: Literal["agreed", "at_once"] = "agreed"  # at once: the client's own moves, in time
    reschedule_until_hours: int = 24  # moves later than this before the start must be agreed


class Preset(msgspec.Struct, frozen=True, kw_only=True):
    """A ready policy, as practitioners choose it."""

    key: str
    name: str
    summary: str
    policy: Policy


PRESETS: dict[str, Preset] = {
    preset.key: preset
    for preset in (
        Preset(
            key="approve_then_transfer",
            name=_("Approve, then transfer"),
            summary=_(
                "You approve each request. The client then pays by bank transfer and shows you the proof."
            ),
            policy=Policy(preset="approve_then_transfer", approval="required", payment="transfer"),
        ),
        Preset(
            key="nothing_to_pay",
            name=_("Book, nothing to pay"),
            summary=_(
                "The session is confirmed at once. Good for free first talks, or when you bill elsewhere."
            ),
            policy=Policy(preset="nothing_to_pay", approval="automatic", payment="none"),
        ),
    )
}
