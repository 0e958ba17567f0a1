"""A session's life through the actions, on the real database."""

import asyncio
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PIL import Image

from tests.support.lifecycle import transitions
from tests.support.world import make_offering, make_person, make_practitioner, move_to_past, tomorrow_at
from visavis.booking import actions, feedback
from visavis.booking.access import Seat, load_history, load_session
from visavis.booking.errors import FeedbackGivenError, SlotTakenError, TimeNotOfferedError
from visavis.booking.phrases import what_next
from visavis.booking.rules import Status, WrongStateError
from visavis.booking.taking import MOST_WAITING, Wish, book_slot
from visavis.kit.actor import SYSTEM
from visavis.kit.db import Database
from visavis.kit.errors import ForbiddenError, InvalidInputError, NotFoundError, TooManyRequestsError
from visavis.kit.files import FileStore
from visavis.payments.actions import Proof, reject_payment, submit_payment, verify_payment


def picture() -> bytes:
    out = BytesIO()
    Image.new("RGB", (20, 20), "white").save(out, "PNG")
    return out.getvalue()


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
async def pair(owner: Any) -> Any:
    practitioner, client = await make_practitioner(owner), await make_person(owner)
    return practitioner, client, await make_offering(owner, practitioner)


async def book(db: Database, client: Any, offering: Any, hour: int = 10) -> Any:
    wish = Wish(offering_id=offering, starts_at=tomorrow_at(hour), length_minutes=60)
    return (await book_slot(db.handle(), client.actor, wish, now())).session


async def test_approve_then_transfer_from_booking_to_feedback(
    db: Database, owner: Any, pair: Any, tmp_path: Path
) -> None:
    practitioner, client, offering = pair
    store = FileStore(tmp_path)
    session = await book(db, client, offering)
    assert (session.status, session.price_minor, session.currency) == (Status.PENDING_APPROVAL, 8000, "GBP")

    approved = await actions.approve(db.handle(), practitioner.actor, session.id, now())
    assert approved.session.status is Status.APPROVED
    proof = Proof(data=picture(), reference="Ref 1")
    await submit_payment(db.handle(), client.actor, store, session.id, proof, now())
    rejected = await reject_payment(db.handle(), practitioner.actor, session.id, "Not there yet", now())
    assert (rejected.session.status, rejected.session.reason) == (Status.APPROVED, "Not there yet")
    await submit_payment(db.handle(), client.actor, store, session.id, proof, now())
    verified = await verify_payment(db.handle(), practitioner.actor, session.id, now())
    assert verified.session.status is Status.CONFIRMED

    await move_to_past(owner, session.id)
    assert await actions.start_due(db.handle(), SYSTEM, now()) == 0  # the web role is not the system
    started = await actions.start(db.handle(), practitioner.actor, session.id, now())
    assert started.session.status is Status.IN_PROGRESS
    await actions.complete(db.handle(), practitioner.actor, session.id, now())
    rated = await feedback.give_feedback(db.handle(), client.actor, session.id, 5, "Thank you", now())
    assert rated.session.rating == 5
    with pytest.raises(FeedbackGivenError):
        await feedback.give_feedback(db.handle(), client.actor, session.id, 1, "again", now())

    async with db.handle().transaction(client.actor) as tx:
        verbs = [event.verb for event in await load_history(tx, session.id)]
    assert verbs == [
        "book", "approve", "submit_payment", "reject_payment", "submit_payment", "verify_payment", "start",
        "complete", "give_feedback",
    ]  # fmt: skip


async def test_nothing_to_pay_is_confirmed_at_once(db: Database, owner: Any) -> None:
    practitioner, client = await make_practitioner(owner), await make_person(owner)
    offering = await make_offering(owner, practitioner, "nothing_to_pay", fixed_price_minor=0)
    assert (await book(db, client, offering)).status is Status.CONFIRMED


