"""The practitioner makes a session for a client, at a time or for now; the client approves it or not."""

from datetime import datetime, timedelta
from uuid import UUID

from visavis.accounts.access import require_confirmed
from visavis.availability.access import load_calendar
from visavis.availability.nearest import load_nearest
from visavis.booking.access import Seat, load_session
from visavis.booking.errors import SlotTakenError
from visavis.booking.inserting import NewSession, Sold, insert_session
from visavis.booking.plans import Plan, check_plan, plan_terms
from visavis.booking.queries import creating as queries
from visavis.booking.queries import held_by_others_until, lock_calendars
from visavis.booking.queries.creating import InTheWayRow
from visavis.booking.stepping import announce
from visavis.kit import audit, throttle
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import ConflictError, InvalidInputError, TooManyRequestsError
from visavis.kit.format import format_clock, format_when
from visavis.kit.sql import Tx
from visavis.kit.words import _, say
from visavis.practices.access import OfferingRow, PracticeRow, load_own_offering, load_own_practice

MOST_WAITING = 5  # of one practitioner for one client: proposals are read by people
_HOUR = 60 * 60
_DAY = 24 * _HOUR


class UnderWayError(ConflictError):
    type = "instant-under-way"
    title = _("Your instant session is before them already")


async def create_session(db: Db, actor: Actor, plan: Plan, now: datetime) -> Seat:
    """Make a session that waits for its client; both see it with the commit.

    The practitioner's own time need not be offered, only free: for both of them. Raises SlotTakenError (what
    is in the way, with the nearest free starts), UnderWayError, InvalidInputError, TooManyRequestsError,
    NotFoundError (a stranger, another's offering), NoPracticeError, UnconfirmedError.
    """
    check_plan(plan, now)
    await _count(db, actor, plan)
    async with db.transaction(actor) as tx:
        await require_confirmed(tx, actor)
        practice = await load_own_practice(tx, actor)
        offering = await load_own_offering(tx, actor, plan.offering_id)
        # Terms and one's own calendar come before anybody is looked up: refused for these, it says nothing of
        # others.
        sold = _sold(practice, offering, plan)
        await _check_own(tx, actor, practice, plan, now)
        client_id = await _whom(tx, practice, plan)
        await lock_calendars.run(tx, practice.practitioner_id, client_id)  # two at once are counted as two
        await _check_waiting(tx, client_id, plan, now)
        session_id = await _insert(tx, sold, client_id, plan, now)
        if session_id is None and plan.starts_at is None:
            raise UnderWayError
        if session_id is None and plan.client_id is None:
            raise _nobody(practice)  # their calendar is no business of who only knows an address
        if session_id is None:
            raise await _taken(tx, actor, practice, plan, plan.starts_at or now, now)
        seat = await load_session(tx, actor, session_id)
        verb = "invite" if plan.starts_at is None else "propose_session"
        what = ("session", session_id)
        event = await audit.record(tx, actor, verb, what, seat.session.people, at=now)
        await announce(tx, event, seat.session, freed=plan.starts_at is not None)
        return seat


async def _count(db: Db, actor: Actor, plan: Plan) -> None:
    """Proposals are for people; and nobody finds out with lists of addresses who has an account here."""
    await throttle.count(db, "create", actor.known_id, most=60, seconds=_HOUR)
    if plan.client_id is not None:  # also when each is withdrawn before the next
        await throttle.count(db, "create for", f"{actor.known_id} {plan.client_id}", most=20, seconds=_DAY)
    else:
        await throttle.count(db, "introduce", actor.known_id, most=10, seconds=_DAY)
        await throttle.count(db, "introduce from", actor.address, most=30, seconds=_DAY)


async def _whom(tx: Tx, practice: PracticeRow, plan: Plan) -> UUID:
    """One of the practitioner's clients, or who signs in with exactly this address."""
    if plan.client_id is not None:
        return (await queries.find_own_client.one(tx, plan.client_id)).id
    found: UUID | None = await queries.introduce.value(tx, plan.email)
    if found is None:
        raise _nobody(practice)
    return found


