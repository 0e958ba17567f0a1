"""What a page knows: by the numbers that the database gives its transactions, sealed: nobody counts them.

A page whose first statement saw every transaction below a number as ended shows all that those have changed;
whatever it lacks has that number or a higher one. Clocks only tell whether the numbers are those of the same
life of the database: one that comes back from a crash, a backup or on another machine may give some again.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import NamedTuple, Self

from visavis.kit.sealing import Keyring, Sealed, SealedAwayError

_AT = "extract(epoch from statement_timestamp())::text"
KNOWN = f"{_AT} || ' ' || pg_snapshot_xmin(pg_current_snapshot())"
"""SQL, of a page's first statement: every transaction with a lower number had ended."""
BEGUN = f"{_AT} || ' ' || pg_snapshot_xmax(pg_current_snapshot())"
"""SQL: no transaction with this number or a higher one had begun."""


class AsOf(NamedTuple):
    """A number of transactions, and when it was so (seconds since the epoch, by the database's clock)."""

    at: float
    number: int

    @classmethod
    def read(cls, words: str) -> Self:
        """What KNOWN or BEGUN gave. Raises ValueError."""
        at, number = words.split()
        return cls(float(at), int(number))


def sealed(keys: Keyring, account: str, words: str) -> str:
    """What KNOWN gave, for a page of this account to keep."""
    return urlsafe_b64encode(keys.seal(words.encode(), account).data).decode()


def opened(keys: Keyring, account: str, mark: str) -> AsOf | None:
    """What a page of this account knows; None when it does not say so in our words."""
    try:
        return AsOf.read(keys.open(Sealed(keys.key_id, urlsafe_b64decode(mark)), account).decode())
    except (SealedAwayError, ValueError):
        return None
