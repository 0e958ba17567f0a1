"""From the payment to the paper: say what stands on it, find the money, read and keep the invoice."""

from tests.journeys.screens import open_screen
from tests.support.browsers import People
from tests.support.servers import Server
from tests.support.tabs import Meeting


async def test_an_invoice_for_both(people: People, site: Server, meeting: Meeting) -> None:
    session = await meeting.paid()
    sarah = await open_screen(people, site, meeting.practitioner.person)
    emma = await open_screen(people, site, meeting.client.person, width=390, height=844)

    await sarah.go("/practice/billing")
    await sarah.fill(legal_name="Johnson Ltd", address="14 Mews\nLondon", rate="20", prefix="SJ-")
    await sarah.page.get_by_text("Prices include tax", exact=True).click()
    await sarah.click("Save")
    await sarah.sees("Saved")

    await emma.go(f"/sessions/{session.id}")
    await emma.connected()
    await sarah.go(f"/sessions/{session.id}/verification")
    await sarah.page.locator("main form[action$='/verification'] button").last.click()
    await sarah.page.wait_for_url(f"**/sessions/{session.id}")
    await emma.sees("Invoice SJ-INV-00001")

    await emma.follow("Invoice SJ-INV-00001")
    await emma.page.wait_for_url("**/papers/*")
    for said in ("Johnson Ltd", "VAT, 20 % included", "£13.33", "Bank transfer"):
        await emma.sees(said)
    async with emma.page.expect_download() as begun:
        await emma.follow("As a PDF")
    kept = await begun.value
    assert kept.suggested_filename == "SJ-INV-00001.pdf"
    assert await kept.failure() is None

    await sarah.go("/practice/earnings")
    await sarah.follow("Receipts and invoices")
    await sarah.page.wait_for_url("**/papers?side=issued")
    await sarah.sees("Invoice SJ-INV-00001")
