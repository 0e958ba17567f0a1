"""Packages, gifts and purchases as people meet them, without scripts; and who cannot do what."""

import re
from typing import Any

from tests.booking.test_pages import wish
from tests.support.tabs import DIALOG, Meeting, Tab, picture, words
from tests.support.world import make_person
from visavis.accounts.authentication import digest
from visavis.credits.actions import expire
from visavis.kit.actor import SYSTEM
from visavis.kit.clock import utc_now
from visavis.kit.db import Database

PACKAGE = {"name": "5 sessions", "credits": "5", "price": "350", "valid_months": "12"}
SLIP = {"proof": ("slip.png", picture(), "image/png")}


async def sold(meeting: Meeting, owner: Any, **other: str) -> str:
    """A package of the practitioner's, by its id."""
    answer = await meeting.practitioner.post("/practice/credits/packages", PACKAGE | other)
    assert answer.status_code == 303, words(answer)
    return str(await owner.fetchval("select id from credit_package order by created_at desc limit 1"))


async def bought(tab: Tab, package: str) -> str:
    """The address of a purchase that is begun."""
    answer = await tab.post("/credits/purchases", {"package_id": package})
    assert answer.status_code == 303, words(answer)
    return str(answer.headers["location"])


async def balance(owner: Any) -> int:
    """What everybody has left; and it is the sum of the ledger."""
    left: int = await owner.fetchval("select coalesce(sum(remaining), 0) from credit_lot")
    assert left == await owner.fetchval("select coalesce(sum(delta), 0) from credit_entry")
    return left


async def test_a_package_is_bought_checked_and_there(meeting: Meeting, owner: Any, stranger: Tab) -> None:
    await meeting.booked()
    await meeting.practitioner.post("/practice/payment", {"words": "Account 12345678"})
    package = await sold(meeting, owner)
    shop = words(await meeting.client.get("/credits"))
    assert "5 sessions 5 credits £70.00 a credit · valid 12 months £350.00 Buy" in shop
    path = await bought(meeting.client, package)
    assert await bought(meeting.client, package) == path, "pressed twice, it is the same purchase"
    form = words(await meeting.client.get(path))
    assert "Please transfer £350.00 How to pay Account 12345678" in form
    assert (await meeting.client.post(f"{path}/payment", {"note": "Hm"})).status_code == 422
    assert (await meeting.client.post(f"{path}/payment", {"note": "Hm"}, SLIP)).status_code == 303
    assert (await meeting.client.post(f"{path}/payment", {}, SLIP)).status_code == 409
    assert "Being checked" in words(await meeting.client.get("/credits"))

    for page in ("/practice/credits", "/dashboard/practitioner"):
        assert re.search(r"(Payments|Credits) to verify 1", words(await meeting.practitioner.get(page)))
    refused = await meeting.practitioner.post(f"{path}/refusal", {"reason": "Nothing has come yet."})
    assert refused.status_code == 303
    assert "Nothing has come yet." in words(await meeting.client.get(path))
    assert (await meeting.practitioner.post(f"{path}/verification")).status_code == 409
    await meeting.client.post(f"{path}/payment", {}, SLIP)
    two_tabs = [await meeting.practitioner.post(f"{path}/verification") for _ in range(2)]
    assert [each.status_code for each in two_tabs] == [303, 409]
    assert await balance(owner) == 5
    assert re.search(
        r"Dr. Sarah Johnson 5 credits 5 sessions 5 of 5, until", words(await meeting.client.get("/credits"))
    )
    assert "Bought: 5 sessions" in words(await meeting.practitioner.get("/practice/credits"))
    assert (await stranger.get(path)).status_code == 404


async def test_nobody_verifies_their_own_purchase(meeting: Meeting, owner: Any, stranger: Tab) -> None:
    """CVE-2026-8840: "mark paid" open to all."""
    path = await bought(meeting.client, await sold(meeting, owner))
    await meeting.client.post(f"{path}/payment", {}, SLIP)
    assert (await meeting.client.post(f"{path}/verification")).status_code == 403
    assert (await meeting.client.post(f"{path}/refusal", {"reason": "x"})).status_code == 403
    assert (await meeting.client.get(f"{path}/refusal")).status_code == 403
    assert (await stranger.post(f"{path}/verification")).status_code == 404
    assert (await meeting.practitioner.post(f"{path}/withdrawal")).status_code == 403
    assert (await meeting.practitioner.post(f"{path}/payment", {}, SLIP)).status_code == 403
    assert await balance(owner) == 0


