"""What every change of a practitioner's availability has in common."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from visavis.availability import queries, undo
from visavis.kit import audit, throttle
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.sql import Tx
from visavis.live.actions import hint_everyone
from visavis.practices.access import OfferingRow, load_own_practice

_HOUR = 3600


async def count_change(db: Db, actor: Actor) -> None:
    """Each change makes every open booking page look again. Raises TooManyRequestsError."""
    await throttle.count(db, "availability", actor.known_id, most=600, seconds=_HOUR)


@asynccontextmanager
async def changing(
    db: Db, actor: Actor, verb: str, now: datetime, details: dict[str, Any] | None = None
) -> AsyncIterator[Tx]:
    """The transaction of one change of the acting practitioner, by page or program, when it is not too often.

    Raises NoPracticeError, TooManyRequestsError.
    """
    await count_change(db, actor)
    async with counted_change(db, actor, verb, now, details) as tx:
        yield tx


@asynccontextmanager
async def counted_change(
    db: Db, actor: Actor, verb: str, now: datetime, details: dict[str, Any] | None = None
) -> AsyncIterator[Tx]:
    """The transaction of a change: alone, kept in the audit, told at its end. NoPracticeError without one."""
    async with db.transaction(actor) as tx:
        await load_own_practice(tx, actor)
        await queries.lock_practice.value(tx, actor.account_id)
        await undo.remember(tx, verb, now)
        yield tx
        practice_id = actor.known_id
        await audit.record(tx, actor, verb, ("practice", practice_id), [practice_id], details, now)
        await hint_everyone(tx, about=[f"slots:{practice_id}"])


def shortest(offerings: Sequence[OfferingRow]) -> int:
    """Minutes; as long as nothing is offered yet, a quarter of an hour."""
    return min((length for each in offerings for length in each.lengths_minutes), default=15)
