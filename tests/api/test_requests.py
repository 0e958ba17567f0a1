"""Requests without a slot, asked and answered by programs."""

from typing import Any

from tests.api.conftest import World
from tests.support.world import make_offering, tomorrow_at


async def test_asked_and_approved_with_message_link_and_time(world: World, owner: Any) -> None:
    wish = {"practitioner_id": str(world.practitioner.id), "topic": "My first talk"}
    assert (await world.his.post("/api/sessions/requests", json=wish)).status_code == 422
    await make_offering(owner, world.practitioner, "request_to_mentor", lengths=(45, 30))
    wished = {"wished_on": f"{tomorrow_at(0, 5):%F}", "wished_at": "18:00:00"}
    asked = await world.his.post("/api/sessions/requests", json=wish | wished)
    assert asked.status_code == 201
    session = asked.json()
    assert session | wished | {"starts_at": None, "topic": "My first talk", "length_minutes": 30} == session
    approve, start = f"/api/sessions/{session['id']}/approve", f"{tomorrow_at(9, 6):%FT%TZ}"
    for body in ({"starts_at": "2001-01-01T09:00:00Z"}, {"meeting_url": "javascript:x"}, {"price": 1}):
        assert (await world.hers.put(approve, json=body)).status_code in (400, 422), body
    body = {"message": "With pleasure", "meeting_url": "https://meet.example.org/m", "starts_at": start}
    approved = (await world.hers.put(approve, json=body)).json()
    assert (approved["status"], approved["starts_at"]) == ("confirmed", start)
    assert (approved["answer"], approved["meeting_url"]) == ("With pleasure", body["meeting_url"])
    assert (await world.hers.put(approve)).status_code == 409


async def test_declined_without_a_reason(world: World, owner: Any) -> None:
    await make_offering(owner, world.practitioner, "request_to_mentor")
    wish = {"practitioner_id": str(world.practitioner.id), "topic": "My first talk"}
    session_id = (await world.his.post("/api/sessions/requests", json=wish)).json()["id"]
    declined = await world.hers.put(f"/api/sessions/{session_id}/decline", json={})
    assert declined.json()["status"] == "declined"
