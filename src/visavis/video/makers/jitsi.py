"""Jitsi Meet, on a server of one's own or a public one: the room is its name, which nobody can guess.

Where the server asks for tokens, each person gets one of their own: HS256 (RFC 7515) over the claims that
Prosody's module for tokens reads (lib-jitsi-meet, doc/tokens.md).
"""

import hmac
from base64 import urlsafe_b64encode
from typing import Any, ClassVar
from urllib.parse import urlsplit

import msgspec

from visavis.settings import Settings
from visavis.video.makers.interface import Kind, Made, Meeting, Person
from visavis.video.makers.naming import room_name

_AUDIENCE = "jitsi"


class Jitsi:
    """`url` is the server, with the tenant as its path where there are several."""

    kind: ClassVar[Kind] = "jitsi"

    def __init__(self, url: str, app_id: str, secret: str, names: bytes) -> None:
        parts = urlsplit(url)
        self.goes_to = f"{parts.scheme}://{parts.netloc}"
        self._url, self._app_id, self._secret, self._names = url, app_id, secret, names
        self._domain = (parts.path.strip("/") or parts.hostname or "").lower()

    @classmethod
    def of(cls, settings: Settings) -> "Jitsi | None":
        """The server of the settings, if they name one."""
        if settings.jitsi_url is None:
            return None
        secret = settings.jitsi_secret.get_secret_value() if settings.jitsi_secret else ""
        return cls(settings.jitsi_url, settings.jitsi_app_id or "", secret, settings.secret_key)

    async def make(self, meeting: Meeting) -> Made:
        """Nothing is asked of the server: the room begins with who comes first."""
        name = room_name(self._names, meeting.session_id)
        return Made(
            name=name, url=f"{self._url}/{name}", opens_at=meeting.opens_at, closes_at=meeting.closes_at
        )

    async def link(self, room: Made, person: Person) -> str:
        """Where the server knows no tokens, whoever has the link comes in."""
        if not self._secret:
            return room.url
        return f"{room.url}?jwt={_signed(self._claims(room, person), self._secret)}"

    async def close(self, _room: Made) -> None:
        """The room ends with who leaves last, and the tokens with the meeting."""

    def _claims(self, room: Made, person: Person) -> dict[str, Any]:
        user = {
            "name": person.name,
            # Words, because what is no text once broke the server's reading of a user.
            "moderator": "true" if person.leads else "false",
            "affiliation": "owner" if person.leads else "member",
        }
        return {
            "aud": _AUDIENCE,
            "iss": self._app_id,
            "sub": self._domain,
            "room": room.name,
            "nbf": int(room.opens_at.timestamp()),
            "exp": int(room.closes_at.timestamp()),
            "context": {"user": user},
        }


def _signed(claims: dict[str, Any], secret: str) -> str:
    head = {"alg": "HS256", "typ": "JWT"}
    said = b".".join(_base64(msgspec.json.encode(part)) for part in (head, claims))
    return (said + b"." + _base64(hmac.digest(secret.encode(), said, "sha256"))).decode()


def _base64(data: bytes) -> bytes:
    return urlsafe_b64encode(data).rstrip(b"=")
