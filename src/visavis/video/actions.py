"""The verbs of a call: coming, going, and what the two pages say to each other to find one another."""

from datetime import datetime
from uuid import UUID

import msgspec

from visavis.booking.access import Seat, load_session
from visavis.booking.rules import Verb, may
from visavis.booking.stepping import Told, advance
from visavis.chat.access import is_blocked
from visavis.kit import audit, throttle
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import ConflictError, InvalidInputError
from visavis.kit.sql import Tx
from visavis.kit.words import _
from visavis.live.actions import hint
from visavis.notifications.actions import tell
from visavis.video import rules
from visavis.video.access import Call, load_call, load_going
from visavis.video.queries import calls
from visavis.video.queries.calls import Signal
from visavis.video.rules import Stay

_JOINED = "join_call"


class ElsewhereError(ConflictError):
    """This page is not in the call any more: another one of the same person is, or it was away too long."""

    type = "not-in-the-call"
    title = _("You are not in the call with this page any more")


class Joined(msgspec.Struct, frozen=True):
    """A page in a call: its stay, the session after the step that joining was, and from where to read on."""

    stay_id: UUID
    seat: Seat
    other: Stay | None
    latest: int


class Heard(msgspec.Struct, frozen=True):
    """What a page missed: signals in order, who is there, and how the session stands."""

    seat: Seat
    signals: list[Signal]
    mine: Stay | None
    other: Stay | None


async def join(db: Db, actor: Actor, session_id: UUID, now: datetime) -> Joined:
    """Come into the call with a new page; another page of the same person leaves it.

    With the practitioner's coming the session is in progress. The other person is told once, unless they are
    there already. Raises NotFoundError, WrongStateError, TooManyRequestsError, or SlotTakenError when a
    session without a time cannot begin because one of the two is in another.
    """
    await throttle.count(db, "join a call", actor.known_id, most=60, seconds=600)
    async with db.transaction(actor) as tx:
        return await arrive(tx, actor, await load_call(tx, actor, session_id, now), now, here=True)


async def arrive(tx: Tx, actor: Actor, call: Call, now: datetime, *, here: bool) -> Joined:
    """The same inside the caller's transaction; `here`: into our own room, and not a provider's. Between two
    of whom one blocks the other, nobody is told that somebody waits."""
    session_id, other, seat = call.seat.session.id, call.other(now), call.seat
    waits = other is None and not await is_blocked(tx, actor.known_id, call.other_id)
    begins = may(Verb.START, seat.session.facts, seat.party, now)
    if begins:
        told = Told(_JOINED) if waits else None
        seat = await advance(tx, actor, seat, Verb.START, now, told=told)
    if here:
        await calls.open_room.run(tx, session_id, now)
    await _end(tx, actor, session_id, None, now)
    stay_id = await calls.insert_stay.value(tx, session_id, actor.known_id, now)
    latest = await calls.latest_signal.value(tx, session_id) or 0
    await _announce(tx, actor, call, now, begins=begins, waits=waits)
    return Joined(stay_id, seat, other, latest)


async def _announce(tx: Tx, actor: Actor, call: Call, now: datetime, *, begins: bool, waits: bool) -> None:
    """Both pages look again, and the session's history has who came, but not every reload; who is not there
    hears that somebody waits. What began the session is in its history already."""
    session = call.seat.session
    mine = [stay for stay in call.stays if stay.account_id == actor.account_id]
    if begins or any(now - stay.until(now) < rules.GONE_AFTER for stay in mine):
        await hint(tx, to=session.people, about=_about(session.id))
        return
    event = await audit.record(tx, actor, _JOINED, ("session", session.id), session.people, at=now)
    if waits:
        await tell(tx, event, about=_about(session.id))
    else:
        await hint(tx, to=session.people, about=_about(session.id))


async def leave(db: Db, actor: Actor, session_id: UUID, stay_id: UUID, now: datetime) -> None:
    """A page goes, by hanging up or by being closed; again does no harm. However the session stands."""
    async with db.transaction(actor) as tx:
        session = (await load_session(tx, actor, session_id)).session
        if await _end(tx, actor, session_id, stay_id, now):
            await hint(tx, to=session.people, about=_about(session_id))


async def beat(db: Db, actor: Actor, session_id: UUID, stay_id: UUID, now: datetime) -> None:
    """A page is still there; ElsewhereError when it is not in the call any more."""
    async with db.transaction(actor) as tx:
        await load_going(tx, actor, session_id, now)
        await _still(tx, actor, session_id, stay_id, now)


async def signal(db: Db, actor: Actor, session_id: UUID, stay_id: UUID, body: str, now: datetime) -> None:
    """Say something to the other person's page, which hears of it at once.

    Raises InvalidInputError when it is too long, ElsewhereError, NotFoundError, WrongStateError,
    TooManyRequestsError.
    """
    if not 0 < len(body.encode()) <= rules.MOST_SIGNAL:
        raise InvalidInputError(_("This is no signal of a call."))
    await throttle.count(db, "signal", actor.known_id, most=240, seconds=60)
    async with db.transaction(actor) as tx:
        call = await load_going(tx, actor, session_id, now)
        await _still(tx, actor, session_id, stay_id, now)
        await calls.insert_signal.run(tx, session_id, actor.known_id, stay_id, body, now)
        most = rules.MOST_SIGNALS, rules.MOST_SIGNAL_BYTES
        await calls.keep_latest_signals.run(tx, actor.known_id, stay_id, *most)
        await hint(tx, to=[call.other_id], about=[f"call:{session_id}"])


async def signals_after(db: Db, actor: Actor, session_id: UUID, after: int, now: datetime) -> Heard:
    """What the other person's page said after number `after`, and who is there."""
    async with db.transaction(actor) as tx:
        # Before who is there: a page that spoke is known by then.
        said = await calls.signals_after.all(tx, session_id, after, actor.known_id, rules.MOST_HEARD)
        call = await load_going(tx, actor, session_id, now)
        mine = rules.present(call.stays, actor.known_id, now)
        return Heard(call.seat, said, mine, call.other(now))


async def forget_signals(db: Db, system: Actor, now: datetime) -> int:
    """Signals serve for seconds and are kept for an hour; how many went."""
    async with db.transaction(system) as tx:
        return await calls.forget_signals.run(tx, now - rules.SIGNALS_KEPT)


async def _end(tx: Tx, actor: Actor, session_id: UUID, stay_id: UUID | None, now: datetime) -> bool:
    """One of the actor's pages leaves, or all, and what they said is forgotten; whether any was there."""
    ended = await calls.end_stays.values(tx, session_id, actor.known_id, stay_id, now)
    if ended:
        await calls.take_signals_back.run(tx, session_id, actor.known_id, ended)
    return bool(ended)


async def _still(tx: Tx, actor: Actor, session_id: UUID, stay_id: UUID, now: datetime) -> None:
    if await calls.beat.value(tx, session_id, actor.known_id, stay_id, now) is None:
        raise ElsewhereError


def _about(session_id: UUID) -> list[str]:
    return [f"call:{session_id}", f"session:{session_id}"]
