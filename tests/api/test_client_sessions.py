"""Sessions as rows of a table of client sessions: the same actions, keys and errors."""

from typing import Any

import pytest

from tests.api.conftest import Program, World
from tests.credits.world import make_practice
from tests.support.world import make_offering, make_person, make_practitioner, tomorrow_at


def row(world: World, hour: int = 10, **more: Any) -> dict[str, Any]:
    """The body of a booking."""
    start, end = tomorrow_at(hour), tomorrow_at(hour + 1)
    times = {"start_time": start.isoformat(), "end_time": end.isoformat()}
    return {"therapist_id": str(world.practitioner.id)} | times | more


@pytest.mark.parametrize("at", ["/client_sessions", "/api/client_sessions"])
async def test_a_session_is_booked_listed_and_moved_on(world: World, at: str) -> None:
    made = await world.his.post(at, json=row(world, notes="First talk", client_id=str(world.client.id)))
    assert made.status_code == 201
    session = made.json()
    assert (
        session
        | {
            "therapist_id": str(world.practitioner.id),
            "client_id": str(world.client.id),
            "status": "pending_approval",
            "duration_minutes": 60,
            "notes": "First talk",
            "session_type": "Talking session",
            "cancelled_late": False,
        }
        == session
    )
    for who in (world.his, world.hers):
        found = (await who.get(at, params={"therapist_id": str(world.practitioner.id)})).json()
        assert [each["id"] for each in found] == [session["id"]]
        assert (await who.get(at, params={"status": "confirmed"})).json() == []
        assert (await who.get(at, params={"therapist_id": str(world.client.id)})).json() == []
        assert (await who.get(at, params={"after": session["id"]})).json() == []
    one = f"{at}/{session['id']}"
    refused = await world.his.patch(one, json={"status": "approved"})
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/forbidden")
    yes = {"status": "approved", "seen_starts_at": tomorrow_at(11).isoformat()}
    other = await world.hers.patch(one, json=yes)
    assert (other.status_code, other.json()["type"]) == (409, "/problems/wrong-state")
    moved = await world.hers.patch(one, json=yes | {"seen_starts_at": session["start_time"]})
    assert (moved.status_code, moved.json()["status"]) == (200, "approved")
    again = await world.hers.patch(one, json={"status": "approved"})
    assert (again.status_code, again.json()["session_status"]) == (409, "approved")
    gone = await world.his.patch(one, json={"status": "cancelled"})
    assert gone.json()["status"] == "cancelled"


async def test_to_confirm_what_must_be_paid_first_is_no_step(world: World) -> None:
    one = f"/client_sessions/{(await world.book()).json()['id']}"
    refused = await world.hers.patch(one, json={"status": "confirmed"})
    assert (refused.status_code, refused.json()["session_status"]) == (409, "pending_approval")
    assert (await world.hers.patch(one, json={"status": "paid"})).status_code == 422
    reason = await world.hers.patch(one, json={"status": "declined"})
    assert (reason.status_code, list(reason.json()["errors"])) == (422, ["reason"])


@pytest.mark.parametrize("instant", [False, True])
async def test_nobody_approves_and_spends_by_asking_for_something_else(
    owner: Any, program: Program, instant: bool
) -> None:
    practice = await make_practice(owner)
    session = await practice.proposed()
    lot = await practice.given(5)
    if instant:
        await owner.execute("update session set instant = true, during = null, blocked = null")
    his, right = await program(practice.client), "in_progress" if instant else "confirmed"
    for wrong in {"approved", "confirmed", "in_progress"} - {right}:
        refused = await his.patch(f"/client_sessions/{session}", json={"status": wrong})
        assert (refused.status_code, refused.json()["type"]) == (409, "/problems/wrong-state")
        assert await practice.left(lot) == 5
    done = await his.patch(f"/client_sessions/{session}", json={"status": right})
    assert (done.status_code, done.json()["status"], await practice.left(lot)) == (200, right, 3)


async def test_wishes_that_cannot_be_granted(world: World, owner: Any, program: Program) -> None:
    other = await make_offering(owner, await make_practitioner(owner, "Dr. Other"))
    strange = str((await make_person(owner)).id)
    wrong = [
        (row(world, client_id=strange), 403, ""),
        (row(world, offering_id=str(other)), 404, ""),
        (row(world) | {"therapist_id": strange}, 404, ""),
        (row(world) | {"end_time": tomorrow_at(10).isoformat()}, 422, "end_time"),
        (row(world) | {"end_time": tomorrow_at(12).isoformat()}, 422, "end_time"),
        (row(world, price=0), 422, "price"),
        (row(world, 2000), 422, "start_time"),
    ]
    for body, status, field in wrong:
        refused = await world.his.post("/client_sessions", json=body)
        assert refused.status_code == status, refused.text
        assert refused.headers["content-type"] == "application/problem+json"
        assert not field or field in refused.json()["errors"]
    assert (await world.his.post("/client_sessions", json=row(world))).status_code == 201
    taken = await (await program(await make_person(owner, "Third"))).post("/client_sessions", json=row(world))
    assert (taken.status_code, len(taken.json()["alternatives"])) == (409, 3)


async def test_a_key_makes_it_once(world: World) -> None:
    headers = {"idempotency-key": "once"}
    first = await world.his.post("/client_sessions", json=row(world), headers=headers)
    again = await world.his.post("/client_sessions", json=row(world), headers=headers)
    assert (first.status_code, again.status_code, again.json()) == (201, 201, first.json())


async def test_another_time_is_proposed_and_answered(world: World) -> None:
    session = (await world.book()).json()
    at = f"/api/sessions/{session['id']}"
    await world.hers.put(f"{at}/approve")
    asked = await world.his.post(
        f"{at}/reschedule", json={"starts_at": tomorrow_at(14).isoformat(), "message": "Could we?"}
    )
    assert asked.status_code == 200
    proposed = asked.json()["reschedule"]
    assert (proposed["proposed_by"], proposed["message"]) == ("client", "Could we?")
    assert "reschedule/withdraw" in asked.json()["actions"]
    assert (await world.his.put(f"{at}/reschedule/accept")).status_code == 409
    agreed = (await world.hers.put(f"{at}/reschedule/accept")).json()
    assert (agreed["reschedule"], agreed["starts_at"][11:16], agreed["status"]) == (None, "14:00", "approved")
    taken = await world.his.post(f"{at}/reschedule", json={"starts_at": tomorrow_at(14).isoformat()})
    assert (taken.status_code, list(taken.json()["errors"])) == (422, ["starts_at"])
