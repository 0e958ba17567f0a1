"""Each step of a session's life as a resource: GET shows its form, POST takes the step."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from visavis.accounts.authentication import require_account
from visavis.booking import actions, rules
from visavis.booking.access import Seat, load_session
from visavis.booking.changes import needs_reason
from visavis.booking.course import to_pay
from visavis.booking.errors import SlotTakenError
from visavis.booking.offered_steps import seen_time
from visavis.booking.rescheduling import answer_time, withdraw_time
from visavis.booking.rules import STEPS, Verb, WrongStateError
from visavis.booking.step_words import STEP_WORDS, StepWords, hints_of, lead_of, words_for
from visavis.booking.stepping import why_not
from visavis.booking.views import Card, card_of, rate_of
from visavis.credits.errors import NotEnoughCreditsError
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError
from visavis.kit.forms import Form, typed_text
from visavis.kit.pages import Page, done, go, is_bare_button, render
from visavis.money.access import find_kept
from visavis.payments.access import has_said_how_to_pay
from visavis.payments.actions import reject_payment

Step = Callable[[Db, Actor, UUID, str, datetime], Awaitable[Seat]]
"""Typed is a reason; or, where somebody agrees to a time, that time as they saw it."""


class StepPage(Page, frozen=True, kw_only=True):
    """`moved` says why the step cannot be taken any more, `already` that it was taken before."""

    template: ClassVar[str] = "booking/step.html"
    words: StepWords
    card: Card
    lead: str
    hints: list[str]
    reason_needed: bool
    seen: str
    rate: str
    notes: str
    ask_how_to_pay: bool
    moved: str
    already: bool
    form: Form


async def _approve(db: Db, actor: Actor, session_id: UUID, seen: str, now: datetime) -> Seat:
    return await actions.approve(db, actor, session_id, now, seen=seen_of(seen))


async def _start(db: Db, actor: Actor, session_id: UUID, _: str, now: datetime) -> Seat:
    return await actions.start(db, actor, session_id, now)


async def _complete(db: Db, actor: Actor, session_id: UUID, _: str, now: datetime) -> Seat:
    return await actions.complete(db, actor, session_id, now)


async def _mark_no_show(db: Db, actor: Actor, session_id: UUID, _: str, now: datetime) -> Seat:
    return await actions.mark_no_show(db, actor, session_id, now)


async def _agree_time(db: Db, actor: Actor, session_id: UUID, seen: str, now: datetime) -> Seat:
    return await answer_time(db, actor, session_id, True, now, seen=instant_of(seen))


async def _decline_time(db: Db, actor: Actor, session_id: UUID, reason: str, now: datetime) -> Seat:
    return await answer_time(db, actor, session_id, False, now, reason)


async def _withdraw_time(db: Db, actor: Actor, session_id: UUID, _: str, now: datetime) -> Seat:
    return await withdraw_time(db, actor, session_id, now)


_TAKE: dict[Verb, Step] = {
    Verb.APPROVE: _approve,
    Verb.DECLINE: actions.decline,
    Verb.CANCEL: actions.cancel,
    Verb.REJECT_PAYMENT: reject_payment,
    Verb.START: _start,
    Verb.COMPLETE: _complete,
    Verb.MARK_NO_SHOW: _mark_no_show,
    Verb.AGREE_TIME: _agree_time,
    Verb.DECLINE_TIME: _decline_time,
    Verb.WITHDRAW_TIME: _withdraw_time,
}


def _routes_of(words: StepWords) -> list[HTTPRouteHandler]:
    path, take = f"/sessions/{{session_id:uuid}}/{words.path}", _TAKE[words.verb]

    @get(path, include_in_schema=False, name=f"show_{words.verb}")
    async def show(
        request: Request[Any, Any, Any], session_id: FromPath[UUID], actor: Actor, db: Db, now: datetime
    ) -> Response[Any]:
        return render(request, await _page(words, db, require_account(actor), session_id, now))

    @post(path, include_in_schema=False, name=f"take_{words.verb}")
    async def act(
        request: Request[Any, Any, Any], session_id: FromPath[UUID], actor: Actor, db: Db, now: datetime
    ) -> Response[Any]:
        require_account(actor)
        typed = typed_text(await request.form(), "reason" if words.reason else "seen")
        try:
            seat = await take(db, actor, session_id, typed, now)
        except (InvalidInputError, WrongStateError, SlotTakenError, NotEnoughCreditsError) as refused:
            if isinstance(refused, NotEnoughCreditsError) and refused.get_more:
                return go(request, refused.get_more)
            if words.verb is Verb.APPROVE and await _is_on(db, actor, session_id, now):
                return go(request, f"/sessions/{session_id}/room")  # another tab was faster
            if is_bare_button(request):
                raise
            form = Form.refused({"reason": typed} if words.reason else {}, refused)
            page = await _page(words, db, actor, session_id, now, form)
            return render(request, page, refused.status)
        if words.verb is Verb.APPROVE and seat.session.instant:
            return go(request, f"/sessions/{session_id}/room")
        return done(request, f"/sessions/{session_id}")

    return [show, act]


async def _is_on(db: Db, actor: Actor, session_id: UUID, now: datetime) -> bool:
    """Whether it is an instant session that was approved already, and whose room is open."""
    async with db.transaction(actor) as tx:
        session = (await load_session(tx, actor, session_id)).session
    return session.instant and rules.joinable(session.facts, now)


def seen_of(text: str) -> rules.Seen:
    """The time that a form of ours showed, or that there was none; a program may leave it out."""
    return rules.NO_TIME if text == rules.NO_TIME else instant_of(text)


def instant_of(text: str) -> datetime | None:
    """An instant as a form of ours says it, None for nothing; InvalidInputError for what is none."""
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        raise InvalidInputError from None


async def _page(
    words: StepWords, db: Db, actor: Actor, session_id: UUID, now: datetime, form: Form | None = None
) -> StepPage:
    async with db.transaction(actor) as tx:
        seat = await load_session(tx, actor, session_id)
        refused = why_not(words.verb, seat, now)
        asks_money = words.verb is Verb.APPROVE and seat.party is rules.Party.PRACTITIONER
        terms = seat.session.terms
        asks_money = asks_money and to_pay(terms, seat.session.price_minor) and terms.takes("transfer")
        ask_how_to_pay = asks_money and not await has_said_how_to_pay(tx, actor)
        left = await find_kept(tx, session_id) if words.verb is Verb.CANCEL else None
    said = words_for(words, seat)
    return StepPage(
        words=said,
        card=card_of(seat, actor, now, {}),
        lead=lead_of(said, seat, actor),
        hints=hints_of(words, seat, actor, now, left),
        reason_needed=needs_reason(words.verb, seat.session.facts, now),
        seen=seen_time(seat, words.verb),
        rate=rate_of(seat.session, actor),
        notes=seat.session.notes,
        ask_how_to_pay=ask_how_to_pay,
        moved=refused.message if refused else "",
        already=seat.session.status in STEPS[words.verb].to,
        form=form or Form(),
    )


ROUTES = [route for words in STEP_WORDS for route in _routes_of(words)]
