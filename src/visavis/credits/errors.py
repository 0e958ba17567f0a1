"""Refusals of credits."""

from uuid import UUID

from visavis.kit.errors import ConflictError
from visavis.kit.words import _


class NotEnoughCreditsError(ConflictError):
    """A session costs more than its client has: nothing was taken, nothing was approved.

    `missing` and `balance` are credits; `get_more` is where the client gets more, empty for anybody else.
    """

    type = "not-enough-credits"
    title = _("There are too few credits")

    def __init__(self, missing: int, balance: int, session_id: UUID, *, by_client: bool) -> None:
        sentence = (
            _("It takes {needed} credits, and you have {balance}: {missing} missing. It waits for you.")
            if by_client
            else _("It takes {needed} credits, and the client has {balance}: {missing} missing.")
        )
        self.missing, self.balance = missing, balance
        self.get_more = f"/credits?session={session_id}" if by_client else ""
        super().__init__(
            sentence.format(needed=missing + balance, balance=balance, missing=missing),
            extra={"missing": missing, "balance": balance}
            | ({"get_more": self.get_more} if by_client else {}),
        )


class PackageGoneError(ConflictError):
    type = "package-gone"
    title = _("This package is not sold any more")


class PurchaseMovedError(ConflictError):
    type = "purchase-moved"
    title = _("This purchase has moved on")
