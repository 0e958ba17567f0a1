"""Booking through the API: what an offering asks, and the price that was shown."""

from typing import Any

from tests.api.conftest import World

ASKED = """[
    {"key": "aaaa1111", "label": "What brings you?", "kind": "text", "required": true, "choices": []},
    {"key": "bbbb2222", "label": "Where?", "kind": "choice", "required": false, "choices": ["Here", "There"]}
]"""


async def test_questions_are_listed_and_answered(world: World, owner: Any) -> None:
    await owner.execute("update offering set questions = $1::text::jsonb", ASKED)
    [offering] = (await world.his.get(f"/api/practitioners/{world.practitioner.id}")).json()["offerings"]
    assert [each["key"] for each in offering["questions"]] == ["aaaa1111", "bbbb2222"]
    assert offering["questions"][1]["choices"] == ["Here", "There"]
    for answers, wrong in (
        ({}, {"answer-aaaa1111"}),
        ({"aaaa1111": "Sleep", "bbbb2222": "Elsewhere"}, {"answer-bbbb2222"}),
    ):
        refused = await world.his.post("/api/sessions", json=world.wish() | {"answers": answers})
        assert (refused.status_code, set(refused.json()["errors"])) == (422, wrong)
    unknown = {"aaaa1111": "Sleep", "cccc3333": "x"}
    refused = await world.his.post("/api/sessions", json=world.wish() | {"answers": unknown})
    assert (refused.status_code, "questions have changed" in refused.json()["detail"]) == (422, True)
    answers = {"aaaa1111": "Sleep", "bbbb2222": "There"}
    made = await world.his.post("/api/sessions", json=world.wish() | {"answers": answers})
    kept = [
        {"label": "What brings you?", "kind": "text", "answer": "Sleep"},
        {"label": "Where?", "kind": "choice", "answer": "There"},
    ]
    assert (made.status_code, made.json()["answers"]) == (201, kept)
    hers = await world.hers.get(f"/api/sessions/{made.json()['id']}")
    assert hers.json()["answers"] == kept


async def test_the_price_that_was_shown_is_compared(world: World, owner: Any) -> None:
    for seen in ({"minor": 1, "currency": "GBP"}, {"minor": 8000, "currency": "JPY"}):
        refused = await world.his.post("/api/sessions", json=world.wish() | {"seen_price": seen})
        assert refused.status_code == 409
        assert refused.json()["type"] == "/problems/price-changed"
        assert refused.json()["price"] == {"minor": 8000, "currency": "GBP"}
    assert await owner.fetchval("select count(*) from session") == 0
    seen = {"minor": 8000, "currency": "GBP"}
    made = await world.his.post("/api/sessions", json=world.wish() | {"seen_price": seen})
    assert (made.status_code, made.json()["price"]["minor"]) == (201, 8000)
