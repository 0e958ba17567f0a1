"""Refusals of card payments."""

from visavis.kit.errors import ConflictError
from visavis.kit.words import _


class NothingToPayError(ConflictError):
    type = "nothing-to-pay"
    title = _("There is nothing to pay by card here any more")


class NotYetBegunError(ConflictError):
    type = "not-yet-begun"
    title = _("Please begin with “Connect with Stripe”")
