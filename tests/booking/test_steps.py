"""Each step as a resource: by the right and the wrong person, at the right and the wrong time, and twice."""

import asyncio
import re
from typing import Any

from tests.support.tabs import BUTTON, DIALOG, Meeting, Tab, now, words
from tests.support.world import move_to_past
from visavis.booking import actions
from visavis.booking.access import load_session
from visavis.booking.rules import Status

LONG = "x" * 1001


async def status(meeting: Meeting, session: Any) -> Status:
    async with meeting.db.transaction(meeting.as_client) as tx:
        return (await load_session(tx, meeting.as_client, session.id)).session.status


async def ended(meeting: Meeting, owner: Any) -> Any:
    """A session in progress whose time is over."""
    session = await meeting.confirmed()
    await move_to_past(owner, session.id, hours=2)
    await actions.start(meeting.db, meeting.as_practitioner, session.id, now())
    return session


async def test_approving_shows_price_and_rate_before(meeting: Meeting, owner: Any) -> None:
    await owner.execute("update offering set lengths_minutes = '{60,90}'")
    session = await meeting.booked(length=90, notes="About my exams")
    page = await meeting.practitioner.get(f"/sessions/{session.id}/approval")
    shown = words(page)
    assert "Price £120.00" in shown
    assert "Rate £80.00 per hour" in shown
    assert "About my exams" in shown
    assert "then asked to pay £120.00" in shown
    done = await meeting.practitioner.post(f"/sessions/{session.id}/approval")
    assert (done.status_code, done.headers["location"]) == (303, f"/sessions/{session.id}")
    assert await status(meeting, session) is Status.APPROVED


async def test_approving_reminds_to_say_how_to_pay(meeting: Meeting) -> None:
    session = await meeting.booked()
    path = f"/sessions/{session.id}/approval"
    assert 'href="/practice/payment"' in (await meeting.practitioner.get(path)).text
    await meeting.practitioner.post("/practice/payment", {"words": "Account 1"})
    assert 'href="/practice/payment"' not in (await meeting.practitioner.get(path)).text


async def test_every_form_works_alone_and_in_the_dialog(meeting: Meeting, owner: Any) -> None:
    session = await ended(meeting, owner)
    for step in ("completion", "no-show"):
        alone = await meeting.practitioner.get(f"/sessions/{session.id}/{step}")
        inside = await meeting.practitioner.get(f"/sessions/{session.id}/{step}", **DIALOG)
        assert "<html" in alone.text
        assert "<html" not in inside.text
        for page in (alone, inside):
            assert f'action="/sessions/{session.id}/{step}"' in page.text


async def test_a_step_in_the_dialog_tells_the_page_to_read_again(meeting: Meeting) -> None:
    session = await meeting.booked()
    done = await meeting.practitioner.post(f"/sessions/{session.id}/approval", **DIALOG)
    assert (done.status_code, done.headers["hx-trigger"]) == (204, "visavis:changed")


async def test_a_reason_is_needed_and_typed_words_are_kept(meeting: Meeting) -> None:
    session = await meeting.booked()
    path = f"/sessions/{session.id}/decline"
    refused = await meeting.practitioner.post(path, {"reason": "   "})
    assert (refused.status_code, "Please say why" in words(refused)) == (422, True)
    refused = await meeting.practitioner.post(path, {"reason": LONG})
    assert (refused.status_code, LONG in refused.text) == (422, True)
    assert await status(meeting, session) is Status.PENDING_APPROVAL

    done = await meeting.practitioner.post(path, {"reason": "I am <b>away</b>"})
    assert done.status_code == 303
    page = await meeting.client.get(f"/sessions/{session.id}")
    assert "I am &lt;b&gt;away&lt;/b&gt;" in page.text


async def test_the_client_cancels_and_the_time_is_free_again(meeting: Meeting) -> None:
    session = await meeting.booked()
    await meeting.client.post(f"/sessions/{session.id}/cancellation", {"reason": "A cold"})
    assert await status(meeting, session) is Status.CANCELLED
    await meeting.booked()


