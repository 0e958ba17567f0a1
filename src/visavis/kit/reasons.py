"""Why somebody says no: a few words that the other person reads."""

from visavis.kit.errors import InvalidInputError
from visavis.kit.words import _

MOST_REASON = 1000  # characters


def checked_reason(reason: str, needed: bool) -> str:
    """Trimmed; InvalidInputError on `reason` when it is needed and empty, or too long."""
    reason = reason.strip()
    if needed and not reason:
        raise InvalidInputError(fields={"reason": _("Please say why, in a few kind words.")})
    if len(reason) > MOST_REASON:
        raise InvalidInputError(fields={"reason": _("Please keep this to 1000 characters.")})
    return reason