async def test_an_operator_does_not_verify_their_own_either(
    meeting: Meeting, owner: Any, client: Any
) -> None:
    operator = Tab(await make_person(owner, "Olive Park", operator=True), client())
    await operator.post("/operator/credits/packages", PACKAGE | {"currency": "GBP"})
    package = str(await owner.fetchval("select id from credit_package where practitioner_id is null"))
    path = await bought(operator, package)
    await operator.post(f"{path}/payment", {}, SLIP)
    assert (await operator.post(f"{path}/verification")).status_code == 403
    assert "Payments to verify" not in words(await operator.get("/operator/credits"))
    assert await balance(owner) == 0
    theirs = await bought(meeting.client, package)
    await meeting.client.post(f"{theirs}/payment", {}, SLIP)
    assert (await meeting.practitioner.get(theirs)).status_code == 404
    assert "Payments to verify 1" in words(await operator.get("/operator/credits"))
    await owner.execute(
        "insert into api_key (account_id, name, hint, token_hash) values ($1, 'x', 'yyyy', $2)",
        operator.person.id,
        digest("vv_key"),
    )
    program = client(headers={"authorization": "Bearer vv_key"})  # operators work at a browser
    assert (await program.put(f"/api{theirs}/verify-payment")).status_code == 403
    assert (await program.get(f"/api{theirs}")).status_code == 403
    assert (await operator.post(f"{theirs}/verification")).status_code == 303
    assert await balance(owner) == 5
    assert "Emma Clarke wants to buy credits" in words(await operator.get("/notifications"))
    gift = {"client": str(meeting.client.person.id), "credits": "3", "valid_months": "6"}
    address = await owner.fetchval("select email from account where id = $1", meeting.client.person.id)
    assert (await operator.post("/operator/credits/grant", gift | {"email": address})).status_code == 303
    assert "Visavis gave you credits" in words(await meeting.client.get("/notifications"))


async def test_what_it_costs_is_not_the_forms_to_say(meeting: Meeting, owner: Any) -> None:
    """CVE-2026-105256: amount set by the client."""
    package = await sold(meeting, owner)
    sent = {"package_id": package, "price_minor": "1", "credits": "900", "status": "paid"}
    assert (await meeting.client.post("/credits/purchases", sent)).status_code == 303
    row = await owner.fetchrow("select * from credit_purchase")
    assert (row["price_minor"], row["credits"], row["status"]) == (35000, 5, "requested")


async def test_a_proof_belongs_to_its_purchase_only(meeting: Meeting, owner: Any, stranger: Tab) -> None:
    """CVE-2026-13146: payment slip put on another's booking."""
    one = await bought(meeting.client, await sold(meeting, owner))
    other = await bought(meeting.client, await sold(meeting, owner, name="10 sessions"))
    assert (await stranger.post(f"{one}/payment", {}, SLIP)).status_code == 404
    for path in (one, other):
        await meeting.client.post(f"{path}/payment", {}, SLIP)
    found = re.search(rf"{one}/proof/([0-9a-f-]+)", (await meeting.practitioner.get(one)).text)
    assert found
    for tab in (meeting.client, meeting.practitioner):
        assert (await tab.get(f"{one}/proof/{found[1]}")).status_code == 200
    assert (await stranger.get(f"{one}/proof/{found[1]}")).status_code == 404
    assert (await meeting.client.get(f"{other}/proof/{found[1]}")).status_code == 404
    session = await meeting.booked()
    assert (await meeting.client.get(f"/sessions/{session.id}/proof/{found[1]}")).status_code == 404


async def test_credits_are_given_to_ones_clients_and_never_to_oneself(
    meeting: Meeting, owner: Any, stranger: Tab
) -> None:
    emma, sarah = meeting.client.person.id, meeting.practitioner.person.id
    gift = {"client": str(emma), "credits": "3", "valid_months": "6", "name": "Paid in cash"}
    path = "/practice/credits/grant"
    assert (await meeting.practitioner.post(path, gift)).status_code == 422, "not a client yet"
    await meeting.booked()
    assert (await meeting.practitioner.post(path, gift)).status_code == 303
    assert "Given: Paid in cash" in words(await meeting.client.get("/credits"))
    for wrong in ({"client": str(sarah)}, {"credits": "-5"}, {"credits": "0"}, {"valid_months": "1000"}):
        refused = await meeting.practitioner.post(path, gift | wrong, **DIALOG)
        assert refused.status_code == 422, wrong
        assert "Paid in cash" in refused.text
    assert (await stranger.post(path, gift)).status_code == 422
    assert (await meeting.client.post(path, gift)).status_code == 403
    assert (await meeting.client.post("/operator/credits/grant", gift)).status_code == 404
    assert await balance(owner) == 3


