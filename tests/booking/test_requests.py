"""Asking for a session without a slot, and the answer: one page each, the same lifecycle as any session."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.support.tabs import Meeting, Tab, now, words
from tests.support.world import make_offering, tomorrow_at
from visavis.booking.access import SessionRow
from visavis.booking.requesting import Request, ask_session

LINK = "https://meet.example.org/mentor"


@pytest.fixture
async def mentoring(meeting: Meeting, owner: Any) -> Meeting:
    """The meeting, with an offering that takes requests in place of the other one."""
    await owner.execute("update offering set archived_at = now()")
    meeting.offering = await make_offering(
        owner, meeting.practitioner.person, "request_to_mentor", name="Mentoring", fixed_price_minor=0
    )
    return meeting


async def asked(mentoring: Meeting, topic: str = "My first talk") -> SessionRow:
    """A request that waits for its answer."""
    request = Request(practitioner_id=mentoring.practitioner.person.id, topic=topic, message="I am nervous.")
    return (await ask_session(mentoring.db, mentoring.as_client, request, now())).session


def ask_page(mentoring: Meeting) -> str:
    return f"/practitioners/{mentoring.practitioner.person.id}/ask"


async def test_a_request_stands_on_both_homes(mentoring: Meeting, owner: Any) -> None:
    page = await mentoring.client.get(ask_page(mentoring))
    assert "Ask Dr. Sarah Johnson for a session" in words(page)
    day = tomorrow_at(0, 5).date()
    typed = {
        "topic": " My first\ttalk ",
        "message": "I am nervous.",
        "wished_on": str(day),
        "wished_at": "18:00",
    }
    made = await mentoring.client.post(ask_page(mentoring), typed)
    assert made.status_code == 303
    for _ in range(2):  # and stays after a reload
        home = words(await mentoring.client.get(made.headers["location"]))
        assert "Pending requests 1" in home
        assert "My first talk" in home
        assert "Your request has been sent" in home
    theirs = await mentoring.practitioner.get("/dashboard/practitioner")
    assert "Pending requests 1" in words(theirs)
    assert "18:00 in New York" in words(theirs)
    assert "/response" in theirs.text
    row = await owner.fetchrow("select * from session")
    assert (row["during"], row["topic"], row["notes"]) == (None, "My first talk", "I am nervous.")
    assert (row["wished_on"], str(row["wished_at"]), row["status"]) == (day, "18:00:00", "pending_approval")
    assert row["due_at"] is not None


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"topic": " "}, "topic"),
        ({"topic": "x" * 201}, "topic"),
        ({"wished_on": "2001-01-01"}, "wished_on"),
        ({"wished_at": "evening"}, "wished_at"),
    ],
)
async def test_what_was_typed_stays(
    mentoring: Meeting, owner: Any, wrong: dict[str, str], field: str
) -> None:
    typed = {"topic": "A talk", "message": "All of this stays"} | wrong
    refused = await mentoring.client.post(ask_page(mentoring), typed)
    assert refused.status_code == 422
    assert f'id="{field}-error"' in refused.text
    assert "All of this stays</textarea>" in refused.text
    assert await owner.fetchval("select count(*) from session") == 0


async def test_each_offering_is_asked_for_in_its_own_way(
    mentoring: Meeting, owner: Any, meeting: Meeting
) -> None:
    page = f"/practitioners/{mentoring.practitioner.person.id}/book"
    led = await mentoring.client.get(page)
    assert (led.status_code, led.headers["location"]) == (303, ask_page(mentoring))
    slot = {"offering_id": str(mentoring.offering), "starts_at": tomorrow_at(9).isoformat(), "length": "60"}
    assert (await mentoring.client.post("/sessions", slot)).status_code == 422
    other = await make_offering(owner, mentoring.practitioner.person)
    wrong = await mentoring.client.post(ask_page(mentoring), {"topic": "A talk", "offering_id": str(other)})
    assert wrong.status_code == 422
    profile = await mentoring.client.get(f"/practitioners/{mentoring.practitioner.person.id}")
    assert "Book a session" in words(profile)
    assert "Ask for a session" in words(profile)
    assert await owner.fetchval("select count(*) from session") == 0


async def answer(mentoring: Meeting, session: SessionRow, **typed: str) -> Any:
    given = {"answer": "yes", "seen": "open"} | typed
    return await mentoring.practitioner.post(f"/sessions/{session.id}/response", given)


async def test_yes_with_message_link_and_time(mentoring: Meeting, owner: Any) -> None:
    session = await asked(mentoring)
    page = words(await mentoring.practitioner.get(f"/sessions/{session.id}/response"))
    assert "I am nervous." in page
    assert "Leave the time open" in page
    day = tomorrow_at(0, 6)
    done = await answer(
        mentoring,
        session,
        message="With pleasure!",
        meeting_url=LINK,
        when="other",
        on=f"{day:%F}",
        at="07:10",
    )
    assert done.status_code == 303
    home = await mentoring.client.get("/dashboard/client")
    assert "Confirmed, upcoming 1" in words(home)
    assert "With pleasure!" in words(home)
    assert "Pending requests" not in words(home)
    assert LINK in home.text
    start, status = await owner.fetchrow("select starts_at, status from session")
    here = start.astimezone(ZoneInfo("Europe/London"))
    assert (f"{here:%F %H:%M}", status) == (f"{day:%F} 07:10", "confirmed")
    assert "Confirmed, upcoming 1" in words(await mentoring.practitioner.get("/dashboard/practitioner"))


async def test_yes_without_a_time_which_either_side_gives_later(mentoring: Meeting, owner: Any) -> None:
    session = await asked(mentoring)
    assert (await answer(mentoring, session, when="open", meeting_url=LINK)).status_code == 303
    home = await mentoring.client.get("/dashboard/client")
    assert "Start video call" in words(home)
    assert f' href="{LINK}"' in home.text, "it can be joined before there is a time"
    path = f"/sessions/{session.id}/new-time"
    start = tomorrow_at(11, 4)
    assert (await mentoring.client.post(path, {"starts_at": start.isoformat()})).status_code == 303
    agreed = await mentoring.practitioner.post(f"{path}/agreement", {"seen": start.isoformat()})
    assert agreed.status_code == 303
    assert await owner.fetchrow("select starts_at, status from session") == (start, "confirmed")


async def test_no_with_and_without_words(mentoring: Meeting, owner: Any) -> None:
    for message in ("I am away until May.", ""):
        session = await asked(mentoring)
        assert (await answer(mentoring, session, answer="no", message=message)).status_code == 303
        page = words(await mentoring.client.get(f"/sessions/{session.id}"))
        assert "Declined" in page
        said = await owner.fetchval("select reason from session where id = $1", session.id)
        assert (said, message in page) == (message, True)


@pytest.mark.parametrize("when", ["slot", "wished", "other"])
async def test_a_time_that_is_taken_answers_nothing(mentoring: Meeting, owner: Any, when: str) -> None:
    first, second = await asked(mentoring), await asked(mentoring, "Another")
    start = tomorrow_at(9, 5)
    typed = {"when": when, "starts_at": start.isoformat(), "wished": start.isoformat()}
    typed |= {"on": f"{start:%F}", "at": "09:00"}
    assert (await answer(mentoring, first, **typed)).status_code == 303
    refused = await answer(mentoring, second, message="Please keep", meeting_url=LINK, **typed)
    assert refused.status_code == 409
    assert "Please keep</textarea>" in refused.text
    row = await owner.fetchrow("select status, meeting_url, answer from session where id = $1", second.id)
    assert tuple(row) == ("pending_approval", None, "")


@pytest.mark.parametrize(
    "typed",
    [
        {"when": "other"},
        {"when": "other", "on": "9999-12-31", "at": "09:00"},
        {"when": "other", "on": "2001-01-01", "at": "09:00"},
        {"when": "slot", "starts_at": "soon"},
        {"when": "wished", "wished": "2001-01-01T09:00:00+00:00"},
        {"meeting_url": "javascript:alert(1)"},
        {"meeting_url": "http://meet.example.org"},
        {"answer": "perhaps"},
        {"message": "x" * 2001},
    ],
)
async def test_answers_that_are_none(mentoring: Meeting, owner: Any, typed: dict[str, str]) -> None:
    session = await asked(mentoring)
    assert (await answer(mentoring, session, **typed)).status_code == 422
    assert await owner.fetchval("select status from session") == "pending_approval"


async def test_only_who_was_asked_answers_and_once(mentoring: Meeting, stranger: Tab, owner: Any) -> None:
    session = await asked(mentoring)
    path, yes = f"/sessions/{session.id}/response", {"answer": "yes", "seen": "open"}
    assert (await mentoring.client.post(path, yes)).status_code == 403
    assert (await stranger.post(path, yes)).status_code == 404
    assert (await answer(mentoring, session)).status_code == 303
    again = await answer(mentoring, session, answer="no", message="No, sorry")
    assert again.status_code == 409
    assert "No, sorry" in words(again)
    assert await owner.fetchval("select status from session") == "confirmed"


async def test_a_time_the_practitioner_proposed_is_a_yes(meeting: Meeting, owner: Any) -> None:
    session = await meeting.booked()
    start = session.starts_at + timedelta(hours=2)
    path = f"/sessions/{session.id}/new-time"
    await meeting.practitioner.post(path, {"starts_at": start.isoformat()})
    agreed = await meeting.client.post(f"{path}/agreement", {"seen": start.isoformat()})
    assert agreed.status_code == 303
    assert await owner.fetchrow("select starts_at, status from session") == (start, "approved")


async def test_the_same_limits_as_for_booking(mentoring: Meeting, owner: Any) -> None:
    own = await mentoring.practitioner.post(ask_page(mentoring), {"topic": "A talk"})
    assert own.status_code == 422
    await owner.execute("update account set email_confirmed_at = null")
    assert (await mentoring.client.post(ask_page(mentoring), {"topic": "A talk"})).status_code == 403
    await owner.execute("update account set email_confirmed_at = now()")
    for _ in range(20):
        await asked(mentoring)
    assert (await mentoring.client.post(ask_page(mentoring), {"topic": "One more"})).status_code == 429


async def test_who_is_not_signed_in_is_led_there_and_back(mentoring: Meeting, client: Any) -> None:
    page = await client().get(ask_page(mentoring))
    assert "Please sign in to ask" in words(page)
    assert f'href="/sign-in?next={ask_page(mentoring)}%3Foffering' in page.text
