"""Names of rooms: the same for a session whenever it is asked, and nobody can guess one."""

import hmac
from base64 import b32encode
from uuid import UUID

_LENGTH = 24
"""Characters of five bits. Daily.co once allowed 41 with the domain's; Jitsi knows no capital letters."""


def room_name(secret: bytes, session_id: UUID) -> str:
    """Small letters and digits that only this installation can make of the session's id."""
    mark = hmac.digest(secret, b"visavis video room 1 " + session_id.bytes, "sha256")
    return b32encode(mark).decode().lower()[:_LENGTH]
