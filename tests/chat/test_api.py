"""Chat for programs, and what somebody may try who should not (issue: a third person, forged ids, floods)."""

from collections.abc import Awaitable
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from tests.api.conftest import Program, program
from tests.support.hints import Hints, hints
from tests.support.tabs import Meeting, Tab, picture
from tests.support.world import make_person
from visavis.chat.access import load_room_of_session

__all__ = ["hints", "program"]


@pytest.fixture
async def his(program: Program, meeting: Meeting) -> httpx.AsyncClient:
    """The client's program."""
    return await program(meeting.client.person)


@pytest.fixture
async def hers(program: Program, meeting: Meeting) -> httpx.AsyncClient:
    """The practitioner's program."""
    return await program(meeting.practitioner.person)


def said(body: str = "Hello", **more: Any) -> dict[str, Any]:
    return {"id": str(uuid4()), "body": body} | more


async def test_a_chat(his: httpx.AsyncClient, hers: httpx.AsyncClient, room_id: UUID) -> None:
    [line] = (await hers.get("/api/chat/rooms")).json()["rooms"]
    assert (await hers.get("/api/chat/rooms?page=2")).json() == {"rooms": []}
    assert line["id"] == str(room_id)
    at, once = f"/api/chat/rooms/{room_id}", said()
    first = await his.post(f"{at}/messages", json=once)
    again = await his.post(f"{at}/messages", json=once, headers={"idempotency-key": "a"})
    assert (first.status_code, again.json()) == (200, first.json())
    for who, words in ((his, once | {"body": "Hullo"}), (hers, once)):
        refused = await who.post(f"{at}/messages", json=words)
        assert (refused.status_code, refused.json()["type"]) == (409, "/problems/message-id-reused")
    files = [("files", ("dog.png", picture(), "image/png")), ("files", ("a.pdf", b"%PDF-1.7\n%%EOF", "x/y"))]
    sent = (await hers.post(f"{at}/files", data=said("Look"), files=files)).json()
    dog, letter = [await his.get(each["address"]) for each in sent["files"]]
    assert dog.headers["content-type"] == "image/jpeg"
    assert dog.headers["content-disposition"].startswith("inline")
    assert letter.headers["content-disposition"].startswith("attachment")
    for file in (dog, letter):
        assert file.headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in file.headers["content-security-policy"]
    page = (await his.get(f"{at}/messages?after=0&limit=2")).json()
    assert [each["number"] for each in page["messages"]] == [1, 2]
    assert page["more"] is True
    back = (await his.get(f"{at}/messages?before=3&limit=1")).json()
    assert ([each["number"] for each in back["messages"]], back["more"]) == ([2], True)
    assert (await hers.post(f"{at}/read", json={"upto": 2})).json() == {"news": True}
    assert (await his.get(at)).json()["other_seen"] == 2
    assert (await his.get(f"{at}/search?q=look")).json()["messages"] == [sent]
    exported = await his.get(f"{at}/export")
    assert len(exported.json()["messages"]) == 3
    assert exported.headers["content-disposition"].startswith("attachment")


async def test_only_the_other_one_is_rung(
    his: httpx.AsyncClient, meeting: Meeting, room_id: UUID, hints: Hints
) -> None:
    await his.post(f"/api/chat/rooms/{room_id}/messages", json=said())
    heard = [await hints.next(), await hints.next()]
    emma, sarah = str(meeting.client.person.id), str(meeting.practitioner.person.id)
    rung = {"to": [sarah], "about": ["chat", f"chat:{room_id}", "message"]}
    assert heard == [{"to": [emma], "about": ["chat", f"chat:{room_id}"]}, rung]
    await his.post(f"/api/chat/rooms/{room_id}/typing")
    assert await hints.next() == {"to": [sarah], "about": [f"typing:{room_id}"]}
    await meeting.booked(hour=15, days=6)
    await hints.any()  # the booking's own
    card = await hints.any()
    assert (set(card["to"]), card["about"]) == ({emma, sarah}, ["card", "chat", f"chat:{room_id}"])


async def test_a_third_person_gets_nowhere(
    his: httpx.AsyncClient, program: Program, stranger: Tab, room_id: UUID
) -> None:
    at, otto = f"/api/chat/rooms/{room_id}", await program(stranger.person)
    kept = (await his.post(f"{at}/messages", json=said("Secret"))).json()
    files = [("files", ("dog.png", picture(), "image/png"))]
    sent = (await his.post(f"{at}/files", data=said(), files=files)).json()
    tries: list[Awaitable[httpx.Response]] = [
        *(
            otto.get(f"{at}{rest}")
            for rest in ("", "/messages", "/changes?since=0", "/search?q=s", "/export")
        ),
        otto.get(sent["files"][0]["address"]),
        otto.post(f"{at}/messages", json=said()),
        otto.get(f"{at}/export?format=text"),
        otto.post(f"{at}/files", data=said(), files=files),
        otto.put(f"{at}/messages/{kept['id']}", json={"body": "Mine"}),
        otto.delete(f"{at}/messages/{kept['id']}"),
        otto.post(f"{at}/reports", json={"reason": "x"}),
        otto.post(f"{at}/typing"),
        otto.put(f"{at}/block"),
    ]
    assert {(await each).status_code for each in tries} == {404}


async def test_nothing_of_one_room_passes_into_another(
    meeting: Meeting, owner: Any, db: Any, program: Program, his: httpx.AsyncClient, room_id: UUID
) -> None:
    """The practitioner has two rooms; who is in one of them asks with the ids of the other."""
    ben = await make_person(owner, "Ben Second")
    other = Meeting(meeting.db, meeting.store, meeting.practitioner, Tab(ben, his), meeting.offering)
    session = await other.booked(hour=15, days=6)
    second = (await load_room_of_session(db.handle(), ben.actor, session.id)).id
    bens = await program(ben)
    files = [("files", ("dog.png", picture(), "image/png"))]
    kept = (await (await program(meeting.client.person)).post(
        f"/api/chat/rooms/{room_id}/files", data=said("Secret"), files=files
    )).json()  # fmt: skip
    at, file = f"/api/chat/rooms/{second}", kept["files"][0]["id"]
    assert (await bens.get(f"{at}/files/{file}")).status_code == 404
    answer = await bens.post(f"{at}/messages", json=said(reply_to=kept["id"]))
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["reply_to"])
    assert (await bens.put(f"{at}/messages/{kept['id']}", json={"body": "x"})).status_code == 404
    assert (await bens.delete(f"{at}/messages/{kept['id']}")).status_code == 404
    refused = await bens.post(f"{at}/reports", json={"reason": "x", "message_id": kept["id"]})
    assert refused.status_code == 404
    # An id that is taken in another room says so, and no number is lost.
    assert (await bens.post(f"{at}/messages", json=said() | {"id": kept["id"]})).status_code == 409
    assert (await bens.post(f"{at}/messages", json=said())).json()["number"] == 2


async def test_a_flood_waits(his: httpx.AsyncClient, room_id: UUID) -> None:
    at = f"/api/chat/rooms/{room_id}/messages"
    answers = [await his.post(at, json=said()) for _ in range(31)]
    assert {each.status_code for each in answers[:-1]} == {200}
    assert answers[-1].status_code == 429
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 20
