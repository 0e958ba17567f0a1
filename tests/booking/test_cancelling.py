"""Calling a session off: free in time, and late with a reason and a mark that both see."""

from typing import Any

from tests.booking.test_rescheduling import policy, reread
from tests.support.tabs import Meeting, words


async def test_late_is_marked_and_needs_a_reason(meeting: Meeting, owner: Any) -> None:
    await policy(owner, cancel_until_hours=24 * 5)
    calendar = await meeting.client.get(f"/practitioners/{meeting.practitioner.person.id}/book")
    assert "Cancelling is free until 120 hours before." in words(calendar)
    session = await meeting.confirmed()
    path = f"/sessions/{session.id}/cancellation"
    assert "It is later now: please say why." in words(await meeting.client.get(path))
    refused = await meeting.client.post(path, {"reason": " "})
    assert (refused.status_code, "Please say why" in words(refused)) == (422, True)
    assert (await meeting.client.post(path, {"reason": "A cold"})).status_code == 303
    assert (await reread(meeting, session)).cancelled_late
    for tab in (meeting.client, meeting.practitioner):
        page = words(await tab.get(f"/sessions/{session.id}"))
        assert "Cancelled late" in page
        assert "called it off late" in page
        assert "within the last 120 hours before" in page


async def test_in_time_or_not_yet_agreed_no_reason_is_asked(meeting: Meeting, owner: Any) -> None:
    await policy(owner, cancel_until_hours=24)
    in_time = await meeting.confirmed()
    await policy(owner, cancel_until_hours=24 * 5)
    not_agreed = await meeting.booked(hour=14)
    for session in (in_time, not_agreed):
        done = await meeting.client.post(f"/sessions/{session.id}/cancellation", {"reason": ""})
        assert done.status_code == 303
        assert not (await reread(meeting, session)).cancelled_late
