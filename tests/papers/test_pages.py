"""What people read and keep of papers, through HTTP."""

import csv
import io
from typing import Any

import pytest

from tests.money.world import Till, now
from tests.support.meetings import Browsers
from tests.support.tabs import Tab, words

BILLING = {
    "legal_name": "Johnson Ltd", "address": "1 Long Street\r\nLondon", "tax_number": "GB 1", "taxed": "yes",
    "rate": "20", "tax_name": "VAT", "tax_note": "", "prefix": "SJ-",
}  # fmt: skip


@pytest.fixture
def sarah(till: Till, client: Browsers) -> Tab:
    return Tab(till.practitioner, client())


@pytest.fixture
def emma(till: Till, client: Browsers) -> Tab:
    return Tab(till.client, client())


@pytest.fixture
def olive(till: Till, client: Browsers) -> Tab:
    return Tab(till.operator, client())


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


async def test_an_invoice_from_the_form_to_the_file(till: Till, sarah: Tab, emma: Tab) -> None:
    wrong = await sarah.post("/practice/billing", BILLING | {"rate": "0", "prefix": "Ä", "legal_name": ""})
    assert wrong.status_code == 422
    for said in ("rate above 0", "up to 12 letters", "enter the name", "1 Long Street"):
        assert said in words(wrong) or said in wrong.text, said
    assert (await sarah.post("/practice/billing", BILLING)).status_code == 303
    assert (await emma.post("/account/billing", {"name": "", "address": "x" * 501})).status_code == 422
    await emma.post("/account/billing", {"name": "Emma Clarke", "address": "2 Road"})
    session = await till.paid()
    paper = await till.owner.fetchval("select id from paper")
    for tab in (sarah, emma):
        assert "SJ-INV-00001" in words(await tab.get(f"/sessions/{session}"))
        page = words(await tab.get(f"/papers/{paper}"))
        for said in (
            "Invoice SJ-INV-00001",
            "Johnson Ltd",
            "2 Road",
            "VAT 20 %",
            "£66.67",
            "£13.33",
            "£80.00",
        ):
            assert said in page, said
        first, again = [await tab.get(f"/papers/{paper}/pdf") for _ in range(2)]
        assert first.content.startswith(b"%PDF-1.7")
        assert first.content == again.content
        assert first.headers["content-disposition"] == 'attachment; filename="SJ-INV-00001.pdf"'
        assert first.headers["cache-control"] == "private, no-store"
    assert (await emma.get(f"/papers/{paper}/receipt")).content.startswith(b"%PDF")


async def test_lists_and_tables_of_a_period(till: Till, sarah: Tab, emma: Tab) -> None:
    await till.owner.execute("update person set name = '=1+1' where id = $1", till.client.id)
    await sarah.post("/practice/billing", BILLING)
    session = await till.paid()
    await till.cancel(session, till.practitioner)
    page = words(await sarah.get("/papers"))
    assert "Invoice SJ-INV-00001" in page
    assert "Credit note SJ-CN-00001" in page
    assert "No paper in this period" in words(await sarah.get("/papers?from=2020-01-01&to=2020-12-31"))
    refused = await sarah.get("/papers?from=2020-01-01&to=2025-01-01")
    assert (refused.status_code, "a year at most" in refused.text) == (422, True)
    rows = table((await sarah.get("/papers/export.csv")).text)
    assert [(row["number"], row["gross"], row["tax"], row["recipient"]) for row in rows] == [
        ("SJ-INV-00001", "80.00", "13.33", "'=1+1"),
        ("SJ-CN-00001", "-80.00", "-13.33", "'=1+1"),
    ]
    mine = await emma.get("/papers/export.csv?side=issued")
    assert 'filename="papers-received-' in mine.headers["content-disposition"]
    assert [row["corrects"] for row in table(mine.text)] == ["", "SJ-INV-00001"]
    assert "SJ-CN-00001" in words(await emma.get("/papers"))


async def test_the_platforms_papers_are_the_operators(till: Till, olive: Tab, sarah: Tab, emma: Tab) -> None:
    await olive.post("/operator/billing", BILLING | {"legal_name": "Platform Ltd", "prefix": "P-"})
    await till.bought(platform=True)
    await till.over(await till.spent())
    assert "P-INV-00001" in words(await olive.get("/papers?side=platform"))
    assert "P-INV-00001" not in words(await sarah.get("/papers?side=platform"))
    purchase = await till.owner.fetchval("select id from credit_purchase")
    assert "P-INV-00001" in words(await emma.get(f"/credits/purchases/{purchase}"))
    [paper] = [
        row["id"] for row in await till.owner.fetch("select id from paper where practitioner_id is null")
    ]
    assert "good at several practices" in words(await olive.get(f"/papers/{paper}"))
    assert (await sarah.get(f"/papers/{paper}")).status_code == 404
    lines = table((await olive.get("/operator/money/export.csv")).text)
    assert ("platform", "commission", "21.00") in [
        (row["account"], row["part"], row["amount"]) for row in lines
    ]
    run = await till.run()
    run_id = await till.owner.fetchval("select run_id from payout where id = $1", run[0])
    assert (await olive.get(f"/operator/money/payout-runs/{run_id}/pdf")).content.startswith(b"%PDF")
    month = f"{now():%Y-%m}"
    assert (await sarah.get(f"/practice/earnings/{month}/pdf")).content.startswith(b"%PDF")
    assert (await sarah.get("/practice/earnings/2020-13/pdf")).status_code == 404


async def test_programs_read_them_too(till: Till, client: Any) -> None:
    session = await till.paid()
    emma = Tab(till.client, client())
    [paper] = (await emma.get(f"/api/sessions/{session}/papers")).json()
    assert (paper["number"], paper["gross_minor"], paper["issuer"]["name"]) == (
        "INV-00001", 8000, till.practitioner.actor.name,
    )  # fmt: skip
    assert (await emma.get("/api/papers")).json() == [paper]
    assert (await emma.get(f"/api/papers/{paper['id']}")).json() == paper
    assert (await emma.get("/api/papers?from=2020-01-01&to=2020-02-01")).json() == []
    assert (await emma.get("/api/papers?side=issued")).status_code == 403
    assert (await emma.get(f"/api/papers/{paper['id']}/pdf")).headers["content-type"] == "application/pdf"
