"""Nobody agrees to what they have not seen: a time that was swapped while somebody looked at another one."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.support.tabs import BUTTON, DIALOG, Meeting, now
from tests.support.world import tomorrow_at
from visavis.booking import actions, queries
from visavis.booking.access import load_session
from visavis.booking.rescheduling import answer_time, propose_time, withdraw_time
from visavis.booking.rules import WrongStateError


def seen_in(page: str) -> str:
    """The time that a button or form on the page agrees to."""
    found = re.search(r'name="seen" value="([^"]+)"', page)
    assert found
    return found[1].replace("&#43;", "+")


async def starts_at(owner: Any) -> datetime:
    start: datetime = await owner.fetchval("select starts_at from session")
    return start


@pytest.mark.parametrize("how", ["button", "form"])
async def test_a_proposal_cannot_be_swapped_under_a_finger(meeting: Meeting, owner: Any, how: str) -> None:
    """ASVS 2.3.1, 15.4.2: propose a good time, wait until it is looked at, propose a bad one."""
    session = await meeting.confirmed()
    good, bad = tomorrow_at(15, 4), tomorrow_at(3, 5)
    await propose_time(meeting.db, meeting.as_client, session.id, good, "", now())
    path = f"/sessions/{session.id}" + ("/new-time/agreement" if how == "form" else "")
    headers = DIALOG if how == "form" else BUTTON
    seen = seen_in((await meeting.practitioner.get(path, **(DIALOG if how == "form" else {}))).text)
    assert datetime.fromisoformat(seen) == good
    await propose_time(meeting.db, meeting.as_client, session.id, bad, "", now())

    agreement = f"/sessions/{session.id}/new-time/agreement"
    answer = await meeting.practitioner.post(agreement, {"seen": seen}, **headers)
    assert answer.status_code == 409
    assert await starts_at(owner) == session.starts_at
    if how == "form":
        seen = seen_in(answer.text)
        assert (await meeting.practitioner.post(agreement, {"seen": seen}, **headers)).status_code == 204
        assert await starts_at(owner) == bad


async def test_a_request_cannot_be_moved_under_a_finger(meeting: Meeting, owner: Any) -> None:
    """Who asked may move the request until it is approved; what is approved is the time that was shown."""
    session = await meeting.booked()
    path = f"/sessions/{session.id}/approval"
    seen = seen_in((await meeting.practitioner.get(path, **DIALOG)).text)
    moved = session.starts_at + timedelta(hours=13)
    await propose_time(meeting.db, meeting.as_client, session.id, moved, "", now())
    assert (await meeting.practitioner.post(path, {"seen": seen}, **DIALOG)).status_code == 409
    assert await owner.fetchval("select status from session") == "pending_approval"
    answer = await meeting.practitioner.client.put(
        f"/api{path.removesuffix('al')}e",
        params={"starts_at": seen},
        headers={"x-csrftoken": meeting.practitioner.client.cookies["visavis-csrf"]},
    )
    assert answer.status_code == 409, answer.text


async def test_a_step_is_taken_at_the_time_that_it_was_decided_on(meeting: Meeting, owner: Any) -> None:
    """ASVS 15.4.2: the session is moved between reading and writing: its deadline is not the old one."""
    session = await meeting.booked()
    async with meeting.db.transaction(meeting.as_practitioner) as tx:
        seat = await load_session(tx, meeting.as_practitioner, session.id)
        later = session.starts_at + timedelta(hours=4)
        stretch = later, later + timedelta(hours=1)
        await owner.execute("update session set (during, blocked) = (tstzrange($1, $2), tstzrange($1, $2))",
                            *stretch)  # fmt: skip
        old = seat.session
        values = (old.id, old.status.value, "confirmed", now(), "", None, False, old.starts_at, None)
        assert await queries.take_step.value(tx, *values) is None
    assert await owner.fetchval("select status from session") == "pending_approval"


async def test_a_proposal_that_was_taken_back_is_not_agreed_to(meeting: Meeting, owner: Any) -> None:
    session = await meeting.confirmed()
    await propose_time(meeting.db, meeting.as_client, session.id, tomorrow_at(15, 4), "", now())
    await withdraw_time(meeting.db, meeting.as_client, session.id, now())
    answer = await meeting.practitioner.post(f"/sessions/{session.id}/new-time/agreement", {}, **BUTTON)
    assert answer.status_code == 409
    with pytest.raises(WrongStateError):
        await actions.approve(meeting.db, meeting.as_practitioner, session.id, now())
    assert await starts_at(owner) == session.starts_at


async def test_a_proposal_that_lapses_while_it_is_agreed_to(meeting: Meeting, owner: Any) -> None:
    """ASVS 16.5.3: the clocks of web process and database differ by a moment; that is no fault of ours."""
    session = await meeting.confirmed()
    await propose_time(meeting.db, meeting.as_client, session.id, tomorrow_at(15, 4), "", now())
    await owner.execute("update reschedule set due_at = now()")
    early = now() - timedelta(seconds=2)
    with pytest.raises(WrongStateError, match="any more"):
        await answer_time(meeting.db, meeting.as_practitioner, session.id, True, early)
    assert await starts_at(owner) == session.starts_at
