"""Who makes a session does not approve it, whichever door they try."""

from typing import Any

from tests.support.tabs import Meeting
from tests.support.ways import introduce, made
from tests.support.world import make_offering


async def test_a_practitioner_does_not_approve_what_they_made(meeting: Meeting, db: Any, owner: Any) -> None:
    """ASVS 2.3.1, 8.2.1: an instant session of their own would begin, and cost the client credits."""
    sarah, emma = meeting.practitioner, meeting.client.person
    await introduce(owner, sarah.person, emma)
    offering = await make_offering(owner, sarah.person, "request_to_mentor")
    for more in ({"instant": True}, {}):
        session = await made(db, sarah.person, emma, offering, **more)
        for path in ("approval", "decline"):
            answer = await sarah.post(f"/sessions/{session.id}/{path}", {"reason": "Because"})
            assert answer.status_code == 403, path
        answer = await sarah.client.put(f"/api/sessions/{session.id}/approve")
        assert answer.status_code == 403
    assert set(await owner.fetch("select distinct status from session")) == {("pending_approval",)}
