"""The caller's sessions under the names of a table of client sessions; the same actions as everywhere."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar import get, patch, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, QueryParameter

from visavis.api.problems import problems
from visavis.api.routes.sessions import in_utc
from visavis.api.routes.steps import STEP
from visavis.api.shapes.client_sessions import (
    ClientSession,
    ClientSessionChange,
    NewClientSession,
    client_session_of,
)
from visavis.booking import actions
from visavis.booking.access import Seat, load_mine, load_session
from visavis.booking.course import after_approval
from visavis.booking.rules import STEPS, Status, Verb, WrongStateError, wrong_state
from visavis.booking.taking import Wish, book_slot
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import ForbiddenError, InvalidInputError, NotFoundError
from visavis.kit.sql import Tx
from visavis.kit.words import _
from visavis.payments.actions import reject_payment, verify_payment
from visavis.practices.access import load_offerings, load_practice

Take = Callable[[Db, Actor, UUID, ClientSessionChange, datetime], Awaitable[Seat]]
_NAMES = {"starts_at": "start_time", "length": "end_time"}


def _plain(action: Callable[[Db, Actor, UUID, datetime], Awaitable[Seat]]) -> Take:
    async def take(db: Db, actor: Actor, session_id: UUID, _: ClientSessionChange, now: datetime) -> Seat:
        return await action(db, actor, session_id, now)

    return take


def _reasoned(action: Callable[[Db, Actor, UUID, str, datetime], Awaitable[Seat]]) -> Take:
    async def take(db: Db, actor: Actor, session_id: UUID, data: ClientSessionChange, now: datetime) -> Seat:
        return await action(db, actor, session_id, data.reason, now)

    return take


async def _approve(db: Db, actor: Actor, session_id: UUID, data: ClientSessionChange, now: datetime) -> Seat:
    return await actions.approve(db, actor, session_id, now, seen=data.seen_starts_at)


_TAKE: dict[Verb, Take] = {
    Verb.APPROVE: _approve,
    Verb.DECLINE: _reasoned(actions.decline),
    Verb.CANCEL: _reasoned(actions.cancel),
    Verb.VERIFY_PAYMENT: _plain(verify_payment),
    Verb.REJECT_PAYMENT: _reasoned(reject_payment),
    Verb.START: _plain(actions.start),
    Verb.COMPLETE: _plain(actions.complete),
    Verb.MARK_NO_SHOW: _plain(actions.mark_no_show),
}


@get(
    "/client_sessions",
    operation_id="listClientSessions",
    summary="Your sessions, by practitioner and status",
    tags=["Sessions"],
    responses=problems(404),
)
async def list_mine(
    db: Db,
    actor: Actor,
    now: datetime,
    therapist_id: Annotated[UUID | None, QueryParameter(description="Only with this practitioner")] = None,
    status: Annotated[
        list[Status] | None, QueryParameter(description="Only these; may be given often")
    ] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=100, description="At most this many")] = 50,
    after: Annotated[
        UUID | None, QueryParameter(description="The last one that you have: go on after it")
    ] = None,
) -> list[ClientSession]:
    """Latest start first, as client or practitioner. Also at `/client_sessions`."""
    async with db.transaction(actor) as tx:
        place = (await load_session(tx, actor, after)).session if after else None
        seats = await load_mine(
            tx,
            actor,
            practitioner_id=therapist_id,
            statuses=status,
            after=(place.listed_at, place.id) if place else None,
            most=limit,
        )
    return [client_session_of(seat, now) for seat in seats]


@post(
    "/client_sessions",
    operation_id="bookClientSession",
    summary="Book a free time of a practitioner",
    tags=["Sessions"],
    responses=problems(403, 404, 409, 413),
)
async def book(db: Db, actor: Actor, now: datetime, data: NewClientSession) -> ClientSession:
    """Take a slot as client. Taken in between: 409, with the nearest free starts in `alternatives`. Also at
    `/client_sessions`."""
    if data.client_id is not None and data.client_id != actor.account_id:
        raise ForbiddenError(_("Sessions are booked by the client themselves."))
    start, end = in_utc(data.start_time), in_utc(data.end_time)
    length, rest = divmod((end - start).total_seconds(), 60)
    if rest or length < 1:
        raise _no_such_length()
    async with db.transaction(actor) as tx:
        offering_id = await _offering(tx, actor, data, int(length))
    wish = Wish(
        offering_id=offering_id,
        starts_at=start,
        length_minutes=int(length),
        notes=data.notes,
        answers=data.answers,
    )
    try:
        return client_session_of(await book_slot(db, actor, wish, now), now)
    except InvalidInputError as refused:
        refused.fields = {_NAMES.get(name, name): words for name, words in refused.fields.items()}
        raise


@patch(
    "/client_sessions/{session_id:uuid}",
    operation_id="changeClientSession",
    summary="Take the step that leads to a status",
    tags=["Sessions"],
    **STEP,
)
async def change(
    db: Db, actor: Actor, now: datetime, session_id: FromPath[UUID], data: ClientSessionChange
) -> ClientSession:
    """The step of the session's life that ends in `status`, when it is yours to take now. Also at
    `/client_sessions/{session_id}`."""
    async with db.transaction(actor) as tx:
        seat = await load_session(tx, actor, session_id)
    verb = _verb(seat, Status(data.status))
    return client_session_of(await _TAKE[verb](db, actor, session_id, data, now), now)


async def _offering(tx: Tx, actor: Actor, data: NewClientSession, length: int) -> UUID:
    """The offering meant: the one named, or the first of this length."""
    await load_practice(tx, actor, data.therapist_id)
    offered = await load_offerings(tx, data.therapist_id)
    if data.offering_id is not None:
        if data.offering_id not in {each.id for each in offered}:
            raise NotFoundError
        return data.offering_id
    found = next((each.id for each in offered if length in each.lengths_minutes), None)
    if found is None:
        raise _no_such_length()
    return found


def _no_such_length() -> InvalidInputError:
    return InvalidInputError(fields={"end_time": _("Please choose one of the offered lengths.")})


def _verb(seat: Seat, target: Status) -> Verb:
    """The one step from where the session stands to `target`. Raises WrongStateError."""
    session = seat.session
    for verb in _TAKE:
        if session.status in STEPS[verb].from_ and target in STEPS[verb].to:
            approved = after_approval(session.terms, session.price_minor, instant=session.instant)
            if verb is Verb.APPROVE and target is not approved:
                break  # nobody agrees, and pays, by asking for something else
            return verb
    raise WrongStateError(wrong_state(session.status), extra={"session_status": session.status.value})


CHANGES: list[HTTPRouteHandler] = [book, change]
READS: list[HTTPRouteHandler] = [list_mine]
