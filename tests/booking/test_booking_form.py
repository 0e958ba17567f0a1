"""The booking form: the price that was seen, what the offering asks, the slot that is held meanwhile."""

import re
from typing import Any

from tests.support.tabs import Meeting, Tab, words
from tests.support.world import make_person, tomorrow_at

from .test_pages import wish


async def test_another_price_than_the_one_seen_books_nothing(meeting: Meeting, owner: Any) -> None:
    page = await meeting.client.get(f"/practitioners/{meeting.practitioner.person.id}/book")
    assert 'name="seen_price" value="8000 GBP"' in page.text
    await meeting.practitioner.post("/practice/rate", {"rate": "95", "currency": "GBP"})
    refused = await meeting.client.post("/sessions", wish(meeting, seen_price="8000 GBP"))
    assert refused.status_code == 409
    assert "It is £95.00 now. Nothing has been booked yet; you decide." in words(refused)
    assert "I sleep badly</textarea>" in refused.text
    assert 'name="seen_price" value="9500 GBP"' in refused.text
    assert refused.text.count(" checked") == 1, "the time is still chosen"
    assert await owner.fetchval("select count(*) from session") == 0
    made = await meeting.client.post("/sessions", wish(meeting, seen_price="9500 GBP"))
    assert made.status_code == 303
    assert await owner.fetchval("select price_minor from session") == 9500


async def test_a_price_is_compared_and_never_believed(meeting: Meeting, owner: Any) -> None:
    for seen in ("1 GBP", "8000 JPY", "7999 GBP"):
        refused = await meeting.client.post("/sessions", wish(meeting, seen_price=seen))
        assert refused.status_code == 409, seen
    assert (await meeting.client.post("/sessions", wish(meeting, seen_price="much"))).status_code == 303
    assert await owner.fetchval("select array_agg(price_minor) from session") == [8000]


ASKED = """[
    {"key": "aaaa1111", "label": "How do you <i>sleep</i>?", "kind": "text", "required": true, "choices": []},
    {"key": "bbbb2222", "label": "Where?", "kind": "choice", "required": false, "choices": ["Here", "There"]},
    {"key": "cccc3333", "label": "First time?", "kind": "yes_no", "required": true, "choices": []}
]"""


async def test_questions_are_asked_checked_and_shown_to_both(meeting: Meeting, owner: Any) -> None:
    await owner.execute("update offering set questions = $1::text::jsonb", ASKED)
    page = await meeting.client.get(f"/practitioners/{meeting.practitioner.person.id}/book")
    assert 'name="answer-aaaa1111"' in page.text
    assert "How do you <i>" not in page.text
    typed = {"answer-aaaa1111": "", "answer-bbbb2222": "There", "answer-cccc3333": "maybe"}
    refused = await meeting.client.post("/sessions", wish(meeting, **typed))
    assert refused.status_code == 422
    assert 'id="answer-aaaa1111-error"' in refused.text
    assert 'id="answer-cccc3333-error"' in refused.text
    assert re.search(r'value="There" checked', refused.text), "nothing typed is lost"
    assert "I sleep badly</textarea>" in refused.text
    typed |= {"answer-aaaa1111": "Badly\r\n<b>now</b>", "answer-cccc3333": "no"}
    made = await meeting.client.post("/sessions", wish(meeting, **typed))
    assert made.status_code == 303
    await owner.execute("update offering set questions = '[]'")
    for tab in (meeting.client, meeting.practitioner):
        session = await tab.get(made.headers["location"])
        shown = words(session)
        assert "How do you <i>sleep</i>? Badly <b>now</b>" in shown
        assert "Where? There First time? No" in shown
        assert "<b>now" not in session.text


async def test_answers_to_questions_that_are_gone_bring_the_present_ones(meeting: Meeting) -> None:
    refused = await meeting.client.post("/sessions", wish(meeting, **{"answer-dddd4444": "Old"}))
    assert (refused.status_code, "questions have changed" in words(refused)) == (422, True)


async def test_a_page_holds_what_is_chosen_and_lets_it_go(meeting: Meeting, owner: Any, client: Any) -> None:
    sent = wish(meeting, starts_at=tomorrow_at(10).strftime("%Y-%m-%dT%H:%M:%SZ"))
    held = await meeting.client.post("/slot-hold", sent, accept="application/json")
    assert held.status_code == 201
    assert set(held.json()) == {"expires_at"}
    late = Tab(await make_person(owner, "Lara Late"), client())
    for path in ("/sessions", "/slot-hold"):
        refused = await late.post(path, wish(meeting))
        assert (refused.status_code, "Somebody is just booking this time" in words(refused)) == (409, True)
    slots = await late.get(f"/practitioners/{meeting.practitioner.person.id}/book/slots")
    assert "data-turns=" in slots.text, "others look again when it runs out"
    assert (await meeting.client.post("/slot-hold/release", sent)).status_code == 204
    assert (await late.post("/sessions", wish(meeting))).status_code == 303