async def test_a_taken_slot_is_refused_with_the_three_nearest(db: Database, owner: Any, pair: Any) -> None:
    _, client, offering = pair
    await book(db, client, offering)
    other = await make_person(owner, "Ben Other")
    with pytest.raises(SlotTakenError) as refused:
        await book(db, other, offering)
    assert refused.value.alternatives == [
        tomorrow_at(8) + timedelta(minutes=30),
        tomorrow_at(9),
        tomorrow_at(11),
    ]


async def test_a_client_cannot_be_in_two_sessions(db: Database, owner: Any, pair: Any) -> None:
    _, client, offering = pair
    await book(db, client, offering)
    elsewhere = await make_offering(owner, await make_practitioner(owner, "Dr. Ken Mori"))
    with pytest.raises(SlotTakenError, match="You have another session") as refused:
        await book(db, client, elsewhere)
    assert tomorrow_at(10) not in refused.value.alternatives


async def test_off_the_grid_is_not_offered(db: Database, pair: Any) -> None:
    _, client, offering = pair
    wish = Wish(offering_id=offering, starts_at=tomorrow_at(10) + timedelta(minutes=7), length_minutes=60)
    with pytest.raises(TimeNotOfferedError):
        await book_slot(db.handle(), client.actor, wish, now())


async def test_approval_is_the_other_sides(db: Database, owner: Any, pair: Any) -> None:
    practitioner, client, offering = pair
    session = await book(db, client, offering)
    with pytest.raises(ForbiddenError):
        await actions.approve(db.handle(), client.actor, session.id, now())
    stranger = await make_practitioner(owner, "Dr. Else")
    with pytest.raises(NotFoundError):
        await actions.approve(db.handle(), stranger.actor, session.id, now())
    with pytest.raises(InvalidInputError):
        await actions.decline(db.handle(), practitioner.actor, session.id, "  ", now())
    declined = await actions.decline(db.handle(), practitioner.actor, session.id, "On holiday", now())
    assert declined.session.status is Status.DECLINED
    with pytest.raises(WrongStateError):
        await actions.approve(db.handle(), practitioner.actor, session.id, now())


async def test_two_approvals_at_once_are_one(db: Database, pair: Any) -> None:
    practitioner, client, offering = pair
    session = await book(db, client, offering)
    both = [actions.approve(db.handle(), practitioner.actor, session.id, now()) for _ in range(2)]
    outcomes = await asyncio.gather(*both, return_exceptions=True)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Seat", "WrongStateError"]


async def test_what_is_overdue_lapses_and_frees_the_slot(db: Database, database: Any, pair: Any) -> None:
    _, client, offering = pair
    session = await book(db, client, offering)
    worker = await Database.open(database.worker_url)
    try:
        assert await actions.expire_overdue(worker.handle(), SYSTEM, now()) == 0
        later = session.due_at + timedelta(seconds=1)
        assert await actions.expire_overdue(worker.handle(), SYSTEM, later) == 1
    finally:
        await worker.close()
    async with db.handle().transaction(client.actor) as tx:
        seat = await load_session(tx, client.actor, session.id)
    assert what_next(seat, client.actor, later).startswith("It was not answered or paid in time")
    free = Seat(msgspec.structs.replace(seat.session, price_minor=0), seat.party)
    assert what_next(free, client.actor, later).startswith("It was not answered in time")
    assert (await book(db, client, offering)).status is Status.PENDING_APPROVAL


async def test_the_database_knows_the_same_table(owner: Any) -> None:
    rows = await owner.fetch("select from_status, to_status, by from session_transition")
    assert {(Status(a), Status(b)): set(by) for a, b, by in rows} == transitions()


async def test_one_client_cannot_hold_every_slot(db: Database, owner: Any, pair: Any) -> None:
    _, client, offering = pair
    for number in range(MOST_WAITING):
        await book(db, client, offering, hour=number * 24)
    with pytest.raises(TooManyRequestsError):
        await book(db, client, offering, hour=-1 + MOST_WAITING * 24)
