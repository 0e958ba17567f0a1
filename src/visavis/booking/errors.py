"""Refusals of booking."""

from collections.abc import Sequence
from datetime import datetime

from visavis.kit.errors import ConflictError, InvalidInputError
from visavis.kit.words import _


class SlotTakenError(ConflictError):
    """Somebody was faster, or the time is not offered; `alternatives` are the nearest free starts, UTC."""

    type = "slot-taken"
    title = _("This time is no longer free")

    def __init__(self, message: str, alternatives: Sequence[datetime]) -> None:
        super().__init__(message, extra={"alternatives": [start.isoformat() for start in alternatives]})
        self.alternatives = list(alternatives)


class TimeNotOfferedError(InvalidInputError):
    type = "time-not-offered"
    title = _("This time is not offered")


class FeedbackGivenError(ConflictError):
    type = "feedback-given"
    title = _("You have already given feedback on this session")


class PriceChangedError(ConflictError):
    """The price is not the one that was shown; `minor`, `currency` and `credits` are the present ones."""

    type = "price-changed"
    title = _("The price has changed")

    def __init__(self, message: str, minor: int, currency: str, taken: int) -> None:
        super().__init__(message, extra={"price": {"minor": minor, "currency": currency}, "credits": taken})
