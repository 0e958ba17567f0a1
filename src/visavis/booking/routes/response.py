"""Answering a request on one page: yes or no, with a message, a link to meet at, and a time."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath

from visavis.accounts.authentication import require_account
from visavis.availability.access import AHEAD
from visavis.booking import actions
from visavis.booking.access import Seat, load_session
from visavis.booking.errors import SlotTakenError
from visavis.booking.offered_steps import seen_time
from visavis.booking.phrases import on_both_clocks
from visavis.booking.responding import Reply, accept
from visavis.booking.routes.new_time import Times, read_instant, times_of
from visavis.booking.routes.steps import seen_of
from visavis.booking.rules import STEPS, Verb, WrongStateError
from visavis.booking.stepping import why_not
from visavis.booking.views import Card, card_of
from visavis.booking.wishes import wall_clock, wished
from visavis.credits.errors import NotEnoughCreditsError
from visavis.kit.actor import Actor
from visavis.kit.clock import zone
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError, VisavisError
from visavis.kit.forms import Form, date_in, time_in, typed_text
from visavis.kit.pages import Page, done, render
from visavis.kit.words import _

_FIELDS = ("answer", "message", "meeting_url", "when", "starts_at", "on", "at", "wished", "seen")


class ResponsePage(Page, frozen=True, kw_only=True):
    """`times`: free ones to choose from, where the session has none yet; `wished`: the instant wished for, as
    text, while it can still be had; `moved` says why no answer is awaited any more; `get_more` is where a
    client with too few credits gets some."""

    template: ClassVar[str] = "booking/response.html"
    card: Card
    seen: str
    times: Times | None
    wished: str
    wished_words: str
    first: str
    notes: str
    moved: str
    already: bool
    get_more: str
    form: Form


@get("/sessions/{session_id:uuid}/response", include_in_schema=False)
async def response_form(
    request: Request[Any, Any, Any], session_id: FromPath[UUID], actor: Actor, db: Db, now: datetime
) -> Response[Any]:
    """What was asked, and everything one can answer."""
    return render(request, await _page(db, require_account(actor), session_id, now))


@post("/sessions/{session_id:uuid}/response", include_in_schema=False)
async def respond(
    request: Request[Any, Any, Any], session_id: FromPath[UUID], actor: Actor, db: Db, now: datetime
) -> Response[Any]:
    """Yes or no, as the pressed button says; refused (409, 422), the same page with what was typed."""
    require_account(actor)
    data = await request.form()
    typed = {name: typed_text(data, name).strip() for name in _FIELDS}
    try:
        await _respond(db, actor, session_id, typed, now)
    except (InvalidInputError, WrongStateError, SlotTakenError, NotEnoughCreditsError) as refused:
        get_more = refused.get_more if isinstance(refused, NotEnoughCreditsError) else ""
        page = await _page(db, actor, session_id, now, _refused(typed, refused), get_more)
        return render(request, page, refused.status)
    return done(request, f"/sessions/{session_id}")


async def _respond(db: Db, actor: Actor, session_id: UUID, typed: Mapping[str, str], now: datetime) -> Seat:
    if typed["answer"] == "no":
        return await actions.decline(db, actor, session_id, typed["message"], now)
    if typed["answer"] != "yes":
        raise InvalidInputError(_("Please choose whether you accept."))
    reply = Reply(
        message=typed["message"],
        meeting_url=typed["meeting_url"],
        starts_at=_start(typed, actor.time_zone, now),
    )
    return await accept(db, actor, session_id, reply, now, seen=seen_of(typed["seen"]))


def _start(typed: Mapping[str, str], time_zone: str, now: datetime) -> datetime | None:
    """The agreed time, None to leave it open; InvalidInputError on the field that says no time."""
    match typed["when"]:
        case "wished" | "slot" as which:
            return read_instant(typed["wished" if which == "wished" else "starts_at"])
        case "other":
            on, at = date_in(typed["on"]), time_in(typed["at"])
            if on is None or at is None:
                raise InvalidInputError(fields={"on": _("Please enter a day and a time.")})
            if abs(on.toordinal() - now.toordinal()) > AHEAD.days:
                raise InvalidInputError(fields={"on": _("Please choose a day within the next 400 days.")})
            return wall_clock(on, at, time_zone)
    return None


def _refused(typed: Mapping[str, str], refused: VisavisError) -> Form:
    """With the complaint next to the field it came from: the action knows no forms."""
    errors = dict(refused.fields)
    if "reason" in errors:
        errors["message"] = errors.pop("reason")
    return Form(values=typed, errors=errors, message=refused.message)


async def _page(
    db: Db,
    actor: Actor,
    session_id: UUID,
    now: datetime,
    form: Form | None = None,
    get_more: str = "",
) -> ResponsePage:
    form = form or Form()
    async with db.transaction(actor) as tx:
        seat = await load_session(tx, actor, session_id)
        refused = why_not(Verb.APPROVE, seat, now)
        session = seat.session
        wish = wished(session).instant(session.client_zone)
        wish = wish if wish is not None and wish > now else None
        times = None
        if session.starts_at is None and refused is None:
            times = await times_of(tx, seat, actor, now, chosen=form.value("starts_at"))
    return ResponsePage(
        card=card_of(seat, actor, now, {}),
        seen=seen_time(seat, Verb.APPROVE),
        times=times,
        wished=wish.isoformat() if wish else "",
        wished_words=on_both_clocks(seat, actor, wish) if wish else "",
        first=str(now.astimezone(zone(actor.time_zone)).date()),
        notes=session.notes,
        moved=refused.message if refused else "",
        already=session.status in (*STEPS[Verb.APPROVE].to, *STEPS[Verb.DECLINE].to),
        get_more=get_more,
        form=form,
    )


ROUTES = [response_form, respond]
