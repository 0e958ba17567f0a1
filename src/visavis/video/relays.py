"""The servers that help two browsers to find each other, and what opens them for a while. Pure.

TURN credentials are those of coturn's REST interface (draft-uberti-behave-turn-rest-00): the name says when
they expire and whose they are, the password is an HMAC of it; nothing is kept, and nobody else can make one.
"""

import base64
import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import msgspec

from visavis.settings import Settings

GOOD_FOR = timedelta(minutes=15)
"""A page asks for new ones before; who signs out, or whose session is called off, gets none."""

Helped = Literal["relay", "address", "no"]
"""Whether a call gets through everywhere, through most home routers, or in one network only."""
Hidden = Literal["always", "choice", "never"]
"""Whether the two learn each other's internet address: never, unless they choose so, or always."""


def helped(settings: Settings) -> Helped:
    """How far calls reach with the servers of this installation."""
    if settings.turn_servers:
        return "relay"
    return "address" if settings.stun_servers else "no"


def hidden(settings: Settings) -> Hidden:
    """Only a relay can stand between the two."""
    if not settings.turn_servers:
        return "never"
    return "always" if settings.calls_relayed else "choice"


class IceServer(msgspec.Struct, frozen=True, omit_defaults=True):
    """One entry of RTCPeerConnection's `iceServers`."""

    urls: list[str]
    username: str = ""
    credential: str = ""


def servers_for(settings: Settings, account_id: UUID, now: datetime, *, relay: bool) -> list[IceServer]:
    """What a browser of `account_id` may use for a quarter of an hour; a `relay` when the two are agreed."""
    found = [IceServer(settings.stun_servers)] if settings.stun_servers else []
    if relay and settings.turn_servers and settings.turn_secret:
        secret = settings.turn_secret.get_secret_value()
        username, credential = credential_for(secret, account_id, now + GOOD_FOR)
        found.append(IceServer(settings.turn_servers, username, credential))
    return found


def credential_for(secret: str, account_id: UUID, expires_at: datetime) -> tuple[str, str]:
    """Name and password for a TURN server that knows `secret`, good until `expires_at`."""
    username = f"{int(expires_at.timestamp())}:{account_id}"
    digest = hmac.new(secret.encode(), username.encode(), hashlib.sha1)
    return username, base64.b64encode(digest.digest()).decode()
