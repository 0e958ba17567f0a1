"""Sessions through the API: booking and reading."""

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest

from tests.api.conftest import Program, World
from tests.support.world import make_offering, make_person, make_practitioner, tomorrow_at


async def test_booking_answers_with_the_session(world: World) -> None:
    answer = await world.book(10)
    assert answer.status_code == 201
    session = answer.json()
    assert (
        session
        | {
            "status": "pending_approval",
            "role": "client",
            "created_by": "client",
            "starts_at": tomorrow_at(10).isoformat().replace("+00:00", "Z"),
            "length_minutes": 60,
            "price": {"minor": 8000, "currency": "GBP", "display": "£80.00"},
            "practitioner": {
                "id": str(world.practitioner.id),
                "name": "Dr. Sarah Johnson",
                "time_zone": "Europe/London",
            },
            "actions": ["cancel", "reschedule"],
        }
        == session
    )


async def test_each_side_reads_its_own_steps(world: World) -> None:
    session_id = (await world.book()).json()["id"]
    hers = (await world.hers.get(f"/api/sessions/{session_id}")).json()
    assert (hers["role"], hers["actions"]) == (
        "practitioner",
        ["approve", "decline", "cancel", "reschedule", "meeting-link"],
    )
    assert [event["verb"] for event in hers["history"]] == ["book"]
    assert hers["proofs"] == []


async def test_an_offset_is_an_instant(world: World) -> None:
    start = tomorrow_at(10).isoformat().replace("+00:00", "") + "+02:00"
    answer = await world.his.post("/api/sessions", json=world.wish() | {"starts_at": start})
    assert datetime.fromisoformat(answer.json()["starts_at"]) == tomorrow_at(8)


async def test_a_taken_slot_is_refused_with_the_nearest_free_starts(
    world: World, owner: Any, program: Program
) -> None:
    await world.book(10)
    other = await program(await make_person(owner, "Ben Other"))
    answer = await other.post("/api/sessions", json=world.wish())
    problem = answer.json()
    assert answer.status_code == problem["status"] == 409
    assert problem["type"] == "/problems/slot-taken"
    assert [datetime.fromisoformat(each) for each in problem["alternatives"]] == [
        tomorrow_at(8).replace(minute=30),
        tomorrow_at(9),
        tomorrow_at(11),
    ]


async def test_paging_shows_each_session_once(world: World) -> None:
    made = {(await world.book(hour)).json()["id"] for hour in (8, 10, 12, 14, 16)}
    seen: list[str] = []
    cursor: str | None = None
    while True:
        query: dict[str, Any] = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = (await world.his.get("/api/sessions", params=query)).json()
        seen += [each["id"] for each in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
        await world.book(18 + len(seen))  # what comes meanwhile moves nothing
    assert made <= set(seen)
    assert len(seen) == len(set(seen))


async def test_filters_by_role_and_status(world: World, owner: Any, program: Program) -> None:
    both = world.practitioner
    elsewhere = await make_offering(owner, await make_practitioner(owner, "Dr. Ken Mori"))
    await world.book(10)
    second = (await world.book(12)).json()["id"]
    await world.hers.put(f"/api/sessions/{second}/approve")
    await world.hers.post("/api/sessions", json=world.wish(tomorrow_at(15)) | {"offering_id": str(elsewhere)})

    async def count(**query: Any) -> int:
        return len((await world.hers.get("/api/sessions", params=query)).json()["items"])

    assert both.id is not None
    assert await count() == 3
    assert await count(role="practitioner") == 2
    assert await count(role="client") == 1
    assert await count(status="approved") == 1
    assert await count(status=["approved", "pending_approval"]) == 3
    assert await count(role="client", status="approved") == 0


@pytest.mark.parametrize(
    "query",
    ["role=operator", "status=paid", "limit=0", "limit=101", "limit=x", "cursor=x", "cursor=" + "a" * 99],
)
async def test_an_unclear_question_is_refused(world: World, query: str) -> None:
    answer = await world.his.get(f"/api/sessions?{query}")
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid-input")
    assert list(answer.json()["errors"]) == [query.partition("=")[0]]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"price_minor": 1}, "price_minor"),
        ({"status": "confirmed"}, "status"),
        ({"client_id": str(uuid4())}, "client_id"),
        ({"length_minutes": 61}, "length"),
        ({"length_minutes": -60}, "length_minutes"),
        ({"length_minutes": 1e99}, "length_minutes"),
        ({"starts_at": "2026-11-24T18:00:00"}, "starts_at"),
        ({"starts_at": "0001-01-01T00:00:00+14:00"}, "starts_at"),
        ({"starts_at": "9999-12-31T23:59:59-14:00"}, "starts_at"),
        ({"starts_at": None}, "starts_at"),
        ({"offering_id": "1"}, "offering_id"),
        ({"notes": "n" * 2001}, "notes"),
    ],
)
async def test_a_wish_that_cannot_be_granted(
    world: World, owner: Any, change: dict[str, Any], field: str
) -> None:
    answer = await world.his.post("/api/sessions", json=world.wish() | change)
    assert (answer.status_code, answer.json()["type"]) in (
        (422, "/problems/invalid-input"),
        (422, "/problems/time-not-offered"),
    )
    assert list(answer.json()["errors"]) == [field]
    assert await owner.fetchval("select count(*) from session") == 0


async def test_a_missing_field_is_named(world: World) -> None:
    wish = world.wish()
    del wish["starts_at"]
    assert "starts_at" in (await world.his.post("/api/sessions", json=wish)).json()["errors"]


async def test_what_is_not_json_is_refused(world: World) -> None:
    answer = await world.his.post("/api/sessions", content=b"{", headers={"content-type": "application/json"})
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")


async def test_an_offering_that_is_not_there(world: World) -> None:
    answer = await world.his.post("/api/sessions", json=world.wish() | {"offering_id": str(uuid4())})
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found")
