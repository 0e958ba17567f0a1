"""Not too often: attempts counted in a window, by digests only, outside any transaction."""

import hashlib
import math
from ipaddress import IPv6Address, ip_address
from uuid import UUID

import msgspec

from visavis.kit.db import Db
from visavis.kit.errors import TooManyRequestsError
from visavis.kit.sql import Query, Statement
from visavis.kit.words import _


class Counted(msgspec.Struct, frozen=True):
    """How often it was tried in this window, and the seconds until the window ends."""

    attempts: int
    seconds_left: float


_count = Query(
    Counted,
    "Count one attempt under a key; a window that has ended begins anew.",
    """
    insert into rate_limit as r (key, window_ends_at, count) values ($1, now() + make_interval(secs => $2), 1)
    on conflict (key) do update set
        count = case when r.window_ends_at <= now() then 1 else r.count + 1 end,
        window_ends_at = case when r.window_ends_at <= now()
            then excluded.window_ends_at else r.window_ends_at end
    returning count as attempts, extract(epoch from window_ends_at - now())::float8 as seconds_left
    """,
)
_give_back = Statement(
    "Take one attempt back, because it was no misuse.",
    "update rate_limit set count = count - 1 where key = $1 and count > 0 and window_ends_at > now()",
)


async def count(db: Db, what: str, who: UUID | str, *, most: int, seconds: int) -> None:
    """Count an attempt at `what` by `who` (an account, an internet address, an e-mail address).

    Kept even when the exchange is refused later. Raises TooManyRequestsError with Retry-After from attempt
    `most` + 1 on, until the window of `seconds` ends.
    """
    record = await db.call(_count.sql, _key(what, who), float(seconds))
    counted = Counted(*record.values()) if record else Counted(0, 0.0)
    if counted.attempts > most:
        raise _too_many(max(1, math.ceil(counted.seconds_left)))


async def give_back(db: Db, what: str, who: UUID | str) -> None:
    """Undo one `count`: for limits on failures only."""
    await db.call(_give_back.sql, _key(what, who))


def _key(what: str, who: UUID | str) -> str:
    return hashlib.sha256(f"{what}\n{_network(str(who)).casefold()}".encode()).hexdigest()


def _network(who: str) -> str:
    """One home or server owns a whole /64 of IPv6, so it counts as one."""
    try:
        address = ip_address(who)
    except ValueError:
        return who
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return who if address.version == 4 else address.exploded[:19]


def _too_many(seconds: int) -> TooManyRequestsError:
    minutes = math.ceil(seconds / 60)
    if seconds <= 90:
        message = _("That was tried too often. Please wait {count} seconds and try again.").format(
            count=seconds
        )
    else:
        message = _("That was tried too often. Please wait {count} minutes and try again.").format(
            count=minutes
        )
    return TooManyRequestsError(
        message, extra={"retry_after": seconds}, headers={"retry-after": str(seconds)}
    )
