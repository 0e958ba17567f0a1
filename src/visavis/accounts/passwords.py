"""Argon2id, never in the event loop, and never quicker for an address that nobody has."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# One of the equivalent settings of the OWASP Password Storage Cheat Sheet; 46 MiB for each running hash.
_hasher = PasswordHasher(time_cost=1, memory_cost=47104, parallelism=1)
_turns = ThreadPoolExecutor(2, "passwords")  # so hashing never takes all of a machine
# Of a random word that was thrown away; made by the settings above, so that it costs as much to check.
_NOBODYS = "$argon2id$v=19$m=47104,t=1,p=1$r0Hv+EnkixgeT4xGyhWIqA$wTtQM7R6oLS3a3ZVECnKOk9ReORi5hiRhrweQXBy7HQ"


async def hashed(password: str) -> str:
    """What is stored of a password."""
    return await asyncio.get_running_loop().run_in_executor(_turns, _hasher.hash, password)


async def matches(stored: str | None, password: str) -> bool:
    """Whether this is the password; False, after the same work, when there is no account or it has none."""
    return await asyncio.get_running_loop().run_in_executor(_turns, _verify, stored, password)


def is_outdated(stored: str) -> bool:
    """Whether it was hashed with other settings than today's."""
    return _hasher.check_needs_rehash(stored)


def _verify(stored: str | None, password: str) -> bool:
    try:
        return _hasher.verify(stored or _NOBODYS, password) and stored is not None
    except (VerificationError, InvalidHashError):
        return False
