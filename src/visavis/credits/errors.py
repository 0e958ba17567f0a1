"""Refusals of credits."""

from uuid import UUID

from visavis.kit.errors import ConflictError
from visavis.kit.words import _


class NotEnoughCreditsError(ConflictError):
    """A session costs more than its client has: nothing was taken, and the session is as it was.

    `missing` and `balance` are credits, for the client alone: what else they have is no practitioner's
    business. `get_more` is where the client gets more, empty for anybody else.
    `session_id` is the session that waits, none where it was not even made: then the packages of the
    practitioner are where it leads, whom a first client has not met in any other way.
    """

    type = "not-enough-credits"
    title = _("There are too few credits")

    def __init__(
        self, missing: int, balance: int, session_id: UUID | None, practitioner_id: UUID, *, by_client: bool
    ) -> None:
        self.missing, self.balance, self.by_client = missing, balance, by_client
        what = f"session={session_id}" if session_id else f"practitioner={practitioner_id}"
        self.get_more = f"/credits?{what}" if by_client else ""
        super().__init__(
            _sentence(session_id, by_client).format(
                needed=missing + balance, balance=balance, missing=missing
            ),
            extra={"missing": missing, "balance": balance, "get_more": self.get_more} if by_client else {},
        )


def _sentence(session_id: UUID | None, by_client: bool) -> str:
    if not by_client:
        return _("It takes {needed} credits, and the client has too few. It still waits, and they are told.")
    if session_id is None:
        return _("It takes {needed} credits, and you have {balance}: {missing} missing. Nothing was booked.")
    return _("It takes {needed} credits, and you have {balance}: {missing} missing. It waits for you.")


class PackageGoneError(ConflictError):
    type = "package-gone"
    title = _("This package is not sold any more")


class PurchaseMovedError(ConflictError):
    type = "purchase-moved"
    title = _("This purchase has moved on")


class CreditsMovedError(ConflictError):
    type = "credits-moved"
    title = _("It is not so many credits any more. Please look again")
