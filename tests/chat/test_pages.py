"""The pages of chat through HTTP: plain forms, and what scripts ask for."""

import re
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.support.tabs import BUTTON, DIALOG, Meeting, Tab, now, picture, words
from visavis.chat import actions
from visavis.chat.links import linked
from visavis.chat.rules import Draft
from visavis.chat.safety import block

_MANY = """
    with made as (insert into account (email, is_practitioner)
        select n || '@example.org', true from generate_series(1, 115) n returning id, email),
    named as (insert into person (id, name, time_zone) select id, 'Dr. ' || email, 'UTC' from made),
    open as (insert into practice (practitioner_id, title, time_zone, currency, rate_minor, published_at)
        select id, 'Coach', 'UTC', 'GBP', 1, now() from made)
    insert into chat_room (client_id, practitioner_id, latest_at)
    select $1, id, now() - interval '1 day' from made
"""
WINDOW = {"hx-request": "true", "hx-target": "talk"}


async def say(meeting: Meeting, room_id: UUID, body: str) -> UUID:
    """The client writes; the id of the message."""
    draft = Draft(body=body)
    return (await actions.send(meeting.db, meeting.as_client, room_id, uuid4(), draft, now())).id


async def test_a_room_works_as_a_plain_page(meeting: Meeting, room_id: UUID) -> None:
    at = f"/chat/{room_id}"
    page = await meeting.client.get(at)
    assert "Talking session" in words(page)  # the session is in it, with what can be done
    known = re.search(r'name="id" value="([0-9a-f-]{36})"', page.text)
    assert known
    form = {"id": known[1], "body": "Good <b>morning</b>\nhttps://example.org/a."}
    files = {"files": ("dog.png", picture(), "image/png")}
    for _twice in range(2):
        sent = await meeting.client.post(at, form, files)
        assert (sent.status_code, sent.headers["location"]) == (303, at)
    assert "1 unread" in words(await meeting.practitioner.get("/practice"))
    listed = await meeting.practitioner.get("/chat")
    assert "Good <b>morning</b>" in words(listed)
    assert "1 unread" in words(listed)
    page = await meeting.practitioner.get(at)
    assert page.text.count('Good &lt;b&gt;morning&lt;/b&gt;\n<a href="https://example.org/a"') == 1
    assert 'rel="noopener noreferrer nofollow"' in page.text
    assert "New messages" in words(page)
    image = re.search(rf'src="({at}/files/[0-9a-f-]+)"', page.text)
    assert image
    shown = await meeting.practitioner.get(image[1])
    assert shown.headers["content-type"] == "image/jpeg"
    await meeting.practitioner.post(f"{at}/seen", {"upto": "2"})
    assert "unread" not in words(await meeting.practitioner.get("/chat/count"))
    assert "is-read" in (await meeting.client.get(at)).text


async def test_what_was_typed_stays_and_says_why(meeting: Meeting, room_id: UUID) -> None:
    at = f"/chat/{room_id}"
    empty = await meeting.client.post(at, {"body": "  "})
    assert (empty.status_code, "Please write something first." in words(empty)) == (422, True)
    wrong = {"files": ("run.exe", b"MZ nothing", "application/octet-stream")}
    refused = await meeting.client.post(at, {"body": "Look at this"}, wrong)
    assert refused.status_code == 422
    assert "Please choose JPEG, PNG or WebP pictures, or PDFs." in words(refused)
    assert re.search(r"<textarea[^>]*>\s*Look at this</textarea>", refused.text)
    await block(meeting.db, meeting.as_practitioner, room_id, now())
    blocked = await meeting.client.post(at, {"body": "Hello?"}, **WINDOW)
    assert blocked.status_code == 403
    assert "cannot write to each other" in words(await meeting.client.get(at))


async def test_a_script_asks_for_pieces(meeting: Meeting, room_id: UUID) -> None:
    at = f"/chat/{room_id}"
    answer = await meeting.client.post(at, {"id": str(uuid4()), "body": "One"}, **WINDOW)
    assert answer.status_code == 200
    assert re.findall(r'<li class="said mine[^>]*data-number="(\d+)"', answer.text) == ["2"]
    version = re.search(r'data-version="(\d+)"', answer.text)
    assert version
    await say(meeting, room_id, "Two")
    news = await meeting.practitioner.get(f"{at}/messages?since={version[1]}", **BUTTON)
    assert re.findall(r'data-number="(\d+)"', news.text) == ["3"]
    older = await meeting.client.get(f"{at}/messages?before=3", **BUTTON)
    assert re.findall(r'data-number="(\d+)"', older.text) == ["1", "2"]
    inside = await meeting.client.get(at, **WINDOW)
    assert "<html" not in inside.text
    assert "<h2" in inside.text
    loud = (await meeting.practitioner.get("/chat/news")).json()
    assert [(each["number"], each["sentence"], each["sound"]) for each in loud] == [
        (3, "Emma Clarke wrote to you", "message")
    ]


