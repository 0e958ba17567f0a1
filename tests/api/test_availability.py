"""A practitioner's hours through the API."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from tests.api.conftest import World
from tests.support.world import tomorrow_at

SETTINGS = {
    "step_minutes": 60,
    "buffer_before_minutes": 0,
    "buffer_after_minutes": 10,
    "notice_minutes": 60,
    "window_days": 30,
    "most_sessions_a_day": 3,
    "most_sessions_a_week": None,
    "default_length_minutes": 60,
}


def hours(day: int, start: str, end: str) -> dict[str, Any]:
    return {"day_of_week": day, "start_time": start, "end_time": end}


async def free(world: World, days: int) -> list[str]:
    """Times of the free starts of an hour on a day from today, UTC."""
    query: dict[str, Any] = {"length": 60, "offering_id": str(world.offering)}
    query |= {"from": tomorrow_at(0, days).isoformat(), "to": tomorrow_at(0, days + 1).isoformat()}
    answer = await world.his.get(f"/api/practitioners/{world.practitioner.id}/slots", params=query)
    assert answer.status_code == 200, answer.text
    return [each[11:16] for each in answer.json()["starts"]]


@pytest.fixture(autouse=True)
async def in_utc(world: World, owner: Any) -> None:
    await owner.execute("update practice set time_zone = 'UTC'")


async def test_week_and_settings_are_changed_as_a_whole(world: World) -> None:
    week = [hours(day, "09:00", "11:00") for day in range(7)] + [hours(1, "22:00:00", "24:00")]
    answer = await world.hers.put("/api/availability", json={"week": week, "settings": SETTINGS})
    assert answer.status_code == 200, answer.text
    kept = answer.json()
    assert kept == (await world.hers.get("/api/availability")).json()
    assert kept["settings"] == SETTINGS
    assert kept["week"][2] == hours(1, "22:00", "24:00") | {"offering_ids": []}
    monday = next(n for n in range(2, 9) if tomorrow_at(0, n).weekday() == 0)
    assert await free(world, monday) == ["09:00", "10:00", "22:00", "23:00"]

    wrong = {"week": week, "settings": SETTINGS | {"step_minutes": 1}}
    assert (await world.hers.put("/api/availability", json=wrong)).status_code == 422
    short = {"week": [hours(1, "09:00", "09:10")], "settings": SETTINGS | {"window_days": 1}}
    refused = await world.hers.put("/api/availability", json=short)
    assert (refused.status_code, set(refused.json()["errors"])) == (422, {"range-0"})
    assert (await world.hers.get("/api/availability")).json() == kept


async def test_dates_stretches_and_travels(world: World) -> None:
    day, far = tomorrow_at(0, 3).date(), tomorrow_at(0, 5).date()
    body = {"name": "Conference", "ranges": [{"start_time": "10:00", "end_time": "12:00"}]}
    await world.hers.put(f"/api/availability/overrides/{day}", json=body)
    assert await free(world, 3) == ["10:00", "10:30", "11:00"]
    off = {"starts_at": f"{day}T11:00:00Z", "length_minutes": 30, "is_available": False}
    await world.hers.put("/api/availability/switches", json=off)
    assert await free(world, 3) == ["10:00"]
    days_off = {"first": str(far), "last": str(far + timedelta(days=1)), "name": "Holiday"}
    await world.hers.post("/api/availability/days-off", json=days_off)
    assert await free(world, 5) == await free(world, 6) == []
    trip = {"first": str(day), "last": str(day), "time_zone": "Asia/Tokyo"}
    answer = (await world.hers.post("/api/availability/travels", json=trip)).json()
    assert await free(world, 3) == ["01:00", "01:30", "02:00"]
    assert [each["on_date"] for each in answer["overrides"]] == [
        str(day + timedelta(days=n)) for n in (0, 2, 3)
    ]
    assert answer["overrides"][1] == {"on_date": str(far), "name": "Holiday", "ranges": []}
    assert answer["switched"][0]["is_available"] is False

    travel = answer["travels"][0]["id"]
    assert (await world.hers.delete(f"/api/availability/travels/{travel}")).json()["travels"] == []
    assert (await world.hers.delete(f"/api/availability/travels/{travel}")).status_code == 404
    assert (await world.hers.delete(f"/api/availability/overrides/{far}")).status_code == 200
    assert (await world.hers.delete(f"/api/availability/overrides/{far}")).status_code == 404
    for wrong in (date(1, 1, 1), date(9999, 12, 31)):
        assert (await world.hers.put(f"/api/availability/overrides/{wrong}", json=body)).status_code == 422


async def test_a_session_outside_is_listed_and_stays(world: World) -> None:
    booked = (await world.book(days=4)).json()
    day = booked["starts_at"][:10]
    answer = await world.hers.post("/api/availability/days-off", json={"first": day, "last": day})
    assert [each["id"] for each in answer.json()["sessions_outside"]] == [booked["id"]]
    assert (await world.his.get(f"/api/sessions/{booked['id']}")).json()["status"] == "pending_approval"


@pytest.mark.parametrize("at", ["", "/api"])
async def test_the_slots_of_a_week(world: World, client: Callable[..., httpx.AsyncClient], at: str) -> None:
    query: dict[str, Any] = {"therapist_id": str(world.practitioner.id), "day_of_week": 1}
    [monday] = (await client().get(f"{at}/availability_slots", params=query)).json()
    del query["day_of_week"]
    assert len((await client().get(f"{at}/availability_slots", params=query)).json()) == 7
    path = f"{at}/availability_slots/{monday['id']}"
    changed = await world.hers.put(path, json={"start_time": "09:00:00", "end_time": "12:00"})
    assert changed.json() == monday | {"start_time": "09:00", "end_time": "12:00"}
    n = next(n for n in range(2, 9) if tomorrow_at(0, n).weekday() == 0)
    assert await free(world, n) == ["09:00", "09:30", "10:00", "10:30", "11:00"]
    rests = await world.hers.put(path, json={"is_available": False})
    assert rests.json()["is_available"] is False
    assert await free(world, n) == []
    assert (await world.hers.put(path, json={"is_available": True})).status_code == 200
    assert len(await free(world, n)) == 5
    short = await world.hers.put(path, json={"end_time": "09:20"})
    assert (short.status_code, short.headers["content-type"]) == (422, "application/problem+json")
    assert (await world.hers.delete(path)).status_code == 204
    gone = await world.hers.delete(path)
    assert (gone.status_code, gone.json()["type"]) == (404, "/problems/not-found")
    assert (await client().delete(path)).status_code == 401


async def test_a_change_sent_twice_acts_once(world: World, owner: Any) -> None:
    query = {"therapist_id": str(world.practitioner.id)}
    slot = (await world.hers.get("/availability_slots", params=query)).json()[0]
    key = {"idempotency-key": "once"}
    first = await world.hers.delete(f"/availability_slots/{slot['id']}", headers=key)
    again = await world.hers.delete(f"/availability_slots/{slot['id']}", headers=key)
    assert (first.status_code, again.status_code) == (204, 204)
    assert again.headers["idempotency-replayed"] == "true"
    assert await owner.fetchval("select count(*) from audit_event where verb = 'remove_slot'") == 1


async def test_the_week_of_nobody_and_of_a_hidden_practice(world: World, owner: Any) -> None:
    await owner.execute("update practice set published_at = null")
    query = {"therapist_id": str(world.practitioner.id)}
    assert (await world.his.get("/api/availability_slots", params=query)).status_code == 404
    assert len((await world.hers.get("/api/availability_slots", params=query)).json()) == 7
    assert (await world.his.get("/api/availability_slots")).status_code == 422


async def test_not_too_often(world: World, owner: Any) -> None:
    day = tomorrow_at(0, 3).date()
    body = {"first": f"{day}", "last": f"{day}"}
    assert (await world.hers.post("/api/availability/days-off", json=body)).status_code == 200
    await owner.execute("update rate_limit set count = 600")
    refused = await world.hers.delete(f"/api/availability/overrides/{day}")
    assert (refused.status_code, int(refused.headers["retry-after"]) > 0) == (429, True)
    kept = await world.hers.get("/api/availability")
    assert [each["on_date"] for each in kept.json()["overrides"]] == [f"{day}"]
