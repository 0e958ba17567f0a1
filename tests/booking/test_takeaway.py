"""What one takes along: the calendar file and the page for paper."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from tests.support.tabs import Meeting, Tab, now, words
from visavis.booking import actions


async def event(tab: Tab, session: Any) -> Any:
    """The one event of the file, as a calendar reads it; with the file's method."""
    answer = await tab.get(f"/sessions/{session.id}/calendar.ics")
    assert answer.status_code == 200
    calendar = Calendar.from_ical(answer.content)
    (found,) = calendar.walk("VEVENT")
    found.method = str(calendar["method"])
    assert answer.headers["content-type"] == f"text/calendar; method={found.method}; charset=utf-8"
    assert re.fullmatch(
        r'attachment; filename="session-\d{4}-\d\d-\d\d\.ics"', answer.headers["content-disposition"]
    )
    return found


async def test_a_file_says_when_with_whom_and_where(meeting: Meeting) -> None:
    session = await meeting.linked()
    mine, theirs = await event(meeting.client, session), await event(meeting.practitioner, session)
    assert mine["summary"] == "Session with Dr. Sarah Johnson"
    assert theirs["summary"] == "Session with Emma Clarke"
    assert (mine.decoded("dtstart"), mine.decoded("dtend")) == (session.starts_at, session.ends_at)
    assert mine["location"] == "https://meet.example.org/room"
    assert str(session.id) in mine["url"]
    assert (mine.method, mine["status"], mine["class"]) == ("PUBLISH", "CONFIRMED", "PRIVATE")
    assert mine["uid"] == theirs["uid"]


async def test_the_entry_stays_the_same_and_its_number_grows(meeting: Meeting) -> None:
    session = await meeting.booked()
    first = await event(meeting.client, session)
    await actions.approve(meeting.db, meeting.as_practitioner, session.id, now())
    second = await event(meeting.client, session)
    await actions.cancel(meeting.db, meeting.as_client, session.id, "A cold", now())
    third = await event(meeting.client, session)
    assert first["uid"] == second["uid"] == third["uid"]
    assert [each["sequence"] for each in (first, second, third)] == [0, 1, 2]
    assert [str(each["status"]) for each in (first, second, third)] == ["TENTATIVE", "TENTATIVE", "CANCELLED"]
    assert [each.method for each in (first, second, third)] == ["PUBLISH", "PUBLISH", "CANCEL"]
    assert third["dtstamp"].dt >= second["dtstamp"].dt >= first["dtstamp"].dt


@pytest.mark.parametrize("day", ["2027-03-28", "2027-10-31", "2027-03-14", "2027-11-07"])
async def test_times_are_right_when_clocks_change(meeting: Meeting, owner: Any, day: str) -> None:
    """The days on which London's and New York's clocks change."""
    session = await meeting.booked()
    for wall, place in (("09:00", "Europe/London"), ("01:30", "America/New_York")):
        starts_at = datetime.fromisoformat(f"{day}T{wall}").replace(tzinfo=ZoneInfo(place)).astimezone(UTC)
        await owner.execute(
            """update session set during = d, blocked = d
            from (select tstzrange($2, $3) as d) it where id = $1""",
            session.id,
            starts_at,
            starts_at + timedelta(hours=1),
        )
        found = await event(meeting.client, session)
        assert found.decoded("dtstart") == starts_at
        assert found.decoded("dtend") - found.decoded("dtstart") == timedelta(hours=1)


async def test_nothing_private_is_in_the_file(meeting: Meeting, owner: Any) -> None:
    session = await meeting.confirmed(notes="I sleep badly")
    for tab in (meeting.client, meeting.practitioner):
        text = (await tab.get(f"/sessions/{session.id}/calendar.ics")).text
        for private in ("sleep", "80.00", "@example.org", "Ref 77", "12345678"):
            assert private not in text.replace("\r\n ", ""), private


POISON = ["a\r\nEND:VEVENT\r\nBEGIN:VALARM", "b\nATTACH:file:///x", "c\rX:1", 'd";CN="x', "e\u2028X:1"]
LINES = [
    "BEGIN", "VERSION", "PRODID", "CALSCALE", "METHOD", "BEGIN", "SUMMARY", "DTSTART", "DTEND", "DTSTAMP",
    "UID", "SEQUENCE", "CLASS", "CREATED", "DESCRIPTION", "LOCATION", "ORGANIZER", "STATUS",
    "TRANSP", "URL", "END", "END",
]  # fmt: skip


@pytest.mark.parametrize("poison", POISON)
async def test_what_people_typed_begins_no_line(meeting: Meeting, owner: Any, poison: str) -> None:
    session = await meeting.booked()
    await owner.execute("update session set offering_name = $2 where id = $1", session.id, poison)
    await owner.execute("update practice set location = $1", poison)
    await owner.execute("update person set name = $1", poison)
    answer = await meeting.client.get(f"/sessions/{session.id}/calendar.ics")
    lines = answer.content.replace(b"\r\n ", b"").decode().split("\r\n")
    assert [re.split("[;:]", line)[0] for line in lines if line] == LINES


async def test_the_page_for_paper_has_everything_that_its_reader_may_see(meeting: Meeting) -> None:
    session = await meeting.paid(notes="I sleep <badly>")
    page = await meeting.practitioner.get(f"/sessions/{session.id}/print")
    shown = words(page)
    for expected in (
        "Emma Clarke",
        "£80.00",
        "I sleep <badly>",
        "asked for this session",
        "sent a proof of payment",
    ):
        assert expected in shown
    assert "data-print" in page.text
    session_page = await meeting.client.get(f"/sessions/{session.id}")
    for path in ("print", "calendar.ics"):
        assert f'href="/sessions/{session.id}/{path}"' in session_page.text


async def test_paper_says_nothing_of_private_notes(meeting: Meeting) -> None:
    session = await meeting.confirmed()
    await meeting.practitioner.post(f"/sessions/{session.id}/notes", {"notes": "Worried about her exams"})
    assert "wrote private notes" in words(await meeting.practitioner.get(f"/sessions/{session.id}"))
    for path in ("print", "calendar.ics"):
        text = (await meeting.practitioner.get(f"/sessions/{session.id}/{path}")).text
        assert "private notes" not in text
        assert "exams" not in text


async def test_strangers_take_nothing(meeting: Meeting, stranger: Tab, client: Any) -> None:
    session = await meeting.booked()
    for path in ("print", "calendar.ics"):
        assert (await stranger.get(f"/sessions/{session.id}/{path}")).status_code == 404
        assert (await client().get(f"/sessions/{session.id}/{path}")).status_code == 401


async def test_a_client_sees_the_link_once_the_session_is_certain(meeting: Meeting) -> None:
    session = await meeting.booked()
    link = {"meeting_url": "https://meet.example.org/early"}
    assert (await meeting.practitioner.post(f"/sessions/{session.id}/meeting-link", link)).status_code == 303
    path = f"/sessions/{session.id}"
    everywhere = (
        path,
        f"{path}/print",
        f"{path}/calendar.ics",
        f"{path}/room",
        f"/api{path}",
        "/api/client-sessions",
    )
    for place in everywhere:
        assert "meet.example.org" not in (await meeting.client.get(place)).text, place
    assert "Shown here once the session is certain" in words(await meeting.client.get(path))
    assert "meet.example.org/early" in (await meeting.practitioner.get(path)).text
