"""The plain way works with pages and forms alone."""

from pathlib import Path

import asyncpg

from tests.journeys.screens import PASSWORD, Screen, open_screen, proof_file
from tests.support.browsers import People
from tests.support.servers import Server
from tests.support.tabs import Meeting
from visavis.accounts.passwords import hashed


async def test_from_signing_in_to_a_verified_payment(
    people: People, site: Server, meeting: Meeting, owner: asyncpg.Connection, tmp_path: Path
) -> None:
    emma = await open_screen(people, site, java_script_enabled=False, width=390, height=844)
    sarah = await open_screen(people, site, java_script_enabled=False)
    practitioner = meeting.practitioner.person
    await emma.go(f"/practitioners/{practitioner.id}/book")
    await emma.choose_time(40)
    await emma.page.get_by_role("button", name="Sign in to book").click()
    await signs_in(emma, owner, meeting.client.person.id)
    await emma.page.locator(".slots input:checked").wait_for(state="attached")
    await emma.fill(notes="Without scripts.")
    await emma.page.get_by_role("button", name="Book session").click()
    await emma.sees("Thank you, your time is reserved")
    await sarah.go("/dashboard")
    await sarah.page.locator("#main").get_by_role("link", name="Sign in").click()
    await signs_in(sarah, owner, practitioner.id)
    await sarah.follow("Approve")
    await sarah.sees("Without scripts.")
    await sarah.click("Approve")
    await sarah.sees("Awaiting payment", "#session .chip")
    await emma.page.reload()
    await emma.follow("Submit payment")
    await emma.click("Send proof")
    await emma.page.locator("input[type=file]").set_input_files(proof_file(tmp_path))
    await emma.click("Send proof")
    await emma.sees("Payment submitted", "#session .chip")
    await sarah.go("/dashboard")
    await sarah.follow("Verify payment")
    await sarah.click("Verify")
    await sarah.sees("Confirmed", "#session .chip")


async def signs_in(screen: Screen, owner: asyncpg.Connection, account_id: object) -> None:
    """With address and password, wherever the page had led."""
    address = await owner.fetchval(
        "update account set password_hash = $2 where id = $1 returning email",
        account_id,
        await hashed(PASSWORD),
    )
    await screen.fill(email=address, password=PASSWORD)
    await screen.click("Sign in")
