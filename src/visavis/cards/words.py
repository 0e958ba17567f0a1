"""Why a card was not charged, as its holder reads it. Pure."""

from visavis.kit.words import _

SENTENCES = {
    "insufficient_funds": _("Your bank says that there is not enough money on this card."),
    "expired_card": _("This card has expired."),
    "wrong_expiry": _("Please check until when the card is valid."),
    "wrong_number": _("Please check the number of the card."),
    "wrong_code": _("Please check the security code of the card."),
    "authentication": _("Your bank could not confirm that it is you."),
    "not_supported": _("This card cannot be used for this payment."),
    "limit": _("The card has reached its limit."),
    "later": _("Your bank could not answer just now. Please try again in a moment."),
    "declined": _("Your bank has declined the card. It can tell you why."),
}


def why(failure: str | None) -> str:
    """The sentence for a failure's code; '' where nothing failed."""
    return SENTENCES.get(failure, SENTENCES["declined"]) if failure else ""