async def test_cancelling_what_is_paid_says_what_comes_back(meeting: Meeting) -> None:
    session = await meeting.confirmed()
    page = words(await meeting.client.get(f"/sessions/{session.id}/cancellation"))
    assert "Dr. Johnson then owes you £80.00, all that you paid, and sends it back." in page


async def test_the_whole_end_of_a_session(meeting: Meeting, owner: Any) -> None:
    session = await meeting.confirmed()
    await move_to_past(owner, session.id, hours=0.5)
    begun = await meeting.practitioner.post(f"/sessions/{session.id}/start", **BUTTON)
    assert (begun.status_code, await status(meeting, session)) == (204, Status.IN_PROGRESS)
    early = await meeting.practitioner.post(f"/sessions/{session.id}/completion")
    assert (early.status_code, "once the session's time is over" in words(early)) == (409, True)
    await move_to_past(owner, session.id, hours=2)
    assert (await meeting.practitioner.post(f"/sessions/{session.id}/completion")).status_code == 303
    assert await status(meeting, session) is Status.COMPLETED


async def test_a_no_show_is_marked(meeting: Meeting, owner: Any) -> None:
    session = await ended(meeting, owner)
    assert (await meeting.practitioner.post(f"/sessions/{session.id}/no-show")).status_code == 303
    assert await status(meeting, session) is Status.NO_SHOW
    assert "you did not meet" in words(await meeting.client.get(f"/sessions/{session.id}"))


async def test_a_second_tab_is_told_that_it_is_done(meeting: Meeting) -> None:
    session = await meeting.booked()
    path = f"/sessions/{session.id}/approval"
    await meeting.practitioner.post(path)
    for again in (await meeting.practitioner.post(path), await meeting.practitioner.post(path, **DIALOG)):
        assert again.status_code == 409
        assert "This is done already" in words(again)
        assert f'href="/sessions/{session.id}"' in again.text
        assert "data-error-sentence" not in again.text
    assert "This is done already" in words(await meeting.practitioner.get(path))


async def test_two_clicks_at_once_are_one_step(meeting: Meeting) -> None:
    session = await meeting.booked()
    path = f"/sessions/{session.id}/approval"
    await meeting.practitioner.get(path)
    answers = await asyncio.gather(*(meeting.practitioner.post(path) for _ in range(5)))
    assert sorted(each.status_code for each in answers) == [303, 409, 409, 409, 409]


async def test_words_typed_too_late_are_shown_to_copy(meeting: Meeting) -> None:
    session = await meeting.booked()
    await actions.cancel(meeting.db, meeting.as_client, session.id, "A cold", now())
    late = await meeting.practitioner.post(f"/sessions/{session.id}/decline", {"reason": "My long thoughts"})
    assert late.status_code == 409
    assert "The session was cancelled." in words(late)
    assert "My long thoughts" in words(late)


async def test_a_button_without_a_form_gets_a_sentence(meeting: Meeting) -> None:
    session = await meeting.confirmed()
    early = await meeting.practitioner.post(f"/sessions/{session.id}/start", **BUTTON)
    assert early.status_code == 409
    assert re.search(r"data-error-sentence>The session can be started from 10 minutes before", early.text)


OTHER_SIDE = ["approval", "decline", "rejection", "start", "completion", "no-show", "meeting-link"]
CLIENTS_OWN = ["feedback", "payment"]
PROOF = {"proof": ("a.pdf", b"%PDF-1.4 %%EOF", "application/pdf")}
EVERY = [*OTHER_SIDE, *CLIENTS_OWN, "cancellation", "verification"]


async def test_the_client_cannot_take_the_practitioners_steps(meeting: Meeting) -> None:
    session = await meeting.booked()
    for step in (*OTHER_SIDE, "verification"):
        path = f"/sessions/{session.id}/{step}"
        assert (await meeting.client.get(path)).status_code == 403, step
        assert (await meeting.client.post(path, {"reason": "me"})).status_code == 403, step
    assert await status(meeting, session) is Status.PENDING_APPROVAL


