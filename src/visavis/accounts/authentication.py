"""Who somebody is: what is kept of a token, what its cookie is called, and that nobody is not enough."""

import hashlib

from visavis.kit.actor import Actor
from visavis.kit.errors import SignInRequiredError


def digest(token: str) -> bytes:
    """What is kept of a random token; it has 256 bits, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).digest()


def cookie_name(secure: bool) -> str:
    """The __Host- prefix needs https."""
    return "__Host-visavis" if secure else "visavis"


def require_account(actor: Actor) -> Actor:
    """The actor, when somebody is signed in; SignInRequiredError otherwise."""
    if actor.account_id is None:
        raise SignInRequiredError
    return actor
