"""Credits for programs: the same facts and refusals as on the pages."""

from typing import Any

from tests.access.cast_credits import make_package
from tests.credits.world import make_practice
from tests.support.tabs import picture
from tests.support.world import Somebody

SLIP = {"proof": ("slip.png", picture(), "image/png")}


async def program(of: Somebody, client: Any) -> Any:
    """Somebody's program, with their sign-in."""
    signed_in = of.sign_in(client())
    await signed_in.get("/credits")
    signed_in.headers["x-csrftoken"] = signed_in.cookies["visavis-csrf"]
    return signed_in


async def test_balance_history_packages_and_a_purchase(owner: Any, client: Any) -> None:
    practice = await make_practice(owner)
    package = await make_package(owner, practice.practitioner.id)
    session = await practice.proposed()
    await practice.given(1)
    browser = await program(practice.client, client)

    seller = str(practice.practitioner.id)
    sold = (await browser.get(f"/api/credits/packages?practitioner_id={seller}")).json()
    assert [(each["credits"], each["price"]["display"]) for each in sold] == [(5, "£350.00")]
    refused = await browser.put(f"/api/sessions/{session}/approve")
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/not-enough-credits")
    assert (refused.json()["missing"], refused.json()["balance"]) == (1, 1)
    assert refused.json()["get_more"] == f"/credits?session={session}"

    wrong = {"package_id": str(package), "price_minor": 1}
    assert (await browser.post("/api/credits/purchases", json=wrong)).status_code == 422
    begun = (await browser.post("/api/credits/purchases", json={"package_id": str(package)})).json()
    path = f"/api/credits/purchases/{begun['id']}"
    sent = await browser.post(f"{path}/submit-payment", files=SLIP)
    assert (sent.status_code, sent.json()["status"]) == (200, "submitted")
    assert (await browser.post(f"{path}/submit-payment", files=SLIP)).status_code == 409
    assert (await browser.get(path)).json()["price"] == {
        "minor": 35000,
        "currency": "GBP",
        "display": "£350.00",
    }

    await practice.given(1)
    assert (await browser.put(f"/api/sessions/{session}/approve")).json()["status"] == "confirmed"
    assert (await browser.get("/api/credits")).json() == []
    lines = (await browser.get("/api/credits/history")).json()
    assert sorted(line["delta"] for line in lines) == [-1, -1, 1, 1]
    older = (await browser.get(f"/api/credits/history?before={lines[1]['id']}")).json()
    assert older == lines[2:]


async def test_who_sells_confirms_or_rejects_a_payment(owner: Any, client: Any) -> None:
    practice = await make_practice(owner)
    package = await make_package(owner, practice.practitioner.id)
    browser = await program(practice.client, client)
    theirs = await program(practice.practitioner, client)
    begun = (await browser.post("/api/credits/purchases", json={"package_id": str(package)})).json()
    path = f"/api/credits/purchases/{begun['id']}"
    await browser.post(f"{path}/submit-payment", files=SLIP)
    assert (await browser.put(f"{path}/verify-payment")).status_code == 403
    answer = await theirs.put(f"{path}/reject-payment", json={"reason": "It has not come."})
    assert (answer.json()["status"], answer.json()["reason"]) == ("refused", "It has not come.")
    assert (await theirs.put(f"{path}/verify-payment")).status_code == 409
    await browser.post(f"{path}/submit-payment", files=SLIP)
    assert (await theirs.put(f"{path}/verify-payment")).json()["status"] == "paid"
    assert await practice.balance() == 5
