"""The other ways: sessions without a time, that begin with their approval, or that practitioners make."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from tests.support.ways import introduce, made
from tests.support.world import Somebody, make_offering, make_person, make_practitioner, tomorrow_at
from visavis.booking import actions
from visavis.booking.access import SessionRow, load_history, load_session
from visavis.booking.errors import SlotTakenError
from visavis.booking.offered_steps import needs_action, offer
from visavis.booking.rescheduling import answer_time, propose_time
from visavis.booking.rules import NO_TIME, Status, Verb, WrongStateError, joinable
from visavis.booking.step_words import STEP_WORDS, hints_of, lead_of, words_for
from visavis.booking.taking import Wish, book_slot
from visavis.kit.actor import SYSTEM
from visavis.kit.db import Database, Db
from visavis.kit.errors import ForbiddenError, InvalidInputError

MINUTE = timedelta(minutes=1)


def now() -> datetime:
    return datetime.now(UTC)


class People:
    """A practitioner with a free offering for requests, and a client."""

    def __init__(self, practitioner: Somebody, client: Somebody, offering: UUID) -> None:
        self.practitioner, self.client, self.offering = practitioner, client, offering


@pytest.fixture
async def people(owner: Any) -> People:
    practitioner, client = await make_practitioner(owner), await make_person(owner)
    await introduce(owner, practitioner, client)
    return People(practitioner, client, await make_offering(owner, practitioner, "request_to_mentor"))


async def request(db: Database, people: People) -> SessionRow:
    return await made(db, people.client, people.client, people.offering, topic="Where to go")


async def instant(db: Database, people: People) -> SessionRow:
    return await made(db, people.practitioner, people.client, people.offering, instant=True)


async def certain(db: Database, people: People) -> SessionRow:
    session = await request(db, people)
    return (await actions.approve(db.handle(), people.practitioner.actor, session.id, now())).session


async def test_a_request_without_a_time_is_certain_once_accepted(db: Database, people: People) -> None:
    session = await request(db, people)
    assert (session.status, session.starts_at, session.length_minutes) == (Status.PENDING_APPROVAL, None, 60)
    assert session.due_at is not None
    with pytest.raises(ForbiddenError):
        await actions.approve(db.handle(), people.client.actor, session.id, now())
    said = {"seen": NO_TIME, "answer": " Gladly. "}
    seat = await actions.approve(db.handle(), people.practitioner.actor, session.id, now(), **said)
    assert (seat.session.status, seat.session.answer) == (Status.CONFIRMED, "Gladly.")
    assert joinable(seat.session.facts, now() + timedelta(days=9))


async def test_either_side_gives_it_a_time(db: Database, people: People) -> None:
    session, at = await certain(db, people), tomorrow_at(9)
    await propose_time(db.handle(), people.client.actor, session.id, at, "", now())
    moved = await answer_time(db.handle(), people.practitioner.actor, session.id, True, now(), seen=at)
    assert (moved.session.starts_at, moved.session.ends_at) == (at, at + timedelta(hours=1))
    other = await certain(db, people)
    with pytest.raises(SlotTakenError):
        await propose_time(db.handle(), people.practitioner.actor, other.id, at, "", now())


async def test_who_asked_chooses_a_time_while_nobody_has_answered(db: Database, people: People) -> None:
    session, at = await request(db, people), tomorrow_at(10)
    seat = await propose_time(db.handle(), people.client.actor, session.id, at, "", now())
    assert (seat.session.starts_at, seat.session.proposal) == (at, None)
    with pytest.raises(WrongStateError):
        await actions.approve(db.handle(), people.practitioner.actor, session.id, now(), seen=NO_TIME)


async def test_agreeing_to_the_practitioners_time_approves_the_request(db: Database, people: People) -> None:
    session, at = await request(db, people), tomorrow_at(11)
    await propose_time(db.handle(), people.practitioner.actor, session.id, at, "Then?", now())
    seat = await answer_time(db.handle(), people.client.actor, session.id, True, now(), seen=at)
    assert (seat.session.status, seat.session.starts_at) == (Status.CONFIRMED, at)
    async with db.handle().transaction(people.client.actor) as tx:
        last = (await load_history(tx, session.id))[-1]
    assert (last.verb, last.details["to"]) == ("agree_time", "confirmed")


async def test_a_client_who_proposes_another_time_has_not_approved(db: Database, people: People) -> None:
    session = await made(db, people.practitioner, people.client, people.offering, tomorrow_at(12))
    await propose_time(db.handle(), people.client.actor, session.id, tomorrow_at(15), "", now())
    seat = await answer_time(db.handle(), people.practitioner.actor, session.id, True, now())
    assert (seat.session.status, seat.session.starts_at) == (Status.PENDING_APPROVAL, tomorrow_at(15))


async def test_the_practitioner_starts_it_whenever_both_are_there(db: Database, people: People) -> None:
    session = await certain(db, people)
    with pytest.raises(ForbiddenError):
        await actions.start(db.handle(), people.client.actor, session.id, now())
    begun = (await actions.start(db.handle(), people.practitioner.actor, session.id, now())).session
    assert begun.status is Status.IN_PROGRESS
    assert begun.starts_at is not None
    assert begun.starts_at <= now() < begun.starts_at + MINUTE
    with pytest.raises(WrongStateError):
        await actions.complete(db.handle(), people.practitioner.actor, session.id, now())
    later = now() + timedelta(hours=2)
    done = await actions.complete(db.handle(), people.practitioner.actor, session.id, later)
    assert done.session.status is Status.COMPLETED


async def test_an_instant_session_begins_with_its_approval(db: Database, people: People) -> None:
    session = await instant(db, people)
    assert session.due_at is not None
    assert session.due_at - session.created_at == 15 * MINUTE
    with pytest.raises(ForbiddenError):
        await actions.approve(db.handle(), people.practitioner.actor, session.id, now())
    begun = (await actions.approve(db.handle(), people.client.actor, session.id, now())).session
    assert (begun.status, begun.ends_at) == (Status.IN_PROGRESS, begun.starts_at + timedelta(hours=1))  # type: ignore[operator]


async def test_two_tabs_begin_it_once(db: Database, people: People) -> None:
    session = await instant(db, people)
    both = [actions.approve(db.handle(), people.client.actor, session.id, now()) for _ in range(2)]
    outcomes = await asyncio.gather(*both, return_exceptions=True)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Seat", "WrongStateError"]


async def test_who_is_in_another_session_is_told_so_and_it_still_waits(db: Database, people: People) -> None:
    busy = await certain(db, people)
    await actions.start(db.handle(), people.practitioner.actor, busy.id, now())
    session = await instant(db, people)
    with pytest.raises(SlotTakenError, match="in another session now"):
        await actions.approve(db.handle(), people.client.actor, session.id, now())
    async with db.handle().transaction(people.client.actor) as tx:
        status = await tx.fetchval("select status from session where id = $1", session.id)
    assert status == "pending_approval"


async def test_an_instant_session_lapses_soon(db: Database, database: Any, people: People) -> None:
    session = await instant(db, people)
    late = session.due_at
    assert late is not None
    with pytest.raises(WrongStateError, match="not approved in time"):
        await actions.approve(db.handle(), people.client.actor, session.id, late)
    with pytest.raises(WrongStateError):
        await propose_time(db.handle(), people.client.actor, session.id, tomorrow_at(9), "", now())
    worker = await Database.open(database.worker_url)
    try:
        assert await actions.expire_overdue(worker.handle(), SYSTEM, late) == 1
        assert await actions.start_due(worker.handle(), SYSTEM, late) == 0
    finally:
        await worker.close()


@pytest.mark.parametrize("preset", ["request_to_mentor", "practitioner_proposes"])
async def test_slots_are_for_what_is_booked_by_slots(
    db: Database, owner: Any, people: People, preset: str
) -> None:
    offering = await make_offering(owner, people.practitioner, preset)
    wish = Wish(offering_id=offering, starts_at=tomorrow_at(9), length_minutes=60)
    with pytest.raises(InvalidInputError):
        await book_slot(db.handle(), people.client.actor, wish, now())


async def by_hand(db: Db, somebody: Somebody, statement: str, *values: Any) -> Any:
    async with db.transaction(somebody.actor) as tx:
        return await tx.fetchval(statement, *values)


async def test_nobody_approves_what_they_made_by_hand_either(db: Database, people: People) -> None:
    """ASVS 2.3.1, 8.2.1"""
    session, free = await instant(db, people), await request(db, people)
    hand, practitioner, client = db.handle(), people.practitioner, people.client
    for statement, whose in (
        ("select begin_session($1)", practitioner),
        ("update session set status = 'declined' where id = $1", practitioner),
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await by_hand(hand, whose, statement, session.id)
    for statement, whose in (
        ("select begin_session($1)", client),
        ("update session set status = 'confirmed' where id = $1", client),
        ("update session set answer = 'Yes' where id = $1", client),
        ("update session set answer = 'Yes' where id = $1", practitioner),  # without an answer at all
    ):
        refused = await asyncio.gather(by_hand(hand, whose, statement, free.id), return_exceptions=True)
        assert refused == ["passed"] or isinstance(refused[0], asyncpg.InsufficientPrivilegeError), statement
    with pytest.raises(asyncpg.CheckViolationError):
        await by_hand(
            hand, client, "update session set status = 'in_progress' where id = $1 returning 1", session.id
        )


async def test_the_practitioner_makes_nothing_that_is_certain(
    db: Database, owner: Any, people: People
) -> None:
    """ASVS 8.2.1: a session made by hand, confirmed, or free although approval is needed."""
    insert = """insert into session (practitioner_id, client_id, offering_id, offering_name, created_by,
        status, length_minutes, price_minor, currency, policy)
        select $1, $2, id, name, $3, 'confirmed', 60, 0, 'GBP', policy from offering where id = $4"""
    ids = people.practitioner.id, people.client.id
    for maker, side in ((people.practitioner, "practitioner"), (people.client, "client")):
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
            await by_hand(db.handle(), maker, insert, *ids, side, people.offering)


async def test_first_times_have_words_of_their_own(db: Database, people: People) -> None:
    """An agreement says what it leads to: a time, not a move; and an approval where it is one."""
    at, actor = tomorrow_at(9), people.client.actor
    session = await request(db, people)
    await propose_time(db.handle(), people.practitioner.actor, session.id, at, "", now())
    async with db.handle().transaction(actor) as tx:
        seat = await load_session(tx, actor, session.id)
    agree = words_for(next(each for each in STEP_WORDS if each.verb is Verb.AGREE_TIME), seat)
    assert lead_of(agree, seat, actor).startswith("The session is then on")
    assert hints_of(agree, seat, actor, now()) == [
        "Dr. Johnson proposed this time: the session is approved with it."
    ]
    assert offer(seat, now()).buttons[0].words == "Agree to this time"


async def test_what_can_begin_at_any_time_waits_for_nobody(db: Database, people: People) -> None:
    session = await certain(db, people)
    async with db.handle().transaction(people.practitioner.actor) as tx:
        seat = await load_session(tx, people.practitioner.actor, session.id)
    offered = offer(seat, now())
    assert [each.words for each in offered.buttons] == ["Propose a time", "Start"]
    assert not offered.acting
    assert not needs_action(seat, now())


async def test_nothing_said_with_an_instant_yes_is_lost(db: Database, people: People) -> None:
    """There is no place for it, so it is refused rather than swallowed."""
    session = await instant(db, people)
    with pytest.raises(InvalidInputError) as refused:
        await actions.approve(db.handle(), people.client.actor, session.id, now(), answer="A moment")
    assert set(refused.value.fields) == {"answer"}
    begun = await actions.approve(db.handle(), people.client.actor, session.id, now(), answer=" ")
    assert begun.session.status is Status.IN_PROGRESS
