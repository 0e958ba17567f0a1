"""A practitioner's proposals through the API: made, listed, approved; and what cannot be had."""

from typing import Any

from tests.api.conftest import Program, World
from tests.support.world import make_offering, make_person, make_practitioner, tomorrow_at

CREATE, APPROVE, PENDING = (
    "/api/therapist/create-custom-session",
    "/api/sessions/approve",
    "/api/sessions/pending",
)


def wish(world: World, **more: Any) -> dict[str, Any]:
    at = {} if more.get("instant") else {"starts_at": tomorrow_at(15, 3).isoformat()}
    return {"client_id": str(world.client.id)} | at | more


async def test_made_listed_and_approved_once(world: World) -> None:
    await world.book()
    made = await world.hers.post(
        CREATE, json=wish(world, length_minutes=45, name="Review", message="As we said")
    )
    assert made.status_code == 201, made.text
    session = made.json()
    expected = {"status": "pending_approval", "created_by": "practitioner", "role": "practitioner"}
    expected |= {"length_minutes": 45, "needs_approval": True, "instant": False, "notes": "As we said"}
    assert session | expected == session
    assert (session["price"]["minor"], session["offering"]["name"]) == (6000, "Review")
    assert "approve" not in session["actions"]
    waiting = (await world.his.get(PENDING)).json()
    assert [each["id"] for each in waiting] == [session["id"]]
    assert [each["created_by"] for each in (await world.hers.get(PENDING)).json()] == ["client"]
    body = {"session_id": session["id"], "starts_at": session["starts_at"]}
    assert (await world.hers.post(APPROVE, json=body)).status_code == 403, "nobody approves their own"
    stale = await world.his.post(APPROVE, json=body | {"starts_at": tomorrow_at(9, 3).isoformat()})
    assert stale.status_code == 409
    assert (await world.his.post(APPROVE, json=body)).json()["status"] == "approved"
    again = await world.his.post(APPROVE, json=body)
    assert (again.status_code, again.json()["session_status"]) == (409, "approved")
    assert (await world.his.get(PENDING)).json() == []


async def test_instant_begins_with_the_approval(world: World) -> None:
    await world.book(days=5)
    made = (await world.hers.post(CREATE, json=wish(world, instant=True, price_minor=0))).json()
    assert (made["instant"], made["starts_at"], made["status"]) == (True, None, "pending_approval")
    begun = (await world.his.post(APPROVE, json={"session_id": made["id"]})).json()
    assert (begun["status"], begun["starts_at"] is not None) == ("in_progress", True)


async def test_wishes_that_cannot_be_granted(world: World, owner: Any, program: Program) -> None:
    stranger = str((await make_person(owner, "Lara Late")).id)
    assert (await world.hers.post(CREATE, json=wish(world))).status_code == 404, "they have not met"
    await world.book()
    other = await make_practitioner(owner, "Dr. Other")
    theirs = str(await make_offering(owner, other))
    for more, status, field in (
        ({"client_id": stranger}, 404, ""),
        ({"client_id": str(world.practitioner.id)}, 404, ""),
        ({"practitioner_id": str(other.id)}, 422, "practitioner_id"),
        ({"status": "confirmed"}, 422, "status"),
        ({"created_by": "client"}, 422, "created_by"),
        ({"offering_id": theirs}, 422, "offering_id"),
        ({"price_minor": -1}, 422, "price_minor"),
        ({"credits": -1}, 422, "credits"),
        ({"price_minor": 100, "credits": 1}, 422, "credits"),
        ({"starts_at": tomorrow_at(9, -2).isoformat()}, 422, "starts_at"),
        ({"starts_at": None}, 422, "starts_at"),
        ({"client_email": "a@example.org"}, 422, "client_id"),
        ({"client_id": None, "client_email": "a\x00@example.org"}, 422, ""),
        ({"starts_at": tomorrow_at(10).isoformat()}, 409, ""),
    ):
        refused = await world.hers.post(CREATE, json=wish(world) | more)
        assert refused.status_code == status, (more, refused.text)
        assert not field or field in refused.json()["errors"], (more, refused.text)
    assert (await world.his.post(CREATE, json=wish(world))).status_code == 403
    theirs_too = await program(other)
    assert (await theirs_too.post(CREATE, json=wish(world))).status_code == 404
    hidden = await theirs_too.post(
        APPROVE, json={"session_id": (await world.his.get("/api/sessions")).json()["items"][0]["id"]}
    )
    assert hidden.status_code == 404
    assert await owner.fetchval("select count(*) from session where created_by = 'practitioner'") == 0
