"""A practitioner who would approve what the client has too few credits for: the client hears of it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from uuid import UUID

from visavis.booking.access import load_session
from visavis.booking.rules import Status
from visavis.booking.stepping import announce
from visavis.credits.errors import NotEnoughCreditsError
from visavis.kit import audit, throttle
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import TooManyRequestsError

_AGAIN = 6 * 3600  # seconds


@asynccontextmanager
async def client_hears(db: Db, actor: Actor, session_id: UUID, now: datetime) -> AsyncIterator[None]:
    """Around a transaction that approves: undone for want of credits, it is told to the client, whose turn it
    is then. Not again for some hours. The refusal goes on to who approved."""
    try:
        yield
    except NotEnoughCreditsError as refused:
        if not refused.by_client:
            with suppress(TooManyRequestsError):
                await throttle.count(db, "lack of credits", session_id, most=1, seconds=_AGAIN)
                await _tell(db, actor, session_id, now)
        raise


async def _tell(db: Db, actor: Actor, session_id: UUID, now: datetime) -> None:
    async with db.transaction(actor) as tx:
        session = (await load_session(tx, actor, session_id)).session
        if session.status is Status.PENDING_APPROVAL:
            subject = ("session", session_id)
            event = await audit.record(tx, actor, "lack_credits", subject, session.people, at=now)
            await announce(tx, event, session)
