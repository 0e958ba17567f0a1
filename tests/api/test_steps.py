"""A session's whole life through the API."""

from io import BytesIO
from typing import Any

from PIL import Image

from tests.api.conftest import World
from tests.support.world import move_to_past


def picture() -> bytes:
    out = BytesIO()
    Image.new("RGB", (20, 20), "white").save(out, "PNG")
    return out.getvalue()


async def test_from_booking_to_feedback(world: World, owner: Any) -> None:
    session_id = (await world.book()).json()["id"]
    path = f"/api/sessions/{session_id}"

    async def step(by: Any, method: str, name: str, **body: Any) -> str:
        answer = await by.request(method, f"{path}/{name}", **body)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["status"])

    async def pay() -> str:
        proof = {"proof": ("slip.png", picture(), "image/png")}
        return await step(world.his, "POST", "submit-payment", files=proof, data={"reference": "Ref 1"})

    assert await step(world.hers, "PUT", "approve") == "approved"
    assert await pay() == "payment_submitted"
    assert await step(world.hers, "PUT", "reject-payment", json={"reason": "Not there yet"}) == "approved"
    assert await pay() == "payment_submitted"
    assert await step(world.hers, "PUT", "verify-payment") == "confirmed"
    link = {"meeting_url": "https://meet.example.org/a"}
    assert await step(world.hers, "PUT", "meeting-link", json=link) == "confirmed"
    await move_to_past(owner, session_id)
    assert await step(world.hers, "PUT", "start") == "in_progress"
    assert await step(world.hers, "PUT", "complete") == "completed"
    assert await step(world.his, "POST", "feedback", json={"rating": 5, "text": "Thank you"}) == "completed"

    whole = (await world.his.get(path)).json()
    assert (whole["rating"], whole["actions"], whole["meeting_url"]) == (5, [], link["meeting_url"])
    assert [proof["decision"] for proof in whole["proofs"]] == ["verified", "rejected"]
    assert whole["proofs"][0]["reference"] == "Ref 1"


async def test_the_proof_is_a_download_for_both(world: World) -> None:
    path = f"/api/sessions/{(await world.book()).json()['id']}"
    assert (await world.hers.get(f"{path}/payment-proof")).status_code == 404
    await world.hers.put(f"{path}/approve")
    await world.his.post(f"{path}/submit-payment", files={"proof": ("slip.png", picture(), "image/png")})
    for reader in (world.hers, world.his):
        proof = await reader.get(f"{path}/payment-proof")
        assert proof.headers["content-type"] == "image/jpeg"  # written anew
        assert proof.headers["content-disposition"] == 'attachment; filename="payment-proof.jpg"'
        assert Image.open(BytesIO(proof.content)).size == (20, 20)


async def test_decline_and_cancel_say_why(world: World) -> None:
    first, second = [(await world.book(hour)).json()["id"] for hour in (10, 12)]
    without = await world.hers.put(f"/api/sessions/{first}/decline", json={"reason": " "})
    assert (without.status_code, list(without.json()["errors"])) == (422, ["reason"])
    declined = await world.hers.put(f"/api/sessions/{first}/decline", json={"reason": "I am away"})
    assert (declined.json()["status"], declined.json()["reason"]) == ("declined", "I am away")
    cancelled = await world.his.post(f"/api/sessions/{second}/cancel", json={"reason": "Ill"})
    assert (cancelled.json()["status"], cancelled.json()["reason"]) == ("cancelled", "Ill")


async def test_a_step_taken_before_says_where_the_session_stands(world: World) -> None:
    path = f"/api/sessions/{(await world.book()).json()['id']}"
    await world.hers.put(f"{path}/approve")
    again = await world.hers.put(f"{path}/approve")
    problem = again.json()
    assert again.status_code == problem["status"] == 409
    assert (problem["type"], problem["session_status"]) == ("/problems/wrong-state", "approved")


async def test_a_step_of_the_other_side_is_forbidden(world: World) -> None:
    path = f"/api/sessions/{(await world.book()).json()['id']}"
    assert (await world.his.put(f"{path}/approve")).status_code == 403
    assert (await world.hers.get(path)).json()["status"] == "pending_approval"
