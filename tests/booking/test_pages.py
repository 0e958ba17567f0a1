"""The page of a session, and booking itself."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit
from uuid import uuid4

from tests.support.tabs import BUTTON, Meeting, Tab, now, words
from tests.support.world import make_offering, make_person, make_practitioner, tomorrow_at
from visavis.booking import actions


def wish(meeting: Meeting, hour: int = 10, **other: str) -> dict[str, str]:
    return {
        "offering_id": str(meeting.offering),
        "starts_at": tomorrow_at(hour).isoformat(),
        "length": "60",
        "notes": "I sleep badly",
    } | other


async def test_booking_leads_to_the_session_with_a_calm_confirmation(meeting: Meeting) -> None:
    made = await meeting.client.post("/sessions", wish(meeting))
    assert made.status_code == 303
    page = await meeting.client.get(made.headers["location"])
    shown = words(page)
    assert "Thank you, your time is reserved" in shown
    assert "Dr. Johnson will answer by" in shown
    assert "I sleep badly" in shown
    plain = urlsplit(made.headers["location"]).path
    assert "your time is reserved" not in words(await meeting.client.get(plain))
    assert "your time is reserved" not in words(await meeting.client.get(f"{plain}/details"))


async def test_booking_by_the_script_goes_to_the_session(meeting: Meeting) -> None:
    made = await meeting.client.post("/sessions", wish(meeting), **BUTTON)
    assert made.status_code == 204
    assert re.fullmatch(r"/sessions/[0-9a-f-]{36}\?booked=1", made.headers["hx-redirect"])


async def test_prices_and_states_are_never_taken_from_the_form(meeting: Meeting) -> None:
    sent = wish(meeting, price_minor="1", status="confirmed", currency="JPY", client_id=str(uuid4()))
    made = await meeting.client.post("/sessions", sent)
    shown = words(await meeting.client.get(made.headers["location"]))
    assert "£80.00" in shown
    assert "Awaiting approval" in shown


async def test_who_is_not_signed_in_does_that_first_and_comes_back_to_the_choice(
    meeting: Meeting, owner: Any, client: Any
) -> None:
    nobody = Tab(await make_person(owner, "Nobody Yet"), client())
    await nobody.get("/dashboard/client")
    del nobody.client.cookies["visavis"]
    sent = await nobody.post("/sessions", wish(meeting))
    assert sent.status_code == 303
    address = urlsplit(sent.headers["location"])
    back = urlsplit(parse_qs(address.query)["next"][0])
    assert address.path == "/sign-in"
    assert back.path == f"/practitioners/{meeting.practitioner.person.id}/book"
    assert dict(parse_qsl(back.query)) == {
        "offering": str(meeting.offering),
        "length": "60",
        "starts_at": tomorrow_at(10).isoformat(),
    }
    assert (await nobody.post("/sessions", wish(meeting), **BUTTON)).status_code == 401


async def test_a_taken_time_is_answered_with_three_others_and_the_notes(
    meeting: Meeting, owner: Any, client: Any
) -> None:
    await meeting.client.post("/sessions", wish(meeting))
    late = Tab(await make_person(owner, "Lara Late"), client())
    refused = await late.post("/sessions", wish(meeting, notes="Quite <urgent>"))
    assert refused.status_code == 409
    assert "Somebody has just taken this time" in words(refused)
    assert "This time is no longer free. Near to it are:" in words(refused)
    assert "Quite &lt;urgent&gt;</textarea>" in refused.text
    offered = re.findall(r'<label id="near-[^>]*><input[^>]* name="starts_at" value="([^"]+)"', refused.text)
    assert len(offered) == 3
    taken = await late.post("/sessions", wish(meeting, starts_at=offered[0], notes="Quite urgent"))
    assert taken.status_code == 303
    assert "Quite urgent" in words(await late.get(taken.headers["location"]))


async def test_ones_own_other_session_is_named_as_the_reason(meeting: Meeting, owner: Any) -> None:
    await meeting.client.post("/sessions", wish(meeting))
    other = await make_offering(owner, await make_practitioner(owner, "Lena Fischer"))
    refused = await meeting.client.post("/sessions", wish(meeting, offering_id=str(other)))
    assert (refused.status_code, "another session at this time" in words(refused)) == (409, True)


async def test_what_cannot_be_booked_is_said_and_nothing_is_lost(meeting: Meeting, owner: Any) -> None:
    off_grid = (tomorrow_at(10) + timedelta(minutes=7)).isoformat()
    far = (now() + timedelta(days=900)).isoformat()
    for changed, said in (
        ({"length": "45"}, "Please choose one of the offered lengths."),
        ({"starts_at": off_grid}, "Please choose one of the offered times."),
        ({"starts_at": far}, "Please choose one of the offered times."),
        ({"notes": "x" * 2001}, "Please keep this to 2000 characters."),
    ):
        refused = await meeting.client.post("/sessions", wish(meeting, **changed))
        assert (refused.status_code, said in words(refused)) == (422, True), changed
        assert "Book session ·" in words(refused), "on the page of the calendar"
        assert changed.get("notes", "I sleep badly") in refused.text
    for changed in (
        {"starts_at": "soon"},
        {"starts_at": "2026-11-24T10:00"},
        {"length": "-5"},
        {"offering_id": "x"},
    ):
        refused = await meeting.client.post("/sessions", wish(meeting, **changed))
        assert (refused.status_code, "Please choose a time" in words(refused)) == (422, True), changed
    assert await owner.fetchval("select count(*) from session") == 0


async def test_an_unknown_offering_is_not_found(meeting: Meeting) -> None:
    refused = await meeting.client.post("/sessions", wish(meeting, offering_id=str(uuid4())))
    assert refused.status_code == 404


async def test_the_page_shows_the_same_facts_to_both(meeting: Meeting) -> None:
    session = await meeting.linked(notes="About work")
    for tab, other in ((meeting.client, "Dr. Sarah Johnson"), (meeting.practitioner, "Emma Clarke")):
        page = await tab.get(f"/sessions/{session.id}")
        shown = words(page)
        assert f"Session with {other}" in shown
        for fact in (
            "Talking session",
            "£80.00",
            "About work",
            "meet.example.org/room",
            "Confirmed",
            "Ref 77",
            "Sent today",
            "Both of you can cancel until the session begins.",
        ):
            assert fact in shown, fact
        assert f'data-live="session:{session.id} dashboard"' in page.text
        assert f'hx-get="/sessions/{session.id}/details"' in page.text


async def test_history_is_told_in_words(meeting: Meeting) -> None:
    session = await meeting.paid()
    await actions.cancel(meeting.db, meeting.as_client, session.id, "A cold", now())
    mine = words(await meeting.client.get(f"/sessions/{session.id}"))
    assert "You asked for this session" in mine
    assert "Dr. Sarah Johnson approved it" in mine
    assert "You sent a proof of payment" in mine
    assert "You called it off" in mine
    assert "A cold" in mine
    theirs = words(await meeting.practitioner.get(f"/sessions/{session.id}"))
    assert "Emma Clarke asked for this session" in theirs
    for status in ("pending_approval", "payment_submitted", "book_slot"):
        assert status not in mine


async def test_the_live_part_of_the_page_is_one_element(meeting: Meeting) -> None:
    session = await meeting.booked()
    fragment = await meeting.client.get(f"/sessions/{session.id}/details")
    assert "<html" not in fragment.text
    assert fragment.text.count('<div id="session"') == 1


async def test_markup_in_words_stays_words(meeting: Meeting) -> None:
    evil = '<script>alert(1)</script><img src=x onerror="alert(2)">{{ 7*7 }}%(name)s'
    session = await meeting.booked(notes=evil)
    await actions.decline(meeting.db, meeting.as_practitioner, session.id, evil, now())
    for tab, path in (
        (meeting.client, f"/sessions/{session.id}"),
        (meeting.practitioner, f"/sessions/{session.id}"),
        (meeting.client, "/dashboard/client"),
        (meeting.practitioner, "/dashboard/practitioner"),
    ):
        page = await tab.get(path)
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
        assert evil in words(page) or "alert(1)" in words(page)
