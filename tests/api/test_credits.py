"""Credits for programs: the same facts and refusals as on the pages."""

from typing import Any

from tests.access.cast_credits import make_package
from tests.credits.world import make_practice
from tests.support.tabs import picture
from tests.support.world import Somebody, make_person

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

    left = (await theirs.get(f"{path}/unspent")).json()
    assert (left["credits"], left["back"]["display"], left["by_card"]) == (5, "£350.00", False)
    assert (await browser.get(f"{path}/unspent")).status_code == 404
    for asked, status in (({"credits": 4}, 409), ({"credits": 5, "amount_minor": 1}, 422)):
        assert (await theirs.post(f"{path}/refund", json=asked)).status_code == status
    assert (await browser.post(f"{path}/refund", json={"credits": 5})).status_code == 403
    owed = await theirs.post(f"{path}/refund", json={"credits": 5})
    assert (owed.status_code, owed.json()["amount"]["minor"], owed.json()["sent_at"]) == (201, 35000, None)
    assert await practice.balance() == 0
    assert (await theirs.put(f"{path}/refund/sending", json={"note": "Ref 7"})).json()["sent_at"]
    assert (await theirs.put(f"{path}/refund/sending", json={})).status_code == 409
    assert (await browser.get(f"{path}/refund")).json()["note"] == "Ref 7"


async def test_who_sells_and_gives(owner: Any, client: Any) -> None:
    practice = await make_practice(owner)
    await practice.proposed()
    hers, his = await program(practice.practitioner, client), await program(practice.client, client)
    wanted = {"name": "5 sessions", "credits": 5, "price_minor": 35000, "valid_months": 12}
    assert (await hers.post("/api/credits/packages", json=wanted | {"credits": 0})).status_code == 422
    package = (await hers.post("/api/credits/packages", json=wanted)).json()
    assert package["price"]["display"] == "£350.00"
    begun = (await his.post("/api/credits/purchases", json={"package_id": package["id"]})).json()
    assert [each["id"] for each in (await his.get("/api/credits/purchases")).json()] == [begun["id"]]
    path = f"/api/credits/purchases/{begun['id']}"
    assert (await hers.put(f"{path}/withdraw")).status_code == 403
    assert (await his.put(f"{path}/withdraw")).json()["status"] == "withdrawn"
    again = (await his.post("/api/credits/purchases", json={"package_id": package["id"]})).json()
    await his.post(f"/api/credits/purchases/{again['id']}/submit-payment", files=SLIP)
    to_verify = (await hers.get("/api/credits/purchases/to-verify")).json()
    assert [(each["id"], each["client_id"]) for each in to_verify] == [(again["id"], str(practice.client.id))]
    assert (await hers.delete(f"/api/credits/packages/{package['id']}")).status_code == 204
    gone = await his.post("/api/credits/purchases", json={"package_id": package["id"]})
    assert gone.status_code in (404, 409)
    gift = {"client_id": str(practice.client.id), "credits": 3, "valid_months": 6, "name": "Paid in cash"}
    assert (await hers.post("/api/credits/gifts", json=gift)).json()["credits"] == 3
    assert (await his.post("/api/credits/gifts", json=gift)).status_code == 403
    left = (await hers.get("/api/credits/clients")).json()
    assert [(each["client_id"], each["credits"]) for each in left] == [(str(practice.client.id), 3)]
    assert await practice.balance() == 3
    olive = await program(await make_person(owner, "Olive Operator", operator=True), client)
    assert (await hers.post("/api/credits/gifts", json=gift | {"platform": True})).status_code == 404
    assert (await olive.post("/api/credits/gifts", json=gift | {"platform": True})).status_code == 201
    assert [each["practitioner_id"] for each in (await his.get("/api/credits")).json()].count(None) == 1
