"""The steps of a session's life, each the same action as the button on the page."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, post, put
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.handlers import HTTPRouteHandler
from litestar.params import Body, FromPath, QueryParameter

from visavis.api.problems import problems
from visavis.api.shapes.bodies import Answered, Approval, Asked, Feedback, MeetingLink, Reason, TakenCash
from visavis.api.shapes.sessions import Session, session_of
from visavis.booking import actions
from visavis.booking.feedback import give_feedback
from visavis.booking.responding import Reply, accept
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.files import files_in
from visavis.payments import actions as payments

UPLOAD = payments.MOST_BYTES + 64 * 1024  # the parts' own headers and the words

SeenTime = Annotated[
    datetime | None,
    QueryParameter(
        description="The time that you showed: when it is another one now, nobody has agreed (409)"
    ),
]

STEP: dict[str, Any] = {"status_code": 200, "responses": problems(403, 404, 409, 413)}


class SentProof(Asked, frozen=True, kw_only=True):
    """multipart/form-data"""

    proof: UploadFile
    reference: str = ""
    note: str = ""


@put(
    "/sessions/{session_id:uuid}/approve",
    operation_id="approve",
    summary="Approve a request",
    tags=["Approval"],
    **STEP,
)
async def approve(
    db: Db,
    actor: Actor,
    now: datetime,
    session_id: FromPath[UUID],
    starts_at: SeenTime = None,
    data: Approval | None = None,
) -> Session:
    """For the side that did not make the request. With nothing to pay the session is confirmed at once. The
    practitioner can send a message, a link to meet at, and a time for a request that has none."""
    given = data or Approval()
    reply = Reply(message=given.message, meeting_url=given.meeting_url, starts_at=given.starts_at)
    return session_of(await accept(db, actor, session_id, reply, now, seen=starts_at), now)


@put(
    "/sessions/{session_id:uuid}/decline",
    operation_id="decline",
    summary="Decline a request",
    tags=["Approval"],
    **STEP,
)
async def decline(db: Db, actor: Actor, now: datetime, session_id: FromPath[UUID], data: Answered) -> Session:
    """For the side that did not make the request. It needs a reason, unless no slot was asked for."""
    return session_of(await actions.decline(db, actor, session_id, data.reason, now), now)


@post(
    "/sessions/{session_id:uuid}/cancel",
    operation_id="cancel",
    summary="Cancel a session",
    tags=["Sessions"],
    **STEP,
)
async def cancel(db: Db, actor: Actor, now: datetime, session_id: FromPath[UUID], data: Answered) -> Session:
    """For either side; the time is free again at once. Later than the session's policy says, it needs a
    reason and is marked in `cancelled_late`."""
    return session_of(await actions.cancel(db, actor, session_id, data.reason, now), now)


@post(
    "/sessions/{session_id:uuid}/submit-payment",
    operation_id="submitPayment",
    summary="Send the proof of a payment",
    tags=["Payment"],
    request_max_body_size=UPLOAD,
    **STEP,
)
async def submit_payment(
    request: Request[Any, Any, Any],
    db: Db,
    actor: Actor,
    now: datetime,
    session_id: FromPath[UUID],
    data: Annotated[SentProof, Body(media_type=RequestEncodingType.MULTI_PART)],
) -> Session:
    """For the client: a JPEG, PNG or WebP picture or a PDF of at most 10 MB."""
    proof = payments.Proof(data=await data.proof.read(), reference=data.reference, note=data.note)
    store = files_in(request.app.state.settings.home)
    return session_of(await payments.submit_payment(db, actor, store, session_id, proof, now), now)


@put(
    "/sessions/{session_id:uuid}/verify-payment",
    operation_id="verifyPayment",
    summary="Confirm that the money has come",
    tags=["Payment"],
    **STEP,
)
async def verify_payment(db: Db, actor: Actor, now: datetime, session_id: FromPath[UUID]) -> Session:
    """For the practitioner: the session is confirmed."""
    return session_of(await payments.verify_payment(db, actor, session_id, now), now)


@put(
    "/sessions/{session_id:uuid}/reject-payment",
    operation_id="rejectPayment",
    summary="Reject the proof of a payment",
    tags=["Payment"],
    **STEP,
)
async def reject_payment(
    db: Db, actor: Actor, now: datetime, session_id: FromPath[UUID], data: Reason
) -> Session:
    """For the practitioner: payment is required again."""
    return session_of(await payments.reject_payment(db, actor, session_id, data.reason, now), now)


@put(
    "/sessions/{session_id:uuid}/take-cash",
    operation_id="takeCash",
    summary="Say that you were paid outside",
    tags=["Payment"],
    **STEP,
)
async def take_cash(
    db: Db, actor: Actor, now: datetime, session_id: FromPath[UUID], data: TakenCash | None = None
) -> Session:
    """For the practitioner, of a session that waits for its payment: in cash, or in another way. It is
    confirmed; called off later, it is refunded as if it had been transferred."""
    given = data or TakenCash()
    return session_of(await payments.take_cash(db, actor, session_id, given.how, given.note, now), now)


@put(
    "/sessions/{session_id:uuid}/start",
    operation_id="start",
    summary="Start the session",
    tags=["Meeting"],
    **STEP,
)
async def start(db: Db, actor: Actor, now: datetime, session_id: FromPath[UUID]) -> Session:
    """For the practitioner, from 10 minutes before its time; it starts by itself at its time."""
    return session_of(await actions.start(db, actor, session_id, now), now)


@put(
    "/sessions/{session_id:uuid}/complete",
    operation_id="complete",
    summary="Mark the session complete",
    tags=["Meeting"],
    **STEP,
)
async def complete(db: Db, actor: Actor, now: datetime, session_id: FromPath[UUID]) -> Session:
    """For the practitioner, when its time is over."""
    return session_of(await actions.complete(db, actor, session_id, now), now)


@put(
    "/sessions/{session_id:uuid}/no-show",
    operation_id="markNoShow",
    summary="Mark that the client did not come",
    tags=["Meeting"],
    **STEP,
)
async def no_show(db: Db, actor: Actor, now: datetime, session_id: FromPath[UUID]) -> Session:
    """For the practitioner, when its time is over."""
    return session_of(await actions.mark_no_show(db, actor, session_id, now), now)


@put(
    "/sessions/{session_id:uuid}/meeting-link",
    operation_id="setMeetingLink",
    summary="Say where to meet",
    tags=["Meeting"],
    **STEP,
)
async def meeting_link(
    db: Db, actor: Actor, now: datetime, session_id: FromPath[UUID], data: MeetingLink
) -> Session:
    """For the practitioner: any https link; an empty one takes it away."""
    seat = await actions.set_meeting_link(db, actor, session_id, data.meeting_url, now)
    return session_of(seat, now)


@post(
    "/sessions/{session_id:uuid}/feedback",
    operation_id="giveFeedback",
    summary="Give feedback",
    tags=["Sessions"],
    **STEP,
)
async def feedback(
    db: Db, actor: Actor, now: datetime, session_id: FromPath[UUID], data: Feedback
) -> Session:
    """For the client, once, when the session is completed."""
    return session_of(await give_feedback(db, actor, session_id, data.rating, data.text, now), now)


ROUTES: list[HTTPRouteHandler] = [
    approve,
    decline,
    cancel,
    submit_payment,
    verify_payment,
    reject_payment,
    take_cash,
    start,
    complete,
    no_show,
    meeting_link,
    feedback,
]