async def test_found_and_answered(meeting: Meeting, room_id: UUID) -> None:
    at = f"/chat/{room_id}"
    message = await say(meeting, room_id, "The blue folder is at home")
    found = await meeting.practitioner.get(f"{at}?find=folder BLUE")
    assert "1 message" in words(found)
    assert f'href="{at}?at=2#said-{message}"' in found.text
    assert "Nothing was found" in words(await meeting.practitioner.get(f"{at}?find=green"))
    page = await meeting.practitioner.get(f"{at}?reply={message}")
    assert f'name="reply_to" value="{message}"' in page.text
    await meeting.practitioner.post(at, {"body": "Bring it", "reply_to": str(message)})
    assert f'data-answers="said-{message}"' in (await meeting.client.get(at)).text


async def test_changed_deleted_reported_blocked(meeting: Meeting, room_id: UUID, owner: Any) -> None:
    at = f"/chat/{room_id}"
    message = await say(meeting, room_id, "You are lat")
    one = f"{at}/messages/{message}"
    assert "You are lat" in (await meeting.client.get(f"{one}/edit", **DIALOG)).text
    assert (await meeting.client.post(f"{one}/edit", {"body": ""}, **DIALOG)).status_code == 422
    assert (await meeting.client.post(f"{one}/edit", {"body": "You are late"}, **DIALOG)).status_code == 204
    assert "You are late" in words(await meeting.practitioner.get(at))
    report = f"{at}/report?message={message}"
    assert "You are late" in words(await meeting.practitioner.get(report))
    assert (await meeting.practitioner.post(report, {"reason": " "})).status_code == 422
    assert "Thank you for telling us" in words(await meeting.practitioner.post(report, {"reason": "Unkind"}))
    assert (await meeting.client.post(f"{one}/deletion", **BUTTON)).status_code == 204
    assert "This message was deleted." in words(await meeting.practitioner.get(at))
    await owner.execute("update account set is_operator = true where id = $1", meeting.practitioner.person.id)
    reports = await meeting.practitioner.get("/operator/reports")
    assert "You are late" in words(reports)
    settle = re.search(r'action="(/operator/reports/[0-9a-f-]+/settlement)"', reports.text)
    assert settle
    await meeting.practitioner.post(settle[1])
    assert "Settled by Dr. Sarah Johnson" in words(await meeting.practitioner.get("/operator/reports"))
    assert "Block Emma?" in words(await meeting.practitioner.get(f"{at}/block"))
    await meeting.practitioner.post(f"{at}/block")
    assert "You have blocked Emma" in words(await meeting.practitioner.get(at))
    await meeting.practitioner.post(f"{at}/unblock")
    assert "data-compose" in (await meeting.practitioner.get(at)).text


async def test_among_many_rooms_each_can_be_found(meeting: Meeting, room_id: UUID, owner: Any) -> None:
    await owner.execute(_MANY, meeting.client.person.id)
    await say(meeting, room_id, "Hello")  # the latest
    tab = meeting.client
    pages = [await tab.get(f"/chat?page={nth}") for nth in (1, 2, 3)]
    names = [re.findall(r"<b>(Dr\. .*?)</b>", page.text) for page in pages]
    assert [len(each) for each in names] == [50, 50, 16]
    assert len({each for page in names for each in page}) == 116
    assert names[0][0] == "Dr. Sarah Johnson"
    assert 'data-live="chat" hx-get="/chat/list?page=2"' in pages[1].text
    assert "page=4" not in pages[2].text
    assert re.findall(r"<b>(Dr\. .*?)</b>", (await tab.get("/chat/list?page=2")).text) == names[1]


async def test_how_long_and_ways_to_the_room(meeting: Meeting, room_id: UUID, stranger: Tab) -> None:
    saved = await meeting.practitioner.post("/practice/chat", {"months": "12"})
    assert saved.headers["location"] == "/practice/chat?saved=1"
    assert "kept for 12 months" in words(await meeting.client.get(f"/chat/{room_id}"))
    assert (await meeting.practitioner.post("/practice/chat", {"months": "x"})).status_code == 422
    session = await meeting.booked(hour=15)
    for way in (f"/sessions/{session.id}/chat", f"/chat/with/{meeting.practitioner.person.id}"):
        assert (await meeting.client.get(way)).headers["location"] == f"/chat/{room_id}"
    profile = f"/practitioners/{meeting.practitioner.person.id}"
    assert f'href="/chat/{room_id}"' in (await meeting.client.get(profile)).text
    assert 'href="/chat/' not in (await stranger.get(profile)).text
    copy = await meeting.client.get(f"/chat/{room_id}/export")
    assert copy.headers["content-disposition"].startswith("attachment")
    for path in ("", "/messages", "/export", f"/sessions/{session.id}"):
        assert (await stranger.get(f"/chat/{room_id}{path}")).status_code == 404


@pytest.mark.parametrize(
    ("typed", "links"),
    [
        ("see https://a.org/x.", ["https://a.org/x"]),
        ("(https://a.org/x)", ["https://a.org/x"]),
        ("https://a.org/x_(y)!", ["https://a.org/x_(y)"]),
        ("http://a.org javascript:alert(1) https://", []),
        ('https://a.org/"onclick="evil()', ["https://a.org/"]),
        ("https://a.org/<b>", ["https://a.org/"]),
        ("https://a.org/x).", ["https://a.org/x"]),
        ("https://" + ")" * 3000, []),
    ],
)
def test_only_https_addresses_are_links(typed: str, links: list[str]) -> None:
    html = str(linked(typed))
    assert re.findall(r'href="([^"]*)"', html) == links
    assert "<b>" not in html