async def test_a_gift_sent_twice_is_given_once(meeting: Meeting, owner: Any) -> None:
    await meeting.booked()
    path = "/practice/credits/grant"
    for name, found in (("emma", True), ("zoe", False)):
        whom = await meeting.practitioner.get(f"{path}?person={name}")
        chosen = f"{path}?client={meeting.client.person.id}"
        assert (f'href="{chosen}"' in whom.text) is found, name
    key = re.search(r'name="form" value="([0-9a-f-]{36})"', (await meeting.practitioner.get(chosen)).text)
    assert key
    gift = {"client": str(meeting.client.person.id), "credits": "3", "valid_months": "6", "form": key[1]}
    assert (await meeting.practitioner.post(path, gift | {"credits": "0"})).status_code == 422
    for _press in range(2):
        assert (await meeting.practitioner.post(path, gift)).status_code == 303
    assert await balance(owner) == 3
    await meeting.practitioner.post(path, gift | {"form": "another"})
    assert await balance(owner) == 6


async def test_too_few_credits_are_said_where_one_books(meeting: Meeting, owner: Any) -> None:
    await owner.execute(
        """update offering set policy = policy
            || '{"approval": "automatic", "payment": "credits", "credits": 2}'::jsonb"""
    )
    package = await sold(meeting, owner)
    refused = await meeting.client.post("/sessions", wish(meeting, notes="I look forward to it"))
    assert (refused.status_code, "2 missing. Nothing was booked." in words(refused)) == (409, True)
    assert "I look forward to it" in refused.text
    more = f"/credits?practitioner={meeting.practitioner.person.id}"
    assert f'href="{more}"' in refused.text
    for page in (more, more.replace("credits", "credits/wallet", 1)):
        assert package in (await meeting.client.get(page)).text


async def test_what_has_expired_does_not_count_and_is_written_off_once(
    meeting: Meeting, owner: Any, database: Any
) -> None:
    await meeting.booked()
    gift = {"client": str(meeting.client.person.id), "credits": "3", "valid_months": "6"}
    await meeting.practitioner.post("/practice/credits/grant", gift)
    await owner.execute("update credit_lot set expires_at = now() - interval '1 second'")
    assert "You have no credits yet." in words(await meeting.client.get("/credits"))
    worker = await Database.open(database.worker_url)
    assert [await expire(worker.handle(), SYSTEM, utc_now()) for _ in range(2)] == [1, 0]
    await worker.close()
    assert await balance(owner) == 0
    assert "Expired: A gift" in words(await meeting.client.get("/credits"))


async def test_a_package_that_is_gone_is_not_bought(meeting: Meeting, owner: Any, stranger: Tab) -> None:
    package = await sold(meeting, owner)
    archival = f"packages/{package}/archival"
    assert (await stranger.post(f"/practice/credits/{archival}")).status_code == 404
    assert (await meeting.practitioner.post(f"/practice/credits/{archival}")).status_code == 303
    gone = await meeting.client.post("/credits/purchases", {"package_id": package})
    assert gone.status_code in (404, 409)
    wrong = await meeting.practitioner.post("/practice/credits/packages", PACKAGE | {"price": "-5"})
    assert (wrong.status_code, "Please enter an amount" in words(wrong)) == (422, True)
    assert "5 sessions" in wrong.text


async def test_sums_are_whole_and_the_history_goes_back(meeting: Meeting, owner: Any) -> None:
    """However many lots and lines there are, of which a page shows the first."""
    emma, sarah = meeting.client.person.id, meeting.practitioner.person.id
    await owner.execute(
        """with lot as (
            insert into credit_lot (client_id, practitioner_id, source, name, credits, expires_at)
            select $1, $2, 'granted', 'Gift ' || n, 3, now() + make_interval(days => 100 + n)
            from generate_series(1, 60) n returning *)
        insert into credit_entry (lot_id, client_id, delta, reason, at)
        select id, client_id, credits, 'granted', now() from lot order by expires_at""",
        emma,
        sarah,
    )
    mine, hers = await meeting.client.get("/credits"), await meeting.practitioner.get("/practice/credits")
    for page in (mine, hers):
        assert "180 credits" in words(page)
        assert "120 more good for longer" in words(page)
        assert "Gift 1 " in words(page)
    assert "Given: Gift 5 " not in words(mine)
    earlier = re.search(r'href="(/credits\?before=\d+)#history"', mine.text)
    assert earlier
    page = await meeting.client.get(earlier[1])
    assert "Given: Gift 5 " in words(page)
    assert "Given: Gift 60 " not in words(page)
    assert 'href="/credits#history"' in page.text
    balance = (await meeting.client.client.get("/api/credits")).json()
    assert [(each["credits"], len(each["lots"])) for each in balance] == [(180, 20)]
