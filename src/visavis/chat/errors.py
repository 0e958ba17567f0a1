"""What can keep a message from being said."""

from visavis.kit.errors import ConflictError, ForbiddenError
from visavis.kit.words import _


class BlockedError(ForbiddenError):
    """One of the two has blocked the other: nobody writes until that is taken back, and who is blocked does
    not learn by whom."""

    type = "conversation-closed"
    title = _("You cannot write to each other at the moment")


class EditTooLateError(ConflictError):
    type = "edit-too-late"
    title = _("A message can be changed for five minutes, and that time is over")


class MessageGoneError(ConflictError):
    type = "message-deleted"
    title = _("This message was deleted")


class MessageIdReusedError(ConflictError):
    """The id that the sender's page made up belongs to another message."""

    type = "message-id-reused"
    title = _("Another message was sent under this id")
