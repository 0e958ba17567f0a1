"""Sessions that a practitioner makes and the client approves: the same actions as on the pages."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar import get, post
from litestar.handlers import HTTPRouteHandler
from msgspec import Meta

from visavis.api.problems import problems
from visavis.api.routes.sessions import in_utc
from visavis.api.shapes.bodies import Asked, Instant, Minutes
from visavis.api.shapes.sessions import Session, session_of
from visavis.booking import actions
from visavis.booking.access import load_waiting
from visavis.booking.creating import create_session
from visavis.booking.plans import MOST_MESSAGE, MOST_NAME, Plan
from visavis.booking.policies import MOST_CREDITS
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError
from visavis.kit.words import _
from visavis.practices.access import OfferingRow, load_offerings, load_own_practice
from visavis.practices.rules import MOST_MINOR

_NAMES = {"email": "client_email", "length": "length_minutes", "price": "price_minor", "pay": "credits"}


class NewProposal(Asked, frozen=True, kw_only=True):
    """A practitioner's wish. What is left out is as the offering says; the status is never given."""

    client_id: Annotated[UUID | None, Meta(description="One of your clients")] = None
    client_email: (
        Annotated[str, Meta(max_length=254, description="Exactly the address of who is not your client yet")]
        | None
    ) = None
    offering_id: Annotated[UUID | None, Meta(description="Whose terms; else your first offering")] = None
    instant: Annotated[bool, Meta(description="Without a time: it begins when the client approves")] = False
    starts_at: Annotated[Instant | None, Meta(description="Any free time of yours, offered or not")] = None
    length_minutes: Annotated[Minutes | None, Meta(description="Else the first length offered")] = None
    name: Annotated[str, Meta(max_length=MOST_NAME, description="What to call it")] = ""
    price_minor: Annotated[int, Meta(ge=0, le=MOST_MINOR, description="0: nothing to pay")] | None = None
    credits: Annotated[int, Meta(ge=0, le=MOST_CREDITS, description="In place of a price")] | None = None
    message: Annotated[str, Meta(max_length=MOST_MESSAGE, description="For the client")] = ""


class ApprovedSession(Asked, frozen=True, kw_only=True):
    session_id: UUID
    starts_at: Annotated[
        Instant | None,
        Meta(description="The time that you showed: when it is another one now, nobody has agreed (409)"),
    ] = None


@post(
    "/therapist/create-custom-session",
    operation_id="createCustomSession",
    summary="Propose a session to a client",
    tags=["Sessions"],
    responses=problems(403, 404, 409, 413),
)
async def create(db: Db, actor: Actor, now: datetime, data: NewProposal) -> Session:
    """For practitioners: the session waits until its client approves it, and takes nothing before.

    In the way of another session of one of you: 409 slot-taken, with your nearest free starts in
    `alternatives`. An instant session needs no link and no time: it begins with the approval, within the
    minutes of the offering's policy.
    """
    if data.instant is not (data.starts_at is None):
        raise InvalidInputError(
            fields={"starts_at": _("Please give a start, or make it instant: one of them.")}
        )
    if (data.client_id is None) is (data.client_email is None):
        raise InvalidInputError(fields={"client_id": _("Please give the client's id, or the address.")})
    async with db.transaction(actor) as tx:
        practice = await load_own_practice(tx, actor)
        offering = _offering(await load_offerings(tx, practice.practitioner_id), data)
    plan = Plan(
        offering_id=offering.id,
        length_minutes=data.length_minutes or offering.lengths_minutes[0],
        client_id=data.client_id,
        email=(data.client_email or "").strip(),
        starts_at=in_utc(data.starts_at) if data.starts_at else None,
        name=" ".join(data.name.split()),
        price_minor=data.price_minor,
        credits=data.credits,
        message=data.message.strip(),
    )
    try:
        return session_of(await create_session(db, actor, plan, now), now)
    except InvalidInputError as refused:
        refused.fields = {_NAMES.get(name, name): words for name, words in refused.fields.items()}
        raise


def _offering(offered: list[OfferingRow], data: NewProposal) -> OfferingRow:
    """The one named, or the first."""
    found = next((each for each in offered if data.offering_id in (None, each.id)), None)
    if found is None:
        raise InvalidInputError(fields={"offering_id": _("Please choose one of your offerings.")})
    return found


@get(
    "/sessions/pending",
    operation_id="listPendingSessions",
    summary="What waits for your approval",
    tags=["Approval"],
    responses=problems(),
)
async def pending(db: Db, actor: Actor, now: datetime) -> list[Session]:
    """On either side: what clients ask of you, and what practitioners propose to you; instant ones first."""
    async with db.transaction(actor) as tx:
        return [session_of(seat, now) for seat in await load_waiting(tx, actor, now)]


@post(
    "/sessions/approve",
    operation_id="approveSession",
    summary="Approve a session",
    tags=["Approval"],
    status_code=200,
    responses=problems(403, 404, 409, 413),
)
async def approve(db: Db, actor: Actor, now: datetime, data: ApprovedSession) -> Session:
    """For the side that did not make it. Credits are taken with it or nothing happens; an instant session
    has begun."""
    seen = in_utc(data.starts_at) if data.starts_at else None
    return session_of(await actions.approve(db, actor, data.session_id, now, seen=seen), now)


CHANGES: list[HTTPRouteHandler] = [create, approve]
READS: list[HTTPRouteHandler] = [pending]
