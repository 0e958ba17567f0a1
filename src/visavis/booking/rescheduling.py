"""Another time for a session: one side proposes it, the other agrees, or the policy lets it be at once."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from visavis.availability.access import AHEAD, Calendar, load_calendar
from visavis.availability.rules import Reason
from visavis.booking import changes, queries, rules
from visavis.booking.access import Seat, load_session
from visavis.booking.actions import approve_in
from visavis.booking.course import due_at
from visavis.booking.errors import SlotTakenError, TimeNotOfferedError
from visavis.booking.queries import SessionRow
from visavis.booking.queries.proposals import LapsedRow
from visavis.booking.refusing import check_time, not_offered
from visavis.booking.rules import Party, Proposal, Verb
from visavis.booking.stepping import Told, announce
from visavis.booking.too_few_credits import client_hears
from visavis.kit import audit, throttle
from visavis.kit.actor import Actor
from visavis.kit.alone import take_each
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError
from visavis.kit.reasons import checked_reason
from visavis.kit.sql import Tx
from visavis.kit.words import _
from visavis.notifications.actions import tell

MOST_WORDS = 1000  # characters


async def propose_time(
    db: Db, actor: Actor, session_id: UUID, starts_at: datetime, message: str, now: datetime
) -> Seat:
    """Ask for another time, which is kept until the answer; or take it, where `changes` says at once.

    What was proposed before, by either side, is settled with it. Raises SlotTakenError (with alternatives),
    TimeNotOfferedError, InvalidInputError, WrongStateError, TooManyRequestsError.
    """
    message = _checked(starts_at, message, now)
    # Each one keeps another time, and asks for the other person's attention.
    await throttle.count(db, "another time", f"{actor.known_id} {session_id}", most=60, seconds=3600)
    async with db.transaction(actor) as tx:
        seat = await alone(tx, actor, session_id)
        _refuse(Verb.PROPOSE_TIME, seat, now)
        session = seat.session
        calendar = await load_times(tx, seat, starts_at, starts_at + _length(session))
        reason = calendar.why_not(session.length_minutes, starts_at, now, offering_id=session.offering_id)
        if reason is not None or starts_at == session.starts_at:
            raise await _not_free(tx, seat, starts_at, reason, now)
        blocked = calendar.blocked(starts_at, session.length_minutes)
        if session.proposal is not None:
            own = session.proposal.proposed_by == seat.party.value
            await queries.close_open_proposal.run(tx, session_id, "withdrawn" if own else "declined", now)
        if changes.moves_at_once(session.facts, seat.party, now):
            await move(tx, seat, starts_at, blocked, now)
            event = await _record(tx, actor, "reschedule", seat, starts_at, message, now)
        else:
            await _propose(tx, seat, starts_at, blocked, message, now)
            event = await _record(tx, actor, Verb.PROPOSE_TIME, seat, starts_at, message, now)
        await announce(tx, event, session, freed=True)
        return await load_session(tx, actor, session_id)


async def answer_time(
    db: Db,
    actor: Actor,
    session_id: UUID,
    accept: bool,
    now: datetime,
    reason: str = "",
    *,
    seen: datetime | None = None,
) -> Seat:
    """The other side agrees, and the old time is free the moment the new one is taken; or does not. A request
    whose practitioner proposed the time is approved with it.

    `seen` is the start that was agreed to: not another one, proposed meanwhile. Raises SlotTakenError when
    somebody of the two has taken another session at that time, WrongStateError.
    """
    verb = Verb.AGREE_TIME if accept else Verb.DECLINE_TIME
    reason = checked_reason(reason, needed=False)
    async with client_hears(db, actor, session_id, now), db.transaction(actor) as tx:
        seat = await alone(tx, actor, session_id)
        proposal = _open_proposal(verb, seat, now)
        if accept:
            rules.refuse_unseen(seen, proposal.starts_at, seat.session.status)
            blocked = await queries.find_blocked.maybe(tx, session_id)
            if blocked is None:
                raise rules.WrongStateError(_("No other time is proposed any more."))
            await move(tx, seat, proposal.starts_at, (blocked.starts_at, blocked.ends_at), now)
        else:
            await queries.close_open_proposal.run(tx, session_id, "declined", now)
        if accept and changes.agreement_approves(seat.session.facts):
            return await _approve_by_agreement(tx, actor, seat, now)
        event = await _record(tx, actor, verb, seat, proposal.starts_at, reason, now)
        await announce(tx, event, seat.session, freed=True)
        return await load_session(tx, actor, session_id)


async def _approve_by_agreement(tx: Tx, actor: Actor, seat: Seat, now: datetime) -> Seat:
    """The session has just moved to the time that its practitioner proposed: the approval is the
    practitioner's, and the database looks for that very proposal."""
    moved = await load_session(tx, actor, seat.session.id)
    told = Told(Verb.AGREE_TIME.value, _times_of(seat, moved.session.starts_at), moved=True)
    await approve_in(tx, actor, Seat(moved.session, Party.PRACTITIONER), now, told=told)
    return await load_session(tx, actor, seat.session.id)


async def withdraw_time(db: Db, actor: Actor, session_id: UUID, now: datetime) -> Seat:
    """Who proposed another time does not want it any more. Raises WrongStateError."""
    async with db.transaction(actor) as tx:
        seat = await alone(tx, actor, session_id)
        proposal = _open_proposal(Verb.WITHDRAW_TIME, seat, now)
        await queries.close_open_proposal.run(tx, session_id, "withdrawn", now)
        event = await _record(tx, actor, Verb.WITHDRAW_TIME, seat, proposal.starts_at, "", now)
        await announce(tx, event, seat.session, freed=True)
        return await load_session(tx, actor, session_id)


