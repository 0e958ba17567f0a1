"""How an offering is asked for, approved, paid, moved and cancelled; and the presets to choose from."""

from datetime import timedelta
from typing import Literal

import msgspec

from visavis.kit.words import _

MOST_CREDITS = 1000  # of one session


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """How an offering is asked for, approved, paid, moved and cancelled; copied onto each session when it is
    made.

    `booking` is how clients ask: they choose a free slot, send a request with a free wish, or wait until the
    practitioner proposes a session. `credits` is what one session takes when it is paid by credits.
    """

    preset: str
    approval: Literal["required", "automatic"]
    payment: Literal["none", "transfer", "credits", "card"]
    other_way: Literal["none", "transfer", "card"] = "none"  # to pay the same, when the client would rather
    booking: Literal["slots", "request", "proposal"] = "slots"
    credits: int = 1
    approve_within_hours: int = 48
    instant_within_minutes: int = 15  # to approve a session that begins at once
    pay_within_hours: int = 24
    pay_within_minutes: int = 15  # where it is booked and paid by card in one go
    cancel_until_hours: int = 0  # cancelling later than this before the start is late; 0: never late
    credits_back: Literal["in_time", "always"] = "in_time"  # of what the client cancels
    cancel_fee_percent: int = 0  # of what was paid, kept when the client cancels in time
    late_fee_percent: int = 100  # and late
    reschedule: Literal["agreed", "at_once"] = "agreed"  # at once: the client's own moves, in time
    reschedule_until_hours: int = 24  # moves later than this before the start must be agreed

    @property
    def credits_taken(self) -> int:
        """What approval takes from the client, in credits."""
        return self.credits if self.payment == "credits" else 0

    @property
    def takes_money(self) -> bool:
        """Whether a price is paid through Visavis."""
        return self.payment in ("transfer", "card")

    def takes(self, way: Literal["transfer", "card"]) -> bool:
        """Whether clients can pay a price in this way."""
        return self.takes_money and way in (self.payment, self.other_way)

    @property
    def pay_within(self) -> timedelta:
        """From the approval: minutes where a card is at hand, hours where it may take longer."""
        at_once = self.payment == "card" and self.approval == "automatic" and not self.takes("transfer")
        return (
            timedelta(minutes=self.pay_within_minutes) if at_once else timedelta(hours=self.pay_within_hours)
        )

    def price_of(self, minor: int) -> int:
        """What is to pay in money where this is the usual price: nothing where credits are taken."""
        return 0 if self.payment == "credits" else minor


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
            key="accept_or_decline",
            name=_("Accept or decline"),
            summary=_("You accept each request, and it is certain. You settle elsewhere what is paid."),
            policy=Policy(preset="accept_or_decline", approval="required", payment="none"),
        ),
        Preset(
            key="nothing_to_pay",
            name=_("Book, nothing to pay"),
            summary=_(
                "The session is confirmed at once. Good for free first talks, or when you bill elsewhere."
            ),
            policy=Policy(preset="nothing_to_pay", approval="automatic", payment="none"),
        ),
        Preset(
            key="book_and_pay_by_card",
            name=_("Book and pay by card"),
            summary=_(
                "Clients choose a time and pay by card at once, and it is certain. Unpaid, it is free again."
            ),
            policy=Policy(preset="book_and_pay_by_card", approval="automatic", payment="card"),
        ),
        Preset(
            key="practitioner_proposes",
            name=_("Practitioner proposes, credits"),
            summary=_("You propose each session. The client approves it, and that takes credits."),
            policy=Policy(
                preset="practitioner_proposes", approval="required", payment="credits", booking="proposal"
            ),
        ),
        Preset(
            key="request_to_mentor",
            name=_("Request to a mentor"),
            summary=_("People write what they would like to talk about. You accept, and agree on a time."),
            policy=Policy(preset="request_to_mentor", approval="required", payment="none", booking="request"),
        ),
    )
}
