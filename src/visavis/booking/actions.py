"""The verbs of a session's life: each owns its one transaction, and the whole write is visible in it."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

from visavis.booking import queries, rules
from visavis.booking.access import Seat, load_session
from visavis.booking.course import after_approval
from visavis.booking.links import meeting_link
from visavis.booking.queries import SessionRow
from visavis.booking.rules import Seen, Verb, WrongStateError
from visavis.booking.stepping import Told, advance, announce
from visavis.booking.too_few_credits import client_hears
from visavis.kit import audit, throttle
from visavis.kit.actor import Actor
from visavis.kit.alone import take_each
from visavis.kit.db import Db
from visavis.kit.errors import ForbiddenError
from visavis.kit.sql import Tx
from visavis.kit.words import _


async def approve(
    db: Db, actor: Actor, session_id: UUID, now: datetime, *, seen: Seen = None, answer: str = ""
) -> Seat:
    """The other side agrees; the session is certain at once when there is nothing to pay, and an instant one
    begins (SlotTakenError when one of the two is in another session; it stays pending).

    `seen` is the start that was agreed to: who asked may have moved the session meanwhile (WrongStateError).
    """
    async with client_hears(db, actor, session_id, now), db.transaction(actor) as tx:
        seat = await load_session(tx, actor, session_id)
        rules.refuse_unseen(seen, seat.session.starts_at, seat.session.status)
        return await approve_in(tx, actor, seat, now, answer=answer)


async def approve_in(
    tx: Tx, actor: Actor, seat: Seat, now: datetime, *, answer: str = "", told: Told | None = None
) -> Seat:
    """The same inside the caller's transaction; `answer` is what the approving side writes."""
    session = seat.session
    to = after_approval(session.terms, session.price_minor, instant=session.instant)
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
    """The practitioner says where to meet: any https link; an empty one takes it away. Who saves what stands
    there already changes nothing."""
    link = meeting_link(url)  # what is none counts for nothing
    await throttle.count(db, "link to meet", f"{actor.known_id} {session_id}", most=20, seconds=3600)
    async with db.transaction(actor) as tx:
        seat = await load_session(tx, actor, session_id)
        if seat.party is not rules.Party.PRACTITIONER:
            raise ForbiddenError(_("The meeting link is the practitioner's to set."))
        if seat.session.status not in rules.OPEN:
            raise WrongStateError(_("This session is over."))
        if link == seat.session.meeting_url:
            return seat
        await queries.set_meeting_url.run(tx, session_id, link)
        verb = "set_meeting_link" if link else "remove_meeting_link"
        what = verb, ("session", session_id), seat.session.people
        await announce(tx, await audit.record(tx, actor, *what, at=now), seat.session)
        return await load_session(tx, actor, session_id)


async def expire_overdue(db: Db, system: Actor, now: datetime, *, no_cards: bool = False) -> int:
    """Let go of what was not approved or paid in time, and tell both people; how many. `no_cards`: of what
    may have been paid by card, nothing."""

    async def late(tx: Tx, failed: list[UUID]) -> SessionRow | None:
        return await queries.overdue.maybe(tx, now, no_cards, failed)

    return await take_each(db, system, late, _by_clock(system, Verb.EXPIRE, now))


async def start_due(db: Db, system: Actor, now: datetime) -> int:
    """Confirmed sessions whose time has come are in progress; how many."""

    async def due(tx: Tx, failed: list[UUID]) -> SessionRow | None:
        return await queries.to_start.maybe(tx, now, failed)

    return await take_each(db, system, due, _by_clock(system, Verb.START, now))


def _by_clock(system: Actor, verb: Verb, now: datetime) -> Callable[[Tx, SessionRow], Awaitable[Seat]]:
    async def step(tx: Tx, session: SessionRow) -> Seat:
        return await advance(tx, system, Seat(session, rules.Party.SYSTEM), verb, now)

    return step


async def _step(db: Db, actor: Actor, session_id: UUID, verb: Verb, now: datetime, reason: str = "") -> Seat:
    async with db.transaction(actor) as tx:
        return await advance(tx, actor, await load_session(tx, actor, session_id), verb, now, reason=reason)
