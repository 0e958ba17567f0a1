"""Practitioners through the API, without any key."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.api.conftest import World
from tests.support.world import tomorrow_at


@pytest.fixture
def anybody(client: Callable[..., httpx.AsyncClient]) -> httpx.AsyncClient:
    return client()


def from_nine_to_twelve() -> dict[str, str | int]:
    return {"from": tomorrow_at(9).isoformat(), "to": tomorrow_at(12).isoformat(), "length": 60}


async def test_the_list_shows_published_practices_only(
    world: World, owner: Any, anybody: httpx.AsyncClient
) -> None:
    answer = await anybody.get("/api/practitioners")
    assert [each["name"] for each in answer.json()["items"]] == ["Dr. Sarah Johnson"]
    assert answer.json()["next_page"] is None
    await owner.execute("update practice set published_at = null")
    assert (await anybody.get("/api/practitioners")).json()["items"] == []
    assert (await anybody.get(f"/api/practitioners/{world.practitioner.id}")).status_code == 404


async def test_a_practitioner_with_prices(world: World, anybody: httpx.AsyncClient) -> None:
    found = (await anybody.get(f"/api/practitioners/{world.practitioner.id}")).json()
    assert (found["verified"], found["reviews"], found["rating"]) == (False, 0, None)
    assert (
        found["offerings"][0]
        | {
            "id": str(world.offering),
            "prices": [
                {"length_minutes": 60, "price": {"minor": 8000, "currency": "GBP", "display": "£80.00"}}
            ],
            "approval": "required",
            "payment": "transfer",
            "cancel_until_hours": 0,
            "reschedule": "agreed",
        }
        == found["offerings"][0]
    )


async def test_free_starts_are_bookable_and_then_gone(world: World, anybody: httpx.AsyncClient) -> None:
    query: dict[str, Any] = {
        "from": tomorrow_at(9).isoformat(),
        "to": tomorrow_at(12).isoformat(),
        "length": 60,
    }

    async def starts() -> list[datetime]:
        answer = await anybody.get(f"/api/practitioners/{world.practitioner.id}/slots", params=query)
        assert answer.status_code == 200, answer.text
        return [datetime.fromisoformat(each) for each in answer.json()["starts"]]

    before = await starts()
    assert len(before) == 6
    assert (await world.his.post("/api/sessions", json=world.wish(before[2]))).status_code == 201
    assert await starts() == [before[0], before[4], before[5]]


@pytest.mark.parametrize(
    "query",
    [
        "",
        "from=2026-11-24T00:00:00&to=2026-11-25T00:00:00&length=60",
        "from={0}&to={0}&length=60",
        "from={1}&to={0}&length=60",
        "from={0}&to={2}&length=60",
        "from={0}&to={1}&length=0",
        "from={0}&to={1}&length=999999999999999999999",
        "from=0001-01-01T00:00:00%2B14:00&to=9999-12-31T23:59:59-14:00&length=60",
        "from=nan&to=inf&length=60",
    ],
)
async def test_an_unclear_question_is_refused(world: World, anybody: httpx.AsyncClient, query: str) -> None:
    dates = [f"{tomorrow_at(0, days):%Y-%m-%dT%H:%M:%SZ}" for days in (1, 2, 99)]
    path = f"/api/practitioners/{world.practitioner.id}/slots?{query.format(*dates)}"
    answer = await anybody.get(path)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid-input"), answer.text


async def test_nobody_there(anybody: httpx.AsyncClient) -> None:
    query: dict[str, Any] = {
        "from": tomorrow_at(9).isoformat(),
        "to": tomorrow_at(12).isoformat(),
        "length": 60,
    }
    assert (await anybody.get(f"/api/practitioners/{uuid4()}/slots", params=query)).status_code == 404
    assert (await anybody.get(f"/api/practitioners/{uuid4()}")).status_code == 404
    assert (await anybody.get("/api/practitioners/1")).status_code == 404
