"""On which side a page is."""

from visavis.accounts.authentication import require_account
from visavis.booking.views import Side
from visavis.kit.actor import Actor
from visavis.kit.errors import ForbiddenError, NotFoundError
from visavis.kit.words import _


def side_of(side: str, actor: Actor) -> Side:
    """The side, when it is one and the actor's; SignInRequiredError, ForbiddenError, NotFoundError."""
    require_account(actor)
    if side == "practitioner":
        if not actor.is_practitioner:
            raise ForbiddenError(_("This side is for practitioners."))
        return "practitioner"
    if side != "client":
        raise NotFoundError
    return "client"


def own_side(actor: Actor) -> Side:
    """Where the account works."""
    return "practitioner" if require_account(actor).is_practitioner else "client"
