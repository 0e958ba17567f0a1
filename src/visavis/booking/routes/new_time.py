"""Another time for a session: the practitioner's free times to choose from, and some words to the other."""

from datetime import UTC, datetime, time, timedelta
from typing import Any, ClassVar
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery

from visavis.accounts.authentication import require_account
from visavis.availability.days import Clocks, Day, Slot, by_day, slot
from visavis.availability.hours import instant, utc
from visavis.booking import rules
from visavis.booking.access import Seat, SessionRow, load_session
from visavis.booking.changes import moves_at_once
from visavis.booking.errors import SlotTakenError
from visavis.booking.phrases import new_time
from visavis.booking.rescheduling import load_times, propose_time
from visavis.booking.rules import Verb, WrongStateError
from visavis.booking.views import Card, card_of
from visavis.kit.actor import Actor
from visavis.kit.clock import zone
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError
from visavis.kit.forms import Form, typed_text
from visavis.kit.pages import Page, done, render
from visavis.kit.sql import Tx
from visavis.kit.words import _

_DAYS = 28
_MOST_PAGES = 14  # of four weeks: no booking window is wider


class Times(msgspec.Struct, frozen=True, kw_only=True):
    """Four weeks of free starts on the viewer's clock; `there` is the practitioner's zone when it differs.

    `day` is the one to open at first. `about` and `address` let the times change live.
    """

    about: str
    address: str
    days: list[Day]
    free: int
    here: str
    there: str
    chosen: str
    day: str
    page: int


class NewTimePage(Page, frozen=True, kw_only=True):
    """`moved` says why the session cannot move any more; `open_now` what is proposed already; `nearest` are
    free times near to the one that was taken meanwhile."""

    template: ClassVar[str] = "booking/new_time.html"
    card: Card
    at_once: bool
    open_now: str
    times: Times
    nearest: list[Slot]
    moved: str
    form: Form


class TimesFragment(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "booking/new_times.html"
    times: Times


@get("/sessions/{session_id:uuid}/new-time", include_in_schema=False)
async def new_time_form(
    request: Request[Any, Any, Any],
    session_id: FromPath[UUID],
    actor: Actor,
    db: Db,
    now: datetime,
    page: FromQuery[int] = 0,
) -> Response[Any]:
    """Free times, in pages of four weeks; without a page those around the session's day."""
    return render(request, await _page(db, require_account(actor), session_id, now, page, Form()))


@get("/sessions/{session_id:uuid}/new-time/times", include_in_schema=False)
async def new_times(
    request: Request[Any, Any, Any],
    session_id: FromPath[UUID],
    actor: Actor,
    db: Db,
    now: datetime,
    page: FromQuery[int] = 1,
) -> Response[Any]:
    """The live part of the page."""
    async with db.transaction(require_account(actor)) as tx:
        seat = await load_session(tx, actor, session_id)
        times = await times_of(tx, seat, actor, now, page=page)
    return render(request, TimesFragment(times=times))


@post("/sessions/{session_id:uuid}/new-time", include_in_schema=False)
async def propose(
    request: Request[Any, Any, Any], session_id: FromPath[UUID], actor: Actor, db: Db, now: datetime
) -> Response[Any]:
    """Ask for the chosen time, or take it at once where the policy allows."""
    require_account(actor)
    data = await request.form()
    typed = {name: typed_text(data, name) for name in ("starts_at", "message")}
    try:
        await propose_time(db, actor, session_id, read_instant(typed["starts_at"]), typed["message"], now)
    except (InvalidInputError, WrongStateError, SlotTakenError) as refused:
        nearest = refused.alternatives if isinstance(refused, SlotTakenError) else []
        form = Form.refused(typed, refused)
        number = _number_of(typed["starts_at"], actor, now)
        page = await _page(db, actor, session_id, now, number, form, nearest)
        return render(request, page, refused.status)
    return done(request, f"/sessions/{session_id}")


async def _page(
    db: Db,
    actor: Actor,
    session_id: UUID,
    now: datetime,
    number: int,
    form: Form,
    nearest: list[datetime] | None = None,
) -> NewTimePage:
    async with db.transaction(actor) as tx:
        seat = await load_session(tx, actor, session_id)
        times = await times_of(tx, seat, actor, now, page=number, chosen=form.value("starts_at"))
    facts = seat.session.facts
    refused = rules.refusal(Verb.PROPOSE_TIME, facts, seat.party, now)
    return NewTimePage(
        card=card_of(seat, actor, now, {}),
        at_once=moves_at_once(facts, seat.party, now),
        open_now=new_time(seat, actor, now),
        times=times,
        nearest=[slot(each, _clocks(seat, actor)) for each in nearest or []],
        moved=refused.message if refused else "",
        form=form,
    )


async def times_of(
    tx: Tx, seat: Seat, actor: Actor, now: datetime, *, page: int = 0, chosen: str = ""
) -> Times:
    """Free times for the session; without a page those around the day that it has, or that is wished for."""
    session, clocks = seat.session, _clocks(seat, actor)
    around = _about(session, now)
    page = min(max(page or _page_of(around, actor, now), 1), _MOST_PAGES)
    first = now.astimezone(clocks.here).date() + timedelta(days=(page - 1) * _DAYS)
    start, end = (utc(instant(clocks.here, first.toordinal() + days, 0)) for days in (0, _DAYS))
    calendar = await load_times(tx, seat, start, end)
    found = calendar.free_starts(
        session.length_minutes, max(start, now), end, now, offering_id=session.offering_id
    )
    starts = [each for each in found if each != session.starts_at]
    differs = any(
        at.astimezone(clocks.here).utcoffset() != at.astimezone(clocks.there).utcoffset()
        for at in (start, end)
    )
    return Times(
        about=f"slots:{session.practitioner_id} session:{session.id}",
        address=f"/sessions/{session.id}/new-time/times?page={page}",
        days=by_day(starts, clocks, first, _DAYS),
        free=len(starts),
        here=clocks.here.key,
        there=clocks.there.key if differs else "",
        chosen=chosen,
        day=str(around.astimezone(clocks.here).date()),
        page=page,
    )


def _about(session: SessionRow, now: datetime) -> datetime:
    """Around when to look first: the time it has, else the wished day, else now."""
    if session.starts_at or session.wished_on is None:
        return session.starts_at or now
    wished = datetime.combine(session.wished_on, session.wished_at or time(12), zone(session.client_zone))
    return max(wished.astimezone(UTC), now)


def _number_of(starts_at: str, actor: Actor, now: datetime) -> int:
    """The page on which the chosen time is; the first for what is no time."""
    try:
        return _page_of(read_instant(starts_at), actor, now)
    except (InvalidInputError, OverflowError):
        return 1


def _page_of(at: datetime, actor: Actor, now: datetime) -> int:
    here = zone(actor.time_zone)
    return 1 + (at.astimezone(here).date() - now.astimezone(here).date()).days // _DAYS


def _clocks(seat: Seat, actor: Actor) -> Clocks:
    other = seat.session.practitioner_zone if seat.party is rules.Party.CLIENT else seat.session.client_zone
    return Clocks(zone(actor.time_zone), zone(other), actor.locale)


def read_instant(text: str) -> datetime:
    """InvalidInputError for what is no instant with an offset."""
    try:
        read = datetime.fromisoformat(text)
        if read.tzinfo:
            return read.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise InvalidInputError(fields={"starts_at": _("Please choose a time.")})


ROUTES = [new_time_form, new_times, propose]
