"""One step of a session's life in the caller's transaction: guarded, recorded, told. Every verb ends here."""

from datetime import datetime
from typing import Any

import msgspec

from visavis.booking import changes, queries, rules
from visavis.booking.access import Seat, load_session
from visavis.booking.course import due_at
from visavis.booking.credits import settle_credits
from visavis.booking.errors import SlotTakenError
from visavis.booking.money import settle_money
from visavis.booking.queries import SessionRow
from visavis.booking.rules import STEPS, Status, Verb, WrongStateError
from visavis.kit import audit
from visavis.kit.actor import Actor
from visavis.kit.errors import ForbiddenError, InvalidInputError, VisavisError
from visavis.kit.reasons import checked_reason
from visavis.kit.sql import Tx
from visavis.kit.words import _
from visavis.notifications.actions import tell
from visavis.video.keeping import keep_later

MOST_ANSWER = 2000  # characters


class Told(msgspec.Struct, frozen=True):
    """How the history tells a step that is a part of something else; `moved`: of another time."""

    verb: str
    details: dict[str, Any] = {}
    moved: bool = False


def why_not(verb: Verb, seat: Seat, now: datetime) -> VisavisError | None:
    """Why a step cannot be taken now, for its page; raises ForbiddenError when it is never this person's."""
    refused = rules.refusal(verb, seat.session.facts, seat.party, now)
    if isinstance(refused, ForbiddenError):
        raise refused
    return refused


async def advance(
    tx: Tx,
    actor: Actor,
    seat: Seat,
    verb: Verb,
    now: datetime,
    *,
    to: Status | None = None,
    reason: str = "",
    answer: str = "",
    told: Told | None = None,
) -> Seat:
    """One step of the table, inside the caller's transaction: the guarded change, its audit row, its hint.

    `told` where the history tells it as a part of something else. Raises WrongStateError, ForbiddenError,
    InvalidInputError when a reason is missing, or SlotTakenError when a session without a time shall begin
    and one of the two is in another.
    """
    session = seat.session
    refused = rules.refusal(verb, session.facts, seat.party, now)
    if refused:
        raise refused
    reason = checked_reason(reason, changes.needs_reason(verb, session.facts, now))
    target = to or STEPS[verb].to[0]
    late = verb is Verb.CANCEL and changes.late(session.facts, now)
    if target is Status.IN_PROGRESS and session.starts_at is None:
        await _begin(tx, actor, session, answer)
    else:
        await _take_step(tx, actor, session, target, now, reason, late, answer)
    settled = await _settle(tx, actor, session, verb, now)
    if target not in rules.MOVABLE:
        await queries.close_open_proposal.run(tx, session.id, "lapsed", now)
    details: dict[str, Any] = {"from": session.status.value, "to": target.value}
    details |= ({"reason": reason} if reason else {}) | ({"late": True} if late else {})
    told = told or Told(verb.value)
    details |= told.details | settled
    event = await audit.record(tx, actor, told.verb, ("session", session.id), session.people, details, now)
    freed = session.ends_at is not None and target not in rules.OPEN and now < session.ends_at
    await announce(tx, event, session, freed=freed or told.moved)
    return Seat(await queries.find_session.one(tx, session.id), seat.party)


async def _settle(tx: Tx, actor: Actor, session: SessionRow, verb: Verb, now: datetime) -> dict[str, Any]:
    """Credits first: what they are worth follows them."""
    moved = await settle_credits(tx, actor, session, verb, now) if session.credits else {}
    return {**moved, **await settle_money(tx, session, verb, now)}


async def _take_step(
    tx: Tx,
    actor: Actor,
    session: SessionRow,
    target: Status,
    now: datetime,
    reason: str,
    late: bool,
    answer: str,
) -> None:
    due = due_at(target, session.terms, session.starts_at, now)
    seen = session.id, session.status.value
    taken = await queries.take_step.value(
        tx, *seen, target.value, now, reason, due, late, session.starts_at, checked_answer(answer) or None
    )
    if taken is None:
        raise await _moved_on(tx, actor, session)


async def _begin(tx: Tx, actor: Actor, session: SessionRow, answer: str) -> None:
    if checked_answer(answer):  # refused rather than lost
        raise InvalidInputError(fields={"answer": _("It begins now: please say it when you meet.")})
    outcome = await queries.begin_session.value(tx, session.id)
    if outcome == "taken":
        raise SlotTakenError(
            _("One of you is in another session now. This one can begin when that is over."), []
        )
    if outcome != "begun":
        raise await _moved_on(tx, actor, session)


async def _moved_on(tx: Tx, actor: Actor, session: SessionRow) -> WrongStateError:
    there = (await load_session(tx, actor, session.id)).session
    return WrongStateError(extra={"session_status": there.status.value})


def checked_answer(answer: str) -> str:
    """Trimmed; InvalidInputError on `answer` when it is too long."""
    answer = answer.strip()
    if len(answer) > MOST_ANSWER:
        raise InvalidInputError(fields={"answer": _("Please keep this to 2000 characters.")})
    return answer


async def announce(tx: Tx, event: audit.Event, session: SessionRow, *, freed: bool = False) -> None:
    """Who did not do it is told, and both read again; where a slot is free again, whoever looks for one. The
    room in which they meet follows."""
    await keep_later(tx, event.verb, session)
    slots = [f"slots:{session.practitioner_id}"] if freed else []
    about = ["dashboard", f"session:{session.id}", *(["credits"] if session.credits else [])]
    await tell(tx, event, about=about, public=slots)
