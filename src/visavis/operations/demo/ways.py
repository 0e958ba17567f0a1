"""The other ways of working in a demonstration: an offering for each, and sessions that have no time yet."""

from datetime import date, datetime, timedelta
from datetime import time as clock
from uuid import UUID

import msgspec

from visavis.booking import actions
from visavis.booking.access import load_offer
from visavis.booking.inserting import NewSession, insert_session, sold
from visavis.booking.policies import PRESETS
from visavis.kit import audit
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.sql import Tx
from visavis.notifications.actions import tell
from visavis.operations.demo import queries
from visavis.operations.demo.people import (
    EMMA,
    GRACE,
    KENJI,
    LENA,
    NOAH,
    SARAH,
    DemoPerson,
    DemoPractitioner,
)


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """One more offering, by another preset."""

    practitioner: DemoPractitioner
    name: str
    description: str
    preset: str
    lengths: list[int]


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """A request without a time: waiting, or accepted with an answer."""

    client: DemoPerson
    way: Way
    topic: str
    notes: str
    wished: int | None = None  # days from today
    answer: str = ""


MENTORING = Way(
    practitioner=LENA,
    name="Mentoring hour",
    description="Tell me what you are working on. We find a time together.",
    preset="request_to_mentor",
    lengths=[60],
)
SUPERVISION = Way(
    practitioner=SARAH,
    name="Supervision",
    description="For colleagues: bring a case that does not let go of you.",
    preset="request_to_mentor",
    lengths=[50],
)
WAYS = (
    MENTORING,
    SUPERVISION,
    Way(
        practitioner=KENJI,
        name="Consultation",
        description="A second opinion, for colleagues too.",
        preset="accept_or_decline",
        lengths=[50],
    ),
)
REQUESTS = (
    Request(
        client=EMMA,
        way=MENTORING,
        topic="Leading a team for the first time",
        notes="I start in May and would like to be less afraid of the first weeks.",
        wished=6,
    ),
    Request(
        client=NOAH,
        way=MENTORING,
        topic="Changing fields at forty",
        notes="",
        answer="Gladly! Shall we look for a morning next week?",
    ),
    Request(
        client=NOAH,
        way=SUPERVISION,
        topic="When a client says nothing at all",
        notes="I would be glad of an hour before the holidays.",
        wished=12,
    ),
    Request(
        client=GRACE,
        way=MENTORING,
        topic="Saying no without hurting anybody",
        notes="Evenings would be best.",
    ),
)
_HOUR = timedelta(hours=1)


async def add_ways(tx: Tx, actors: dict[str, Actor]) -> dict[str, UUID]:
    """The offerings, by name."""
    return {
        way.name: await queries.insert_offering.value(
            tx,
            actors[way.practitioner.name].known_id,
            way.name,
            way.description,
            way.lengths,
            "rate",
            None,
            msgspec.to_builtins(PRESETS[way.preset].policy),
            position,
        )
        for position, way in enumerate(WAYS, start=3)
    }


async def ask(
    db: Db, tx: Tx, actors: dict[str, Actor], offerings: dict[str, UUID], request: Request, now: datetime
) -> None:
    """The request, five hours ago; and its answer, where it has one."""
    client, mentor = actors[request.client.name], actors[request.way.practitioner.name]
    asked_at = now - 5 * _HOUR
    made = NewSession(
        sold=sold(await load_offer(tx, offerings[request.way.name]), request.way.lengths[0]),
        client_id=client.known_id,
        created_by="client",
        length_minutes=request.way.lengths[0],
        topic=request.topic,
        notes=request.notes,
        wished_on=_wished(request, now),
        wished_at=clock(18) if request.wished else None,
    )
    session_id = await insert_session(tx, made, asked_at)
    if session_id is None:
        raise LookupError("a session without a time stands in nobody's way")
    people = [mentor.known_id, client.known_id]
    event = await audit.record(tx, client, "book", ("session", session_id), people, at=asked_at)
    await tell(tx, event)
    if request.answer:
        await actions.approve(db, mentor, session_id, asked_at + _HOUR, answer=request.answer)


def _wished(request: Request, now: datetime) -> date | None:
    return None if request.wished is None else now.date() + timedelta(days=request.wished)
