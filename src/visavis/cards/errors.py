"""Refusals of card payments."""

from visavis.kit.errors import ConflictError, UnavailableError
from visavis.kit.words import _


class NothingToPayError(ConflictError):
    type = "nothing-to-pay"
    title = _("There is nothing to pay by card here any more")


class NoCardsError(UnavailableError):
    type = "no-cards"
    title = _("Cards are not taken here at the moment. Please pay in another way")


class NotYetBegunError(ConflictError):
    type = "not-yet-begun"
    title = _("Please begin with “Connect with Stripe”")