async def lapse_proposals(db: Db, system: Actor, now: datetime) -> int:
    """Let go of proposed times that were not answered; the sessions stay where they are. How many."""

    async def late(tx: Tx, failed: list[UUID]) -> LapsedRow | None:
        return await queries.lapsed_proposal.maybe(tx, now, failed)

    async def lapse(tx: Tx, late: LapsedRow) -> None:
        await queries.lapse_proposal.run(tx, late.id, now)
        people = [late.practitioner_id, late.client_id]
        details = {"starts_at": late.proposed_from.isoformat()}
        event = await audit.record(
            tx, system, "lapse_time", ("session", late.session_id), people, details, now
        )
        about = ["dashboard", f"session:{late.session_id}"]
        await tell(tx, event, about=about, public=[f"slots:{late.practitioner_id}"])

    return await take_each(db, system, late, lapse)


async def load_times(tx: Tx, seat: Seat, start: datetime, end: datetime) -> Calendar:
    """The calendar on which the session can move: its own time does not block, and practitioners need no
    notice of their own wishes."""
    session = seat.session
    calendar = await load_calendar(tx, session.practitioner_id, start, end, moving=session.id)
    if seat.party is not Party.PRACTITIONER:
        return calendar
    settings = msgspec.structs.replace(calendar.settings, notice_min=0)
    return msgspec.structs.replace(calendar, settings=settings)


def _checked(starts_at: datetime, message: str, now: datetime) -> str:
    """The trimmed message; refuses what is too long, and instants from which no date can be counted."""
    message = message.strip()
    if len(message) > MOST_WORDS:
        raise InvalidInputError(fields={"message": _("Please keep this to 1000 characters.")})
    check_time(starts_at, now)
    return message


def _times_of(seat: Seat, starts_at: datetime | None) -> dict[str, str]:
    times = {"was": seat.session.starts_at, "starts_at": starts_at}
    return {name: at.isoformat() for name, at in times.items() if at}


def _length(session: SessionRow) -> timedelta:
    return timedelta(minutes=session.length_minutes)


async def alone(tx: Tx, actor: Actor, session_id: UUID) -> Seat:
    """The session as it stands, while nobody else can change it or take a time of these two people."""
    session = (await load_session(tx, actor, session_id)).session
    await queries.lock_calendars.run(tx, session.practitioner_id, session.client_id)
    await queries.lock_session.run(tx, session_id)
    return await load_session(tx, actor, session_id)


def _refuse(verb: Verb, seat: Seat, now: datetime) -> None:
    refused = rules.refusal(verb, seat.session.facts, seat.party, now)
    if refused:
        raise refused


def _open_proposal(verb: Verb, seat: Seat, now: datetime) -> Proposal:
    _refuse(verb, seat, now)
    proposal = seat.session.proposal
    if proposal is None:
        raise LookupError("the rules let nobody answer a proposal that is not there")
    return proposal


async def _propose(
    tx: Tx, seat: Seat, starts_at: datetime, blocked: tuple[datetime, datetime], message: str, now: datetime
) -> None:
    session = seat.session
    await queries.insert_proposal.value(
        tx,
        session.id,
        session.practitioner_id,
        seat.party.value,
        starts_at,
        starts_at + _length(session),
        *blocked,
        message,
        changes.proposal_due(session.facts, starts_at, now),
        now,
    )


async def move(
    tx: Tx, seat: Seat, starts_at: datetime, blocked: tuple[datetime, datetime], now: datetime
) -> None:
    """One statement takes the new time and frees the old one; what is awaited keeps its deadline, unless the
    session now begins before."""
    session = seat.session
    ends_at = starts_at + _length(session)
    due = due_at(session.status, session.terms, starts_at, session.status_changed_at)
    if await queries.move_session.value(tx, session.id, starts_at, ends_at, *blocked, due) != "moved":
        raise await _not_free(tx, seat, starts_at, Reason.TAKEN, now)


async def _record(
    tx: Tx, actor: Actor, verb: str, seat: Seat, starts_at: datetime, words: str, now: datetime
) -> audit.Event:
    session = seat.session
    details: dict[str, Any] = _times_of(seat, starts_at) | ({"reason": words} if words else {})
    return await audit.record(tx, actor, str(verb), ("session", session.id), session.people, details, now)


async def _not_free(
    tx: Tx, seat: Seat, starts_at: datetime, reason: Reason | None, now: datetime
) -> SlotTakenError | TimeNotOfferedError | InvalidInputError:
    """The refusal, with the nearest free starts."""
    session = seat.session
    if starts_at == session.starts_at:
        return InvalidInputError(fields={"starts_at": _("This is the time that it has now.")})
    if reason in (Reason.TOO_FAR, Reason.OUTSIDE_HOURS, Reason.OFF_GRID):
        return not_offered()
    calendar = await load_times(tx, seat, now, now + AHEAD)
    nearest = calendar.nearest_free(session.length_minutes, starts_at, now, offering_id=session.offering_id)
    others = [each for each in nearest if each != session.starts_at]
    if reason in (Reason.SWITCHED_OFF, Reason.FULL):
        return SlotTakenError(_("This time is no longer offered. These are the nearest free ones."), others)
    if reason is Reason.TOO_SOON:
        return SlotTakenError(_("This time is too soon now. These are the nearest free ones."), others)
    return SlotTakenError(_("This time is taken now. These are the nearest free ones."), others)
