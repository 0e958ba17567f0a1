"""Another time for a session, proposed and answered."""

from datetime import datetime
from uuid import UUID

from litestar import post, put
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from visavis.api.routes.sessions import in_utc
from visavis.api.routes.steps import STEP, SeenTime
from visavis.api.shapes.bodies import Answered, NewTime
from visavis.api.shapes.sessions import Session, session_of
from visavis.booking.rescheduling import answer_time, propose_time, withdraw_time
from visavis.kit.actor import Actor
from visavis.kit.db import Db

_TAGS = ["Sessions"]


@post(
    "/sessions/{session_id:uuid}/reschedule",
    operation_id="proposeTime",
    summary="Propose another time, or move at once",
    tags=_TAGS,
    **STEP,
)
async def propose(db: Db, actor: Actor, now: datetime, session_id: FromPath[UUID], data: NewTime) -> Session:
    """Either side proposes one of the free times; it is kept until the other answers, in `reschedule`. Moved
    at once: one's own request that nobody approved yet; and, where the policy allows, by the client."""
    starts_at = in_utc(data.starts_at)
    return session_of(await propose_time(db, actor, session_id, starts_at, data.message, now), now)


@put(
    "/sessions/{session_id:uuid}/reschedule/accept",
    operation_id="acceptTime",
    summary="Agree to the proposed time",
    tags=_TAGS,
    **STEP,
)
async def accept(
    db: Db, actor: Actor, now: datetime, session_id: FromPath[UUID], starts_at: SeenTime = None
) -> Session:
    """For the side that did not propose it: the session moves, and its old time is free at once."""
    return session_of(await answer_time(db, actor, session_id, True, now, seen=starts_at), now)


@put(
    "/sessions/{session_id:uuid}/reschedule/decline",
    operation_id="declineTime",
    summary="Keep the time it has",
    tags=_TAGS,
    **STEP,
)
async def decline(db: Db, actor: Actor, now: datetime, session_id: FromPath[UUID], data: Answered) -> Session:
    """For the side that did not propose the other time."""
    return session_of(await answer_time(db, actor, session_id, False, now, data.reason), now)


@put(
    "/sessions/{session_id:uuid}/reschedule/withdraw",
    operation_id="withdrawTime",
    summary="Take back the proposed time",
    tags=_TAGS,
    **STEP,
)
async def withdraw(db: Db, actor: Actor, now: datetime, session_id: FromPath[UUID]) -> Session:
    """For the side that proposed it."""
    return session_of(await withdraw_time(db, actor, session_id, now), now)


ROUTES: list[HTTPRouteHandler] = [propose, accept, decline, withdraw]
