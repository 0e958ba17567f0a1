"""Who acts: passed explicitly to every action, rule and query that depends on it."""

from typing import Literal
from uuid import UUID

import msgspec


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """A person (or nobody, or the system) as seen by one exchange. `time_zone` is an IANA name; `unread`
    notifications and `messages` are counted to 100, `latest` is the number of the last notification; `volume`
    of their sounds is 0 to 100."""

    account_id: UUID | None = None
    name: str = ""
    time_zone: str = "UTC"
    locale: str = "en"
    is_client: bool = False
    is_practitioner: bool = False
    is_operator: bool = False
    sign_in_id: UUID | None = None
    via: Literal["none", "cookie", "key", "system"] = "none"
    address: str = ""
    unread: int = 0
    latest: int = 0
    volume: int = 0
    messages: int = 0

    @property
    def known_id(self) -> UUID:
        """The account's id, where the caller has already made sure that somebody is signed in."""
        if self.account_id is None:
            raise LookupError("no account acts here")
        return self.account_id


NOBODY = Actor()
SYSTEM = Actor(via="system", name="Visavis")
