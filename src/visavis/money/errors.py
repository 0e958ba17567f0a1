"""Refusals of money."""

from visavis.kit.errors import ConflictError
from visavis.kit.words import _


class RefundSentError(ConflictError):
    type = "refund-sent"
    title = _("This refund is marked as sent already")


class TransferAnsweredError(ConflictError):
    type = "transfer-answered"
    title = _("This has been said already")


class PayoutDecidedError(ConflictError):
    type = "payout-decided"
    title = _("This payout has been decided already")


class NothingToPayOutError(ConflictError):
    type = "nothing-to-pay-out"
    title = _("Nobody has that much to be paid out now")