def _nobody(practice: PracticeRow) -> InvalidInputError:
    """One sentence, whatever the reason: nobody there, not confirmed, or not free at that time."""
    sentence = _(
        "Nobody can be reached with exactly this address for this time. "
        "Please choose another time, or send them the link to your page."
    )
    if practice.verified_at is None or practice.published_at is None:
        sentence = _("Only practices in public with the verified mark reach people who are not clients yet.")
    return InvalidInputError(fields={"email": sentence})


async def _check_waiting(tx: Tx, client_id: UUID, plan: Plan, now: datetime) -> None:
    found = await queries.waiting_for.one(tx, client_id, now)
    if plan.starts_at is None and found.instants:
        raise UnderWayError
    if found.waiting >= MOST_WAITING:
        raise TooManyRequestsError(
            _("Several of your proposals wait for their answer. Please let them answer first."),
            headers={"retry-after": "3600"},
        )


def _sold(practice: PracticeRow, offering: OfferingRow, plan: Plan) -> Sold:
    """One's own offering, also while the practice is not in public; under the plan's name, on its terms."""
    terms = plan_terms(plan, offering, practice.rate_minor)
    return Sold(
        practitioner_id=practice.practitioner_id,
        offering_id=offering.id,
        name=plan.name or offering.name,
        currency=practice.currency,
        policy=terms.policy,
        price_minor=terms.price_minor,
    )


async def _insert(tx: Tx, sold: Sold, client_id: UUID, plan: Plan, now: datetime) -> UUID | None:
    """With the practice's own buffers around it; None when somebody has the time."""
    start, blocked = plan.starts_at, None
    if start is not None:
        end = start + timedelta(minutes=plan.length_minutes)
        calendar = await load_calendar(tx, sold.practitioner_id, start, end)
        blocked = calendar.blocked(start, plan.length_minutes)
    made = NewSession(
        sold=sold,
        client_id=client_id,
        created_by="practitioner",
        length_minutes=plan.length_minutes,
        starts_at=start,
        blocked=blocked,
        instant=start is None,
        notes=plan.message,
    )
    return await insert_session(tx, made, now)


async def _taken(
    tx: Tx, actor: Actor, practice: PracticeRow, plan: Plan, start: datetime, now: datetime
) -> SlotTakenError:
    """What is in the way. Of the client's other sessions nothing is said but that there is one."""
    length = plan.length_minutes
    end = start + timedelta(minutes=length)
    blocked = (await load_calendar(tx, practice.practitioner_id, start, end)).blocked(start, length)
    nearest = await load_nearest(tx, practice.practitioner_id, plan.offering_id, length, start, now)
    mine = await queries.in_the_way.maybe(tx, *blocked)
    if mine is not None:
        return SlotTakenError(_own(actor, mine, start, end), nearest)
    held = await held_by_others_until.value(tx, practice.practitioner_id, *blocked, now)
    return SlotTakenError(_("Somebody is just booking this time.") if held else _THEIRS, nearest)


async def _check_own(tx: Tx, actor: Actor, practice: PracticeRow, plan: Plan, now: datetime) -> None:
    """Nobody invites to a session that could not begin, because of another one of their own."""
    start = plan.starts_at or now
    end = start + timedelta(minutes=plan.length_minutes)
    if plan.starts_at is None:
        mine = await queries.in_the_way.maybe(tx, start, end)
        if mine is not None:
            raise SlotTakenError(_own(actor, mine, start, end), [])
    elif plan.client_id is None:
        calendar = await load_calendar(tx, practice.practitioner_id, start, end)
        if await queries.in_the_way.maybe(tx, *calendar.blocked(start, plan.length_minutes)) is not None:
            raise await _taken(tx, actor, practice, plan, start, now)


def _own(actor: Actor, mine: InTheWayRow, start: datetime, end: datetime) -> str:
    overlaps = mine.starts_at < end and start < mine.ends_at
    return say(
        actor,
        _KEPT if mine.proposed else _OWN if overlaps else _BUFFER,
        name=mine.client_name,
        start=format_when(mine.starts_at, actor.time_zone, actor.locale),
        end=format_clock(mine.ends_at, actor.time_zone, actor.locale),
    )


_THEIRS = _("They have another session at this time.")
_OWN = _("You have a session with %(name)s then: %(start)s–%(end)s.")
_BUFFER = _("The time around your session with %(name)s stays free: %(start)s–%(end)s.")
_KEPT = _("This time is kept for the session with %(name)s that shall move: %(start)s–%(end)s.")