async def test_the_practitioner_cannot_take_the_clients_steps(meeting: Meeting) -> None:
    session = await meeting.approved()
    for step in CLIENTS_OWN:
        path = f"/sessions/{session.id}/{step}"
        assert (await meeting.practitioner.get(path)).status_code == 403, step
        sent = await meeting.practitioner.post(path, {"rating": "5"}, files=PROOF)
        assert sent.status_code == 403, step
    assert await status(meeting, session) is Status.APPROVED


async def test_a_stranger_finds_nothing_and_nobody_signs_in_first(
    meeting: Meeting, stranger: Tab, client: Any
) -> None:
    session, nobody = await meeting.booked(), client()
    for step in ("", "/details", *(f"/{each}" for each in EVERY)):
        path = f"/sessions/{session.id}{step}"
        assert (await stranger.get(path)).status_code == 404, step
        assert (await nobody.get(path, headers=BUTTON)).status_code == 401, step
    for step in EVERY:
        sent = await stranger.post(f"/sessions/{session.id}/{step}", {"reason": "me"}, files=PROOF)
        assert sent.status_code == 404, step
    assert await status(meeting, session) is Status.PENDING_APPROVAL


async def test_no_step_without_its_token(meeting: Meeting) -> None:
    session = await meeting.booked()
    await meeting.practitioner.get("/dashboard/practitioner")
    for step in EVERY:
        sent = await meeting.practitioner.client.post(f"/sessions/{session.id}/{step}", data={"reason": "me"})
        assert sent.status_code == 403
    assert await status(meeting, session) is Status.PENDING_APPROVAL


async def test_feedback_is_given_once(meeting: Meeting, owner: Any) -> None:
    session = await ended(meeting, owner)
    path = f"/sessions/{session.id}/feedback"
    early = await meeting.client.post(path, {"rating": "5", "text": "Too early words"})
    assert (early.status_code, "Too early words" in words(early)) == (409, True)
    await actions.complete(meeting.db, meeting.as_practitioner, session.id, now())

    form = await meeting.client.get(path)
    assert "without your name" in words(form)
    for rating in ("", "6", "-1", "five"):
        refused = await meeting.client.post(path, {"rating": rating, "text": "My words"})
        assert (refused.status_code, "My words" in refused.text) == (422, True)
    assert (await meeting.client.post(path, {"rating": "4", "text": "Clear & kind"})).status_code == 303
    again = await meeting.client.post(path, {"rating": "1", "text": "Other words"})
    assert (again.status_code, "This is done already" in words(again)) == (409, True)
    assert "Clear &amp; kind" in (await meeting.practitioner.get(f"/sessions/{session.id}")).text


async def test_a_meeting_link_is_https_and_typed_words_are_kept(meeting: Meeting) -> None:
    path = f"/sessions/{(await meeting.booked()).id}/meeting-link"
    for url in (
        "http://meet.example.org",
        "javascript:alert(1)",
        "https://",
        "https://a b",
        "https://x@evil.example",
    ):
        refused = await meeting.practitioner.post(path, {"meeting_url": url})
        assert (refused.status_code, f'value="{url}"' in refused.text) == (422, True)
        assert "begins with https://" in words(refused)


async def test_a_meeting_link_is_set_changed_and_taken_away(meeting: Meeting) -> None:
    session = await meeting.confirmed()
    path = f"/sessions/{session.id}/meeting-link"
    for url in ("https://meet.example.org/a", "https://meet.example.org/b?x=1&y=2"):
        assert (await meeting.practitioner.post(path, {"meeting_url": url})).status_code == 303
        assert url.replace("&", "&amp;") in (await meeting.client.get(f"/sessions/{session.id}")).text
        assert url.replace("&", "&amp;") in (await meeting.practitioner.get(path)).text
    await meeting.practitioner.post(path, {"meeting_url": ""})
    assert "meet.example.org" not in (await meeting.client.get(f"/sessions/{session.id}")).text
    await actions.cancel(meeting.db, meeting.as_client, session.id, "A cold", now())
    late = await meeting.practitioner.post(path, {"meeting_url": "https://meet.example.org/late"})
    assert (late.status_code, "https://meet.example.org/late" in words(late)) == (409, True)
