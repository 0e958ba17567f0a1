"""Sessions that are asked for without a slot."""

from datetime import datetime

import msgspec
from litestar import post
from litestar.handlers import HTTPRouteHandler

from visavis.api.problems import problems
from visavis.api.shapes.bodies import NewRequest
from visavis.api.shapes.sessions import Session, session_of
from visavis.booking.requesting import Request, ask_session
from visavis.booking.taking import SeenPrice
from visavis.booking.wishes import FreeWish
from visavis.kit.actor import Actor
from visavis.kit.db import Db


@post(
    "/sessions/requests",
    operation_id="askForSession",
    summary="Ask for a session without choosing a time",
    tags=["Sessions"],
    responses=problems(403, 404, 409, 413),
)
async def ask(db: Db, actor: Actor, now: datetime, data: NewRequest) -> Session:
    """As client, where the offering takes requests. The session has no time yet (`starts_at` is null); the
    practitioner answers with `approve`, which may give it one, or `decline`. Without an offering it is the
    first that takes requests, without a length its shortest."""
    seen = data.seen_price
    request = Request(
        practitioner_id=data.practitioner_id,
        topic=data.topic,
        message=data.message,
        offering_id=data.offering_id,
        length_minutes=data.length_minutes,
        wish=FreeWish(data.wished_on, data.wished_at),
        answers=data.answers,
        seen=None if seen is None else SeenPrice(**msgspec.structs.asdict(seen)),
    )
    return session_of(await ask_session(db, actor, request, now), now)


ROUTES: list[HTTPRouteHandler] = [ask]
