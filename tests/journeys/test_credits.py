"""Too few credits: buy some, be verified, approve; what is left goes back; both look all the while."""

import asyncio
from uuid import UUID

import asyncpg

from tests.credits.world import Practice, check_ledger
from tests.journeys.screens import Journey, Screen, open_screen
from tests.support.axe import problems_of
from tests.support.browsers import People
from tests.support.servers import Server
from tests.support.tabs import Meeting, picture


async def test_too_few_credits_buy_verify_approve(
    people: People, site: Server, meeting: Meeting, owner: asyncpg.Connection
) -> None:
    sarah_at, emma_at = meeting.practitioner.person, meeting.client.person
    session = await Practice(owner, sarah_at, emma_at, meeting.offering).proposed()
    package = {"name": "5 sessions", "credits": "5", "price": "350", "valid_months": "12"}
    await meeting.practitioner.post("/practice/credits/packages", package)
    await meeting.practitioner.post("/practice/payment", {"words": "Account 12345678"})
    sarah = await open_screen(people, site, sarah_at)
    emma = await open_screen(people, site, emma_at, width=390, height=844)
    journey = Journey(owner)
    await sarah.go("/dashboard/practitioner")
    await sarah.connected()

    await emma.go(f"/sessions/{session}/approval")
    await emma.page.locator("main form[action$='/approval'] button").last.click()
    await emma.page.wait_for_url(f"**/credits?session={session}")
    await emma.sees("2 credits are missing")
    await buy(journey, sarah, emma)
    assert await owner.fetchval("select status from session where id = $1", session) == "pending_approval"

    await sarah.go("/dashboard/practitioner")
    await sarah.connected()
    await emma.go(f"/credits?session={session}")
    await emma.sees("You have enough now")
    await emma.connected()
    async with journey.seen_by(sarah, "All set.", "approval", "#confirmed"):
        await emma.click("Approve session")
    await emma.sees("3 credits")
    of_hers = "select id from credit_purchase where client_id = $1"
    await give_back(journey, sarah, emma, await owner.fetchval(of_hers, emma_at.id))
    await check_ledger(owner)


async def test_a_practitioner_approves_too_early_and_again_once_the_credits_are_there(
    people: People, site: Server, meeting: Meeting, owner: asyncpg.Connection
) -> None:
    """The client hears of it on another page; what answers is replaced and a page is reloaded in between."""
    practice = Practice(owner, meeting.practitioner.person, meeting.client.person, meeting.offering)
    session = await practice.proposed(by="client")
    sarah = await open_screen(people, site, meeting.practitioner.person)
    emma = await open_screen(people, site, meeting.client.person, width=390, height=844)
    await emma.go("/practitioners")
    await emma.connected()
    await sarah.go(f"/sessions/{session}")
    await sarah.follow("Approve")
    await sarah.dialog()
    await sarah.click("Approve")
    await sarah.sees("the client has too few", "dialog[open]")
    await emma.sees("1", "#bell .count")
    await asyncio.to_thread(site.begin_anew)
    await emma.page.reload()
    await emma.page.locator("#bell").click()
    await emma.page.get_by_role("link", name="credits are missing").click()
    await emma.page.wait_for_url(f"**/credits?session={session}")
    await emma.sees("2 credits are missing")
    await emma.connected()
    gift = {"client": str(meeting.client.person.id), "credits": "2", "valid_months": "6"}
    await meeting.practitioner.post("/practice/credits/grant", gift)
    await emma.sees("Dr. Sarah Johnson can approve it now.")
    await sarah.click("Approve")
    await sarah.sees("Confirmed", "#session .chip")
    await emma.go(f"/sessions/{session}")
    await emma.sees("Confirmed", "#session .chip")
    await check_ledger(owner)


async def buy(journey: Journey, sarah: Screen, emma: Screen) -> None:
    """Emma buys the package, Sarah finds the money; each sees the other's step as it happens."""
    await emma.click("Buy")
    await emma.page.wait_for_url("**/credits/purchases/*")
    await emma.sees("Account 12345678")
    await emma.connected()
    slip = {"name": "slip.png", "mimeType": "image/png", "buffer": picture(size=(300, 200))}
    await emma.page.locator("input[type=file]").set_input_files(slip)
    async with journey.seen_by(sarah, "Credits to verify", "proof of payment"):
        await emma.click("Send proof")
    await emma.sees("Your payment is being checked")
    await emma.connected()
    await sarah.follow("Check")
    await sarah.page.wait_for_url("**/credits/purchases/*")
    async with journey.seen_by(emma, "Thank you. Your 5 credits are there.", "credits", "#purchase"):
        await sarah.click("Verify")
    await sarah.sees("Emma Clarke has the credits")


async def give_back(journey: Journey, sarah: Screen, emma: Screen, purchase: UUID) -> None:
    """Sarah takes the three that are not spent back, and sends their money; Emma sees both."""
    for each in (sarah, emma):
        await each.go(f"/credits/purchases/{purchase}")
        await each.connected()
    await sarah.follow("Give them back")
    await sarah.dialog()
    assert await problems_of(sarah.page) == []
    async with journey.seen_by(emma, "3 credits went back.", "credits back", "#purchase"):
        await sarah.click("Give back 3 credits")
    await sarah.follow("I have sent it")
    await sarah.dialog()
    await sarah.fill(note="Reference 7")
    async with journey.seen_by(emma, "£210.00 was sent back.", "refund sent", "#purchase"):
        await sarah.click("I have sent it")
    await emma.sees("Reference 7", "#purchase")
