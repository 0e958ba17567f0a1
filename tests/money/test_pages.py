"""What practitioners and operators read of money, and what they do there."""

from typing import Any
from uuid import uuid4

import pytest

from tests.money.world import Till, now
from tests.support.meetings import Browsers
from tests.support.tabs import Tab, words
from visavis.kit.actor import SYSTEM
from visavis.kit.db import Database
from visavis.money.checking import check_books


@pytest.fixture
def sarah(till: Till, client: Browsers) -> Tab:
    return Tab(till.practitioner, client())


@pytest.fixture
def olive(till: Till, client: Browsers) -> Tab:
    return Tab(till.operator, client())


async def test_a_practitioner_reads_what_is_theirs(till: Till, sarah: Tab) -> None:
    assert "You and the platform are even" in words(await sarah.get("/practice/earnings"))
    await till.paid()
    await till.bought(platform=True)
    await till.spent()
    page = words(await sarah.get("/practice/earnings"))
    for said in (
        "The platform keeps 30 % of each session",
        "gross £80.00 · commission −£24.00 (30 %) · yours £56.00 · it is in your hands already",
        "Talking session with Emma Clarke",
        "The platform owes you",
        "is of sessions still to come",
    ):
        assert said in page, said
    month = await till.owner.fetchval("select to_char(max(month), 'YYYY-MM') from money_posting")
    statement = words(await sarah.get(f"/practice/earnings/{month}"))
    assert "Gross £150.00" in statement
    assert "Yours £105.00" in statement
    assert (await sarah.get("/practice/earnings/2026-13")).status_code == 404
    assert "Nothing was booked" in words(await sarah.get("/practice/earnings/2020-01"))


@pytest.mark.parametrize(("latest", "some_are_left_out"), [(2, False), (1, True)])
async def test_that_older_ones_are_left_out_is_said(
    till: Till, sarah: Tab, monkeypatch: pytest.MonkeyPatch, latest: int, some_are_left_out: bool
) -> None:
    monkeypatch.setattr("visavis.money.access.LATEST", latest)
    for _ in range(2):
        await till.paid()
    assert ("The latest ones" in words(await sarah.get("/practice/earnings"))) is some_are_left_out


async def test_who_is_paid_directly_owes_the_commission(till: Till, sarah: Tab) -> None:
    await till.paid()
    page = words(await sarah.get("/practice/earnings"))
    assert "You owe the platform £24.00" in page
    assert "Clients’ transfers come straight to you" in page


async def test_a_refund_is_on_every_page_that_it_concerns(till: Till, sarah: Tab, client: Browsers) -> None:
    emma, session = Tab(till.client, client()), await till.paid()
    hint = words(await sarah.get(f"/sessions/{session}/cancellation"))
    assert "You then owe Emma £80.00" in hint
    await till.cancel(session, till.practitioner)
    assert "Refunds to send" in words(await sarah.get("/practice/earnings"))
    assert "owes you £80.00 and sends it back" in words(await emma.get(f"/sessions/{session}"))
    long = await sarah.post(f"/sessions/{session}/refund", {"note": "x" * 1001})
    assert (long.status_code, "x" * 1001 in long.text) == (422, True)
    assert (await sarah.post(f"/sessions/{session}/refund", {"note": "Ref 7"})).status_code == 303
    page = words(await emma.get(f"/sessions/{session}"))
    assert "£80.00 was sent back" in page
    assert "Ref 7" in page
    assert "sent the refund" in page
    assert "Refunds to send" not in words(await sarah.get("/practice/earnings"))


async def test_an_operator_sets_rates_and_reads_totals(till: Till, olive: Tab) -> None:
    wrong = await olive.post("/operator/money/commission", {"rate": "101"})
    assert (wrong.status_code, 'value="101"' in wrong.text) == (422, True)
    assert (await olive.post("/operator/money/commission", {"rate": "12.5 %"})).status_code == 303
    await till.paid()
    page = words(await olive.get("/operator/money"))
    assert "12.5 % of each paid session" in page
    assert "Commission £10.00 Earned so far" in page
    assert "Owed by practitioners £10.00" in page
    one = f"/operator/money/practitioners/{till.practitioner.id}"
    offering = f"rate-{till.offering}"
    wrong = await olive.post(f"{one}/commission", {"rate": "20", offering: "no"})
    assert wrong.status_code == 422
    assert await till.owner.fetchval("select count(*) from commission_rate") == 0, "all or nothing"
    await olive.post(f"{one}/commission", {"rate": "20", offering: "0"})
    assert dict(await till.owner.fetch("select offering_id, basis_points from commission_rate")) == {
        None: 2000, till.offering: 0,
    }  # fmt: skip
    await olive.post(f"{one}/commission", {"rate": "", offering: "0"})
    assert await till.owner.fetchval("select count(*) from commission_rate") == 1
    paid = {"form": str(uuid4()), "amount": "10.00", "currency": "GBP"}
    assert (await olive.post(f"{one}/settlement", paid)).status_code == 303
    assert (await olive.post(f"{one}/settlement", paid)).status_code == 303, "sent twice, booked once"
    assert await till.balance() == 0


async def test_a_payout_from_the_run_to_its_end(till: Till, olive: Tab, sarah: Tab) -> None:
    await till.bought(platform=True)
    await till.over(await till.spent())
    form = {"form": str(uuid4()), "currency": "GBP", "least": ""}
    run = (await olive.post("/operator/money/payouts", form)).headers["location"]
    assert "£49.00" in words(await olive.get(run))
    assert "49.00,GBP" in (await olive.get(f"{run}/transfers.csv")).text
    payout = await till.owner.fetchval("select id from payout")
    path = f"/operator/money/payouts/{payout}"
    refused = await olive.post(f"{path}/failure", {"reason": ""})
    assert (refused.status_code, "Please say why it failed." in refused.text) == (422, True)
    assert (await olive.post(f"{path}/payment")).status_code == 303
    assert (await olive.post(f"{path}/payment")).status_code == 409
    assert "Paid" in words(await sarah.get("/practice/earnings"))
    assert "The platform paid you out" in words(await sarah.get("/notifications"))


async def test_what_is_wrong_stands_on_top(till: Till, olive: Tab, database: Any) -> None:
    worker = await Database.open(database.worker_url)
    assert "The books were not checked lately" in words(await olive.get("/operator/money"))
    await till.paid()
    assert await check_books(worker.handle(), SYSTEM, now()) == 0
    assert "The books are right" in words(await olive.get("/operator/money"))
    await till.owner.execute(
        "update money_account set balance_minor = balance_minor + 1 where kind = 'platform'"
    )
    assert await check_books(worker.handle(), SYSTEM, now()) == 1
    await worker.close()
    page = words(await olive.get("/operator/money"))
    assert "The books are wrong" in page
    assert "Balances that are not the sum of their lines: 1" in page
