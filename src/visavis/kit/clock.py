"""The one place that asks the system for the time."""

from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo, available_timezones


def utc_now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)


@cache
def zone(name: str) -> ZoneInfo:
    """The zone of an IANA name; KeyError-like ZoneInfoNotFoundError when unknown."""
    return ZoneInfo(name)


@cache
def zone_names() -> frozenset[str]:
    """Every IANA name a person may choose."""
    return frozenset(n for n in available_timezones() if "/" in n or n == "UTC") - {"localtime"}


def known_zone(name: str, otherwise: str = "UTC") -> str:
    """`name` if it is an IANA zone, else `otherwise`."""
    return name if name in zone_names() else otherwise
