"""Another time for a session: proposed, kept, agreed to or not; at once where the policy allows."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.support.databases import FreshDatabase
from tests.support.tabs import BUTTON, Meeting, Tab, now, words
from tests.support.world import make_offering, make_person, make_practitioner, tomorrow_at
from visavis.booking import actions
from visavis.booking.access import SessionRow, load_session
from visavis.booking.errors import SlotTakenError, TimeNotOfferedError
from visavis.booking.rescheduling import answer_time, lapse_proposals, propose_time, withdraw_time
from visavis.booking.rules import WrongStateError
from visavis.booking.taking import Wish, book_slot
from visavis.kit.actor import SYSTEM, Actor
from visavis.kit.db import Database
from visavis.kit.errors import InvalidInputError

NOON = tomorrow_at(12, 3)


async def reread(meeting: Meeting, session: SessionRow) -> SessionRow:
    async with meeting.db.transaction(meeting.as_client) as tx:
        return (await load_session(tx, meeting.as_client, session.id)).session


async def propose(meeting: Meeting, session: SessionRow, to: datetime, by: str = "client") -> SessionRow:
    actor = getattr(meeting, f"as_{by}")
    return (await propose_time(meeting.db, actor, session.id, to, "Could we?", now())).session


def within_a_day() -> datetime:
    """On the hour, more than 22 and less than 24 hours from now."""
    return now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=23)


async def policy(owner: Any, **changes: Any) -> None:
    """Of everything that is booked from now on."""
    await owner.execute("update offering set policy = policy || $1", changes)


async def book(meeting: Meeting, who: Actor, at: datetime, offering: Any = None) -> SessionRow:
    wish = Wish(offering_id=offering or meeting.offering, starts_at=at, length_minutes=60)
    return (await book_slot(meeting.db, who, wish, now())).session


@pytest.mark.parametrize(("by", "other"), [("client", "practitioner"), ("practitioner", "client")])
async def test_the_other_side_agrees_and_the_session_moves(
    meeting: Meeting, owner: Any, by: str, other: str
) -> None:
    session = await meeting.confirmed()
    third = (await make_person(owner, "Third Person")).actor
    proposed = await propose(meeting, session, NOON, by)
    assert (proposed.starts_at, proposed.proposed_by, proposed.proposed_from) == (
        session.starts_at,
        by,
        NOON,
    )
    with pytest.raises(SlotTakenError):  # kept while it waits
        await book(meeting, third, NOON)
    seen = words(await getattr(meeting, other).get(f"/sessions/{session.id}"))
    assert "Could we?" in seen
    assert "Agree to the new time" in seen
    agreed = await getattr(meeting, other).post(f"/sessions/{session.id}/new-time/agreement", **BUTTON)
    assert agreed.status_code == 204
    moved = await reread(meeting, session)
    assert (moved.starts_at, moved.ends_at, moved.proposal) == (NOON, NOON + timedelta(hours=1), None)
    assert moved.status == session.status
    await book(meeting, third, session.starts_at)  # free the moment the new one was taken
    page = words(await getattr(meeting, by).get(f"/sessions/{session.id}"))
    assert "agreed to move it from" in page


async def test_it_moves_by_half_an_hour_although_it_stands_in_its_own_way(meeting: Meeting) -> None:
    session = await meeting.confirmed()
    near = session.starts_at + timedelta(minutes=30)
    page = await meeting.client.get(f"/sessions/{session.id}/new-time")
    assert f'value="{near:%Y-%m-%dT%H:%M:%SZ}"' in page.text
    assert f'value="{session.starts_at:%Y-%m-%dT%H:%M:%SZ}"' not in page.text
    sent = await meeting.client.post(f"/sessions/{session.id}/new-time", {"starts_at": near.isoformat()})
    assert sent.status_code == 303
    seat = await answer_time(meeting.db, meeting.as_practitioner, session.id, True, now())
    assert seat.session.starts_at == near


async def test_the_page_opens_on_the_day_of_the_session(meeting: Meeting) -> None:
    session = await meeting.confirmed(days=40)
    path = f"/sessions/{session.id}/new-time"
    page = (await meeting.client.get(path)).text
    assert f'data-day="day-{session.starts_at:%Y-%m-%d}"' in page
    assert f'id="day-{session.starts_at:%Y-%m-%d}"' in page
    assert f'id="day-{tomorrow_at(0):%Y-%m-%d}"' in (await meeting.client.get(f"{path}?page=1")).text


@pytest.mark.parametrize("end", ["decline", "withdraw", "lapse", "cancel"])
async def test_what_is_not_agreed_is_free_again(
    meeting: Meeting, owner: Any, database: FreshDatabase, end: str
) -> None:
    session = await meeting.confirmed()
    proposed = await propose(meeting, session, NOON)
    assert proposed.proposal_due_at is not None
    if end == "decline":
        await answer_time(meeting.db, meeting.as_practitioner, session.id, False, now(), "Not then")
    elif end == "withdraw":
        await withdraw_time(meeting.db, meeting.as_client, session.id, now())
    elif end == "cancel":
        await actions.cancel(meeting.db, meeting.as_practitioner, session.id, "", now())
    else:
        worker = await Database.open(database.worker_url)
        assert await lapse_proposals(worker.handle(), SYSTEM, proposed.proposal_due_at) == 1
        assert await lapse_proposals(worker.handle(), SYSTEM, proposed.proposal_due_at) == 0
        await worker.close()
    status = await owner.fetchval("select status from reschedule")
    assert status == {"decline": "declined", "withdraw": "withdrawn"}.get(end, "lapsed")
    after = await reread(meeting, session)
    assert (after.starts_at, after.proposal) == (session.starts_at, None)
    await book(meeting, (await make_person(owner, "Third Person")).actor, NOON)
    with pytest.raises(WrongStateError):
        await answer_time(meeting.db, meeting.as_practitioner, session.id, True, now())


async def test_a_new_proposal_takes_the_place_of_the_one_before(meeting: Meeting, owner: Any) -> None:
    session = await meeting.confirmed()
    await propose(meeting, session, NOON)
    await propose(meeting, session, NOON + timedelta(minutes=30))
    await propose(meeting, session, NOON + timedelta(minutes=60), "practitioner")
    rows = await owner.fetch("select proposed_by, status from reschedule order by id")
    assert [tuple(row) for row in rows] == [
        ("client", "withdrawn"),
        ("client", "declined"),
        ("practitioner", "open"),
    ]


async def test_at_once_where_the_policy_allows_and_in_time(meeting: Meeting, owner: Any) -> None:
    await policy(owner, reschedule="at_once", reschedule_until_hours=24)
    session = await meeting.confirmed()
    assert "Move to another time" in words(await meeting.client.get(f"/sessions/{session.id}"))
    moved = await propose(meeting, session, NOON)
    assert (moved.starts_at, moved.proposal) == (NOON, None)
    asked = await propose(meeting, session, NOON + timedelta(hours=3), "practitioner")
    assert asked.starts_at == NOON  # the practitioner asks all the same
    hour = (within_a_day() - tomorrow_at(0, 0)) // timedelta(hours=1)
    soon = await meeting.confirmed(days=0, hour=hour)
    asked = await propose(meeting, soon, NOON + timedelta(hours=6))
    assert (asked.starts_at, asked.proposed_by) == (soon.starts_at, "client")


async def test_a_request_that_waits_is_moved_by_who_asked(meeting: Meeting) -> None:
    session = await meeting.booked()
    moved = await propose(meeting, session, session.starts_at + timedelta(hours=30))
    assert (moved.proposal, moved.status) == (None, session.status)
    assert moved.due_at == session.due_at  # two days to answer, counted from the request
    near = await propose(meeting, session, within_a_day())
    assert near.due_at == near.starts_at  # an answer comes before the session


async def test_times_that_cannot_be_had(meeting: Meeting, owner: Any) -> None:
    session = await meeting.confirmed()
    other = await meeting.booked(hour=15)
    path = f"/sessions/{session.id}/new-time"
    taken = await meeting.client.post(path, {"starts_at": other.starts_at.isoformat(), "message": "My words"})
    assert (taken.status_code, "My words" in taken.text) == (409, True)
    assert "These are the nearest free ones" in words(taken)
    for starts_at in ("", "tomorrow", session.starts_at.isoformat()):
        refused = await meeting.client.post(path, {"starts_at": starts_at, "message": "My words"})
        assert (refused.status_code, "My words" in refused.text) == (422, True)
    long = await meeting.client.post(path, {"starts_at": NOON.isoformat(), "message": "x" * 1001})
    assert long.status_code == 422
    with pytest.raises(TimeNotOfferedError):
        await propose(meeting, session, NOON + timedelta(minutes=1))
    with pytest.raises(InvalidInputError):
        await propose(meeting, session, session.starts_at)
    assert await owner.fetchval("select count(*) from reschedule") == 0


async def test_the_others_other_session_is_in_the_way(meeting: Meeting, owner: Any) -> None:
    session = await meeting.confirmed()
    await propose(meeting, session, NOON, "practitioner")
    elsewhere = await make_practitioner(owner, "Dr. Elsewhere")
    await book(meeting, meeting.as_client, NOON, await make_offering(owner, elsewhere))
    path = f"/sessions/{session.id}/new-time/agreement"
    refused = await meeting.client.post(path)
    assert refused.status_code == 409
    assert "This time is taken now" in words(refused)
    assert (await reread(meeting, session)).starts_at == session.starts_at


async def test_strangers_and_the_wrong_side(meeting: Meeting, stranger: Tab) -> None:
    session = await meeting.confirmed()
    await propose(meeting, session, NOON)
    for step in ("new-time", "new-time/agreement", "new-time/decline", "new-time/withdrawal"):
        path = f"/sessions/{session.id}/{step}"
        assert (await stranger.get(path)).status_code == 404
        assert (await stranger.post(path, {"starts_at": NOON.isoformat()})).status_code == 404
    for step in ("agreement", "decline"):
        assert (await meeting.client.post(f"/sessions/{session.id}/new-time/{step}")).status_code == 409
    path = f"/sessions/{session.id}/new-time/withdrawal"
    assert (await meeting.practitioner.post(path)).status_code == 409


async def test_many_at_once_never_lock_each_other_up(meeting: Meeting, owner: Any, db: Database) -> None:
    """Both sides of several sessions propose, agree and book the same hours at the same time."""
    await policy(owner, reschedule="at_once", reschedule_until_hours=1)
    other = await make_offering(owner, await make_practitioner(owner, "Dr. Other"))
    sessions = [await meeting.confirmed(hour=hour) for hour in (8, 9, 10)]
    sessions.append(await book(meeting, meeting.as_client, tomorrow_at(8, 4), other))
    third = (await make_person(owner, "Third Person")).actor

    async def move(session: SessionRow, hour: int) -> None:
        await propose_time(db.handle(), meeting.as_client, session.id, tomorrow_at(hour, 3), "", now())

    async def take(hour: int, offering: Any) -> None:
        wish = Wish(offering_id=offering, starts_at=tomorrow_at(hour, 3), length_minutes=60)
        await book_slot(db.handle(), third, wish, now())

    work = [move(session, hour) for session in sessions for hour in (12, 13)]
    work += [take(hour, offering) for hour in (12, 13) for offering in (meeting.offering, other)]
    results = await asyncio.wait_for(asyncio.gather(*work, return_exceptions=True), 60)
    allowed = (SlotTakenError, InvalidInputError)
    assert [
        each for each in results if isinstance(each, BaseException) and not isinstance(each, allowed)
    ] == []
    assert None in results
