"""What accounts refuse."""

from visavis.kit.errors import ConflictError, ForbiddenError
from visavis.kit.words import _


class UnconfirmedError(ForbiddenError):
    """The e-mail address must be confirmed first."""

    type = "address-not-confirmed"
    title = _("Please confirm your e-mail address first: we have sent you a link")


class LinkEndedError(ConflictError):
    """A link sent by e-mail was used, is too old, or never was."""

    type = "link-ended"
    title = _("This link does not work any more")


class NotWithAKeyError(ForbiddenError):
    """An account is looked after in the browser; an API key is for sessions and practice."""

    type = "not-with-a-key"
    title = _("An API key cannot look after the account itself; please use the browser")
