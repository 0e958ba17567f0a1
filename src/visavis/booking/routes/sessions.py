"""The page of one session: everything that both people may know of it, live."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

import msgspec
from litestar import Request, Response, get
from litestar.params import FromPath

from visavis.accounts.authentication import require_account
from visavis.booking.access import Seat, SessionRow, load_history, load_session
from visavis.booking.history_words import Event, agreement, story
from visavis.booking.joining import somebody_came
from visavis.booking.questions import Answer, answers_in
from visavis.booking.rules import Party, Status
from visavis.booking.views import Card, card_of, pays, rate_of, waits_for_credits
from visavis.credits.access import load_balances
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.pages import Page, render
from visavis.money.access import LateRow, RefundRow, find_late, find_refund
from visavis.papers.access import papers_of_session
from visavis.papers.views import Listed, listed
from visavis.payments.access import ProofRow, load_instructions, load_proofs_of
from visavis.video.access import load_stays
from visavis.video.presence import Attendance, attendance

_REFUNDED = frozenset({Status.CANCELLED, Status.EXPIRED})  # expired: what was paid by card too late


class Whole(msgspec.Struct, frozen=True, kw_only=True):
    """A session with all that belongs to it, as one of its people sees it."""

    card: Card
    session: SessionRow
    is_client: bool
    meeting_url: str
    rate: str
    agreement: list[str]
    answers: list[Answer]
    proofs: list[ProofRow]
    events: list[Event]
    attendance: list[Attendance]
    refund: RefundRow | None
    papers: list[Listed]
    late: LateRow | None


class SessionPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "booking/session.html"
    whole: Whole
    booked: bool
    made: bool


class SessionFragment(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "booking/session_alone.html"
    whole: Whole


@get("/sessions/{session_id:uuid}", include_in_schema=False)
async def session_page(
    request: Request[Any, Any, Any], session_id: FromPath[UUID], actor: Actor, db: Db, now: datetime
) -> Response[Any]:
    """One session; `?booked` or `?made` after its client or its practitioner made it."""
    whole = await load_whole(db, require_account(actor), session_id, now)
    after = request.query_params
    return render(request, SessionPage(whole=whole, booked="booked" in after, made="made" in after))


@get("/sessions/{session_id:uuid}/details", include_in_schema=False)
async def session_details(
    request: Request[Any, Any, Any], session_id: FromPath[UUID], actor: Actor, db: Db, now: datetime
) -> Response[Any]:
    """The live part of the page."""
    whole = await load_whole(db, require_account(actor), session_id, now)
    return render(request, SessionFragment(whole=whole))


async def load_whole(db: Db, actor: Actor, session_id: UUID, now: datetime) -> Whole:
    """The session with all that belongs to it; NotFoundError for strangers."""
    async with db.transaction(actor) as tx:
        seat = await load_session(tx, actor, session_id)
        proofs = await load_proofs_of(tx, seat)
        history = await load_history(tx, session_id)
        how_to_pay = await load_instructions(tx, _whom_to_pay(seat))
        papers = await papers_of_session(tx, session_id)
        refund = await find_refund(tx, session_id) if seat.session.status in _REFUNDED else None
        called_off = seat.session.status is Status.CANCELLED
        late = await find_late(tx, session_id) if called_off and not refund else None
        waits = [seat.session.practitioner_id] if waits_for_credits(seat) else []
        balances = await load_balances(tx, actor, waits)
        stays = await load_stays(tx, session_id) if somebody_came(seat.session) else []
    return Whole(
        card=card_of(seat, actor, now, how_to_pay, balances),
        session=seat.session,
        is_client=seat.party is Party.CLIENT,
        meeting_url=seat.meeting_url or "",
        rate=rate_of(seat.session, actor),
        agreement=agreement(seat, actor),
        answers=answers_in(seat.session.answers),
        proofs=proofs,
        events=story(history, actor, asks=seat.session.needs_approval),
        attendance=attendance(seat, stays, actor, now),
        refund=refund,
        papers=listed(papers, "received" if seat.party is Party.CLIENT else "issued", actor),
        late=late,
    )


def _whom_to_pay(seat: Seat) -> list[UUID]:
    return [seat.session.practitioner_id] if pays(seat) else []


ROUTES = [session_page, session_details]
