"""Instant sessions: they begin with the approval, and lead into the room; and what the room shows."""

import re
from datetime import timedelta
from typing import Any

import pytest

from tests.booking.proposals import NEW, form, make, met
from tests.support.tabs import BUTTON, Meeting, Tab, now, words
from visavis.booking.access import SessionRow, load_session
from visavis.booking.creating import create_session
from visavis.booking.errors import SlotTakenError
from visavis.booking.plans import Plan


async def test_instant_begins_with_the_approval_and_leads_into_the_room(meeting: Meeting, owner: Any) -> None:
    await met(meeting)
    typed = form(meeting, kind="instant", pay="none", starts_at="")
    refused = await meeting.practitioner.post(NEW, typed | {"pay": "price", "price": "10"})
    assert (refused.status_code, "paid with credits" in words(refused)) == (422, True)
    made = await meeting.practitioner.post(NEW, typed)
    room = made.headers["location"]
    assert re.fullmatch(r"/sessions/[0-9a-f-]{36}/room", room), made.text
    assert "can join at once" in words(await meeting.practitioner.get(room))
    for side in ("client", "practitioner"):  # on every home of hers
        await owner.execute(
            "update account set is_practitioner = true where id = $1", meeting.client.person.id
        )
        seen = words(await meeting.client.get(f"/dashboard/{side}"))
        assert "Dr. Sarah Johnson invites you to a session now" in seen
        assert "Approve & join now" in seen
    declining = words(await meeting.client.get(room.replace("room", "decline")))
    assert "Dr. Johnson reads your reason. Why" in declining, "no time would be free again"
    link = {"meeting_url": "https://meet.example.org/now"}
    assert (await meeting.client.post(room, link)).status_code == 403
    assert (await meeting.practitioner.post(room, {"meeting_url": "javascript:alert(1)"})).status_code == 422
    assert (await meeting.practitioner.post(room, link)).status_code == 303
    assert "Open the meeting" not in words(await meeting.client.get(room)), "not before she has approved"
    for _tab in range(2):
        answer = await meeting.client.post(room.replace("room", "approval"), {"seen": "open"}, **BUTTON)
        assert (answer.status_code, answer.headers["hx-redirect"]) == (204, room)
    row = await owner.fetchrow("select * from session where instant")
    assert (row["status"], row["ends_at"] - row["starts_at"]) == ("in_progress", timedelta(hours=1))
    home = (await meeting.client.get("/dashboard/client")).text
    assert f'href="{room}"' in home.partition('id="next"')[2].partition("</section>")[0], (
        "the way in comes first"
    )
    for tab in (meeting.client, meeting.practitioner):
        page = await tab.get(room)
        assert 'href="https://meet.example.org/now"' in page.text
        assert "Time left" in words(page)
    assert await owner.fetchval("select count(*) from audit_event where verb = 'approve'") == 1


async def test_instant_lapses_and_waits_for_who_is_in_another(
    meeting: Meeting, owner: Any, stranger: Tab
) -> None:
    await met(meeting)
    session = await make(meeting, starts_at=None, credits=None, price_minor=0)
    room = f"/sessions/{session.id}/room"
    assert session.due_at is not None
    assert timedelta(minutes=14) < session.due_at - now() <= timedelta(minutes=15)
    assert (await stranger.client.get(room)).status_code == 404
    begun = await make(meeting, starts_at=now() + timedelta(minutes=1))
    refused = await meeting.client.post(f"/sessions/{session.id}/approval", {"seen": "open"}, **BUTTON)
    assert (refused.status_code, "another session now" in words(refused)) == (409, True)
    assert await status_of(meeting, session) == "pending_approval"
    await owner.execute("update session set due_at = now() - interval '1 second' where id = $1", session.id)
    assert "invites you" not in words(await meeting.client.get("/dashboard/client"))
    late = await meeting.client.post(f"/sessions/{session.id}/approval", {"seen": "open"}, **BUTTON)
    assert late.status_code == 409
    assert "has ended" in words(await meeting.client.get(room))
    again = Plan(client_id=begun.client_id, offering_id=meeting.offering, length_minutes=60, credits=1)
    with pytest.raises(SlotTakenError, match="You have a session with Emma Clarke then"):
        await create_session(meeting.db, meeting.as_practitioner, again, now())


async def status_of(meeting: Meeting, session: SessionRow) -> str:
    async with meeting.db.transaction(meeting.as_client) as tx:
        return (await load_session(tx, meeting.as_client, session.id)).session.status.value


async def test_saving_the_room_changes_no_link_that_stands_there(meeting: Meeting, owner: Any) -> None:
    session = await meeting.linked(days=3)
    room, said = f"/sessions/{session.id}/room", "select array_agg(verb order by id) from audit_event"
    assert f'value="{session.meeting_url}"' in (await meeting.practitioner.get(room)).text, "long before"
    assert session.meeting_url not in (await meeting.client.get(room)).text
    before = await owner.fetchval(said)
    kept = {"meeting_url": str(session.meeting_url)}
    assert (await meeting.practitioner.post(room, kept)).status_code == 303
    assert await owner.fetchval(said) == before
    assert (await meeting.practitioner.post(room, {"meeting_url": ""})).status_code == 303
    assert await owner.fetchval(said) == [*before, "remove_meeting_link"]
    assert "took away the link to meet" in words(await meeting.client.get("/notifications"))
