"""Requests as somebody who means harm sends and answers them (ASVS 1.2.2, 2.3.1, 8.2.2, 8.2.3)."""

import asyncio
from typing import Any

import pytest

from tests.attacks.evil import EVIL, read
from tests.attacks.test_links import LINKS
from tests.support.tabs import Meeting, now, words
from tests.support.world import make_offering, tomorrow_at
from visavis.booking.access import SessionRow
from visavis.booking.requesting import Request, ask_session


@pytest.fixture
async def request_sent(meeting: Meeting, owner: Any) -> SessionRow:
    """A request with words that want to come alive."""
    await make_offering(owner, meeting.practitioner.person, "request_to_mentor")
    asked = Request(practitioner_id=meeting.practitioner.person.id, topic=EVIL, message=EVIL)
    return (await ask_session(meeting.db, meeting.as_client, asked, now())).session


async def test_the_words_of_a_request_stay_words(meeting: Meeting, request_sent: SessionRow) -> None:
    path = f"/sessions/{request_sent.id}"
    for tab, page in (
        (meeting.client, "/dashboard/client"),
        (meeting.practitioner, "/dashboard/practitioner"),
        (meeting.practitioner, f"{path}/response"),
        (meeting.client, path),
    ):
        answer = await tab.get(page)
        assert read(answer) == [], page
        assert "evil-mark" in words(answer), page
    ask = f"/practitioners/{meeting.practitioner.person.id}/ask"
    evil = dict.fromkeys(("topic", "message", "wished_on", "wished_at"), EVIL)
    typed = await meeting.client.post(ask, evil)
    assert (typed.status_code, read(typed)) == (422, [])
    evil = dict.fromkeys(("message", "meeting_url", "on", "at", "when", "wished", "starts_at", "seen"), EVIL)
    typed = await meeting.practitioner.post(f"{path}/response", evil | {"answer": "yes"})
    assert (typed.status_code, read(typed)) == (422, [])


async def test_an_answer_carries_no_link_that_runs(
    meeting: Meeting, request_sent: SessionRow, owner: Any
) -> None:
    path, tab = f"/sessions/{request_sent.id}", meeting.practitioner
    for link in LINKS:
        assert (
            await tab.post(f"{path}/response", {"answer": "yes", "meeting_url": link})
        ).status_code == 422, link
        token = {"x-csrftoken": tab.client.cookies["visavis-csrf"]}
        answer = await tab.client.put(f"/api{path}/approve", json={"meeting_url": link}, headers=token)
        assert answer.status_code == 422, link
    assert await owner.fetchrow("select status, meeting_url from session") == ("pending_approval", None)


async def test_nobody_says_yes_to_their_own_request(
    meeting: Meeting, request_sent: SessionRow, owner: Any
) -> None:
    path, tab = f"/sessions/{request_sent.id}", meeting.client
    assert (await tab.post(f"{path}/response", {"answer": "yes"})).status_code == 403
    assert (await tab.post(f"{path}/response", {"answer": "no"})).status_code == 403
    assert (await tab.get(f"{path}/response")).status_code == 403
    token = {"x-csrftoken": tab.client.cookies["visavis-csrf"]}
    time = {"starts_at": tomorrow_at(9, 5).isoformat()}
    assert (await tab.client.put(f"/api{path}/approve", json=time, headers=token)).status_code == 403
    assert await owner.fetchrow("select status, during from session") == ("pending_approval", None)


async def test_two_answers_at_once_are_one(meeting: Meeting, request_sent: SessionRow, owner: Any) -> None:
    path, tab = f"/sessions/{request_sent.id}/response", meeting.practitioner
    await tab.get(path)
    given = [{"answer": "yes", "message": f"Yes {n}"} for n in range(2)] + [{"answer": "no", "message": "No"}]
    answers = await asyncio.gather(*(tab.post(path, each) for each in given))
    assert sorted(each.status_code for each in answers) == [303, 409, 409]
    verbs = await owner.fetch("select verb from audit_event where verb in ('approve', 'decline')")
    assert len(verbs) == 1
