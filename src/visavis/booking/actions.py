"""The verbs of a session's life: each owns its one transaction, and the whole write is visible in it."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from visavis.booking import changes, queries, rules
from visavis.booking.access import Seat, load_session
from visavis.booking.credits import settle_credits
from visavis.booking.errors import SlotTakenError
from visavis.booking.links import meeting_link
from visavis.booking.queries import SessionRow
from visavis.booking.rules import STEPS, Seen, Status, Verb, WrongStateError
from visavis.kit import audit, throttle
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import ForbiddenError, InvalidInputError
from visavis.kit.sql import Tx
from visavis.kit.words import _
from visavis.notifications.actions import tell
from visavis.video.keeping import keep_later

MOST_REASON = 1000  # characters
MOST_ANSWER = 2000


class Told(msgspec.Struct, frozen=True):
    """How the history tells a step that is a part of something else; `moved`: of another time."""

    verb: str
    details: dict[str, Any] = {}
    moved: bool = False


async def approve(
    db: Db, actor: Actor, session_id: UUID, now: datetime, *, seen: Seen = None, answer: str = ""
) -> Seat:
    """The other side agrees; the session is certain at once when there is nothing to pay, and an instant one
    begins (SlotTakenError when one of the two is in another session; it stays pending).

    `seen` is the start that was agreed to: who asked may have moved the session meanwhile (WrongStateError).
    """
    async with db.transaction(actor) as tx:
        seat = await load_session(tx, actor, session_id)
        rules.refuse_unseen(seen, seat.session.starts_at)
        return await approve_in(tx, actor, seat, now, answer=answer)


async def approve_in(
    tx: Tx, actor: Actor, seat: Seat, now: datetime, *, answer: str = "", told: Told | None = None
) -> Seat:
    """The same inside the caller's transaction; `answer` is what the approving side writes."""
    session = seat.session
    to = rules.after_approval(session.terms, session.price_minor, instant=session.instant)
    return await advance(tx, actor, seat, Verb.APPROVE, now, to=to, answer=answer, told=told)


async def decline(db: Db, actor: Actor, session_id: UUID, reason: str, now: datetime) -> Seat:
    """The other side does not agree, and says why."""
    return await _step(db, actor, session_id, Verb.DECLINE, now, reason)


async def cancel(db: Db, actor: Actor, session_id: UUID, reason: str, now: datetime) -> Seat:
    """Either side calls the session off; the slot is free at once. When late, it says why and is marked."""
    return await _step(db, actor, session_id, Verb.CANCEL, now, reason)


async def start(db: Db, actor: Actor, session_id: UUID, now: datetime) -> Seat:
    """The practitioner begins, from 10 minutes before the time; without a time, whenever both are free
    (SlotTakenError)."""
    return await _step(db, actor, session_id, Verb.START, now)


async def complete(db: Db, actor: Actor, session_id: UUID, now: datetime) -> Seat:
    """The session has taken place."""
    return await _step(db, actor, session_id, Verb.COMPLETE, now)


async def mark_no_show(db: Db, actor: Actor, session_id: UUID, now: datetime) -> Seat:
    """The client did not come."""
    return await _step(db, actor, session_id, Verb.MARK_NO_SHOW, now)


async def set_meeting_link(db: Db, actor: Actor, session_id: UUID, url: str, now: datetime) -> Seat:
    """The practitioner says where to meet: any https link; an empty one takes it away. Each makes a mail."""
    link = meeting_link(url)  # what is none counts for nothing
    await throttle.count(db, "link to meet", f"{actor.known_id} {session_id}", most=20, seconds=3600)
    async with db.transaction(actor) as tx:
        seat = await load_session(tx, actor, session_id)
        if seat.party is not rules.Party.PRACTITIONER:
            raise ForbiddenError(_("The meeting link is the practitioner's to set."))
        if seat.session.status not in rules.OPEN:
            raise WrongStateError(_("This session is over."))
        await queries.set_meeting_url.run(tx, session_id, link)
        what = "set_meeting_link", ("session", session_id), seat.session.people
        await announce(tx, await audit.record(tx, actor, *what, at=now), seat.session)
        return await load_session(tx, actor, session_id)


async def expire_overdue(db: Db, system: Actor, now: datetime) -> int:
    """Let go of what was not approved or paid in time, and tell both people; how many."""
    async with db.transaction(system) as tx:
        late = await queries.overdue.all(tx, now)
        for session in late:
            await advance(tx, system, Seat(session, rules.Party.SYSTEM), Verb.EXPIRE, now)
        return len(late)


async def start_due(db: Db, system: Actor, now: datetime) -> int:
    """Confirmed sessions whose time has come are in progress; how many."""
    async with db.transaction(system) as tx:
        due = await queries.to_start.all(tx, now)
        for session in due:
            await advance(tx, system, Seat(session, rules.Party.SYSTEM), Verb.START, now)
        return len(due)


async def _step(db: Db, actor: Actor, session_id: UUID, verb: Verb, now: datetime, reason: str = "") -> Seat:
    async with db.transaction(actor) as tx:
        return await advance(tx, actor, await load_session(tx, actor, session_id), verb, now, reason=reason)


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
        await _begin(tx, actor, session)
    else:
        await _take_step(tx, actor, session, target, now, reason, late, answer)
    settled = await settle_credits(tx, seat, verb, now, late=late) if session.credits else {}
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
    due = rules.due_at(target, session.terms, session.starts_at, now)
    seen = session.id, session.status.value
    taken = await queries.take_step.value(
        tx, *seen, target.value, now, reason, due, late, session.starts_at, checked_answer(answer) or None
    )
    if taken is None:
        raise await _moved_on(tx, actor, session)


async def _begin(tx: Tx, actor: Actor, session: SessionRow) -> None:
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


def checked_reason(reason: str, needed: bool) -> str:
    """Trimmed; InvalidInputError on `reason` when it is needed and empty, or too long."""
    reason = reason.strip()
    if needed and not reason:
        raise InvalidInputError(fields={"reason": _("Please say why, in a few kind words.")})
    if len(reason) > MOST_REASON:
        raise InvalidInputError(fields={"reason": _("Please keep this to 1000 characters.")})
    return reason


async def announce(tx: Tx, event: audit.Event, session: SessionRow, *, freed: bool = False) -> None:
    """Who did not do it is told, and both read again; where a slot is free again, whoever looks for one. The
    room in which they meet follows."""
    await keep_later(tx, event.verb, session)
    slots = [f"slots:{session.practitioner_id}"] if freed else []
    about = ["dashboard", f"session:{session.id}", *(["credits"] if session.credits else [])]
    await tell(tx, event, about=about, public=slots)
