"""Sessions: the caller's own, read and booked."""

import base64
import binascii
from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath, QueryParameter

from visavis.api.problems import problems
from visavis.api.shapes.bodies import NewSession
from visavis.api.shapes.sessions import Session, SessionInFull, SessionPage, session_in_full, session_of
from visavis.booking.access import Seat, load_history, load_mine, load_session
from visavis.booking.rules import Party, Status
from visavis.booking.taking import SeenPrice, Wish, book_slot
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError, NotFoundError
from visavis.kit.files import files_in
from visavis.kit.serving import file_answer
from visavis.kit.words import _
from visavis.payments.access import load_proofs


@get(
    "/sessions",
    operation_id="listSessions",
    summary="Your sessions, latest start first",
    tags=["Sessions"],
    responses=problems(),
)
async def list_mine(
    db: Db,
    actor: Actor,
    now: datetime,
    role: Annotated[
        Literal["client", "practitioner"] | None,
        QueryParameter(description="Only those in which you are this"),
    ] = None,
    status: Annotated[
        list[Status] | None, QueryParameter(description="Only these; may be given often")
    ] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=100, description="At most this many")] = 50,
    cursor: Annotated[
        str | None, QueryParameter(max_length=200, description="`next_cursor` of the page before")
    ] = None,
) -> SessionPage:
    """Everything that you take part in, as client or practitioner."""
    after = _place(cursor) if cursor else None
    async with db.transaction(actor) as tx:
        seats = await load_mine(
            tx, actor, role=Party(role) if role else None, statuses=status, after=after, most=limit + 1
        )
    shown = seats[:limit]
    return SessionPage(
        [session_of(seat, now) for seat in shown], _cursor(shown[-1]) if len(seats) > limit else None
    )


@get(
    "/sessions/{session_id:uuid}",
    operation_id="readSession",
    summary="One session, with its history and proofs",
    tags=["Sessions"],
    responses=problems(404),
)
async def read(db: Db, actor: Actor, now: datetime, session_id: FromPath[UUID]) -> SessionInFull:
    """As you see it: `actions` are the steps that you can take now."""
    async with db.transaction(actor) as tx:
        seat = await load_session(tx, actor, session_id)
        history = await load_history(tx, session_id)
        proofs = await load_proofs(tx, actor, session_id)
    return session_in_full(seat, history, proofs, now)


@get(
    "/sessions/{session_id:uuid}/payment-proof",
    operation_id="readPaymentProof",
    summary="The latest proof of payment",
    tags=["Payment"],
    media_type="application/octet-stream",
    responses=problems(404),
)
async def read_proof(
    request: Request[Any, Any, Any], db: Db, actor: Actor, session_id: FromPath[UUID]
) -> Annotated[Response[bytes], "a JPEG, PNG or PDF"]:
    """The file itself, for the two people of the session only."""
    async with db.transaction(actor) as tx:
        proofs = await load_proofs(tx, actor, session_id)
    if not proofs:
        raise NotFoundError(_("No proof of payment has been sent."))
    latest = proofs[0]
    name = f"payment-proof.{latest.file_key.rpartition('.')[2]}"
    store, kind = files_in(request.app.state.settings.home), f'attachment; filename="{name}"'
    return await file_answer(
        store, latest.file_key, actor.known_id, media_type=latest.content_type, disposition=kind
    )


@post(
    "/sessions",
    operation_id="bookSession",
    summary="Book a free time",
    tags=["Sessions"],
    responses=problems(403, 404, 409, 413),
)
async def book(db: Db, actor: Actor, now: datetime, data: NewSession) -> Session:
    """Take a slot as client.

    Taken in between: 409 slot-taken, with the nearest free starts in `alternatives`. Another price than the
    one you showed: 409 price-changed, with the present one in `price`. Wrong answers: `answer-<key>` in
    `errors`.
    """
    seen = data.seen_price
    wish = Wish(
        offering_id=data.offering_id,
        starts_at=in_utc(data.starts_at),
        length_minutes=data.length_minutes,
        notes=data.notes,
        answers=data.answers,
        seen=None if seen is None else SeenPrice(**msgspec.structs.asdict(seen)),
    )
    return session_of(await book_slot(db, actor, wish, now), now)


def in_utc(instant: datetime) -> datetime:
    """In UTC; InvalidInputError on `starts_at` for an instant that UTC has not."""
    try:
        return instant.astimezone(UTC)
    except OverflowError:
        raise InvalidInputError(fields={"starts_at": _("Please choose one of the offered times.")}) from None


def _cursor(seat: Seat) -> str:
    place = f"{seat.session.listed_at.isoformat()} {seat.session.id}"
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


def _place(cursor: str) -> tuple[datetime, UUID]:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        start, _space, session_id = text.partition(" ")
        return datetime.fromisoformat(start).astimezone(UTC), UUID(session_id)
    except (ValueError, OverflowError, binascii.Error):
        raise InvalidInputError(fields={"cursor": _("This is not a cursor of ours.")}) from None
