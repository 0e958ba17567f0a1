"""Paying by card in the browser: localstripe's field and 3-D Secure, its events a second later."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

import asyncpg
import pytest

from tests.journeys.paying import called_off, settled, stopped, type_card
from tests.journeys.screens import Journey, open_screen
from tests.support.axe import LOOKS, problems_of
from tests.support.browsers import People
from tests.support.databases import SECRET_KEY, FreshDatabase, connect
from tests.support.servers import Server
from tests.support.stripes import ASKS, DECLINED, GOOD, Stripes
from tests.support.tabs import Meeting
from tests.support.world import make_offering, make_person


@pytest.fixture(scope="module")
async def till(
    database: FreshDatabase, stripes: Stripes, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Server]:
    """An installation that takes cards, with a worker."""
    home = tmp_path_factory.mktemp("till")
    made = Server(home, worker=True, database_url=database.url, secret_key=SECRET_KEY, **stripes.settings)
    await asyncio.to_thread(made.start)
    await stripes.send_events_to(f"{made.url}/webhooks/stripe")
    yield made
    await asyncio.to_thread(made.stop)
    owner = await connect(database.superuser_url)
    off = "update installation set takes_cards = false, pays_directly = false"
    await owner.execute(off)  # for the installation beside it
    await owner.close(timeout=20)


@pytest.fixture
async def booked(meeting: Meeting, till: Server, owner: asyncpg.Connection) -> str:
    """The address of a session that waits for its payment by card."""
    await owner.execute("update installation set takes_cards = true")  # as the worker does
    meeting.offering = await make_offering(owner, meeting.practitioner.person, "book_and_pay_by_card")
    return f"/sessions/{(await meeting.booked()).id}"


async def test_paid_by_card_with_both_people_looking(
    people: People, till: Server, meeting: Meeting, booked: str
) -> None:
    emma = await open_screen(people, till, meeting.client.person, width=390, height=844)
    sarah = await open_screen(people, till, meeting.practitioner.person)
    await sarah.go(booked)
    await sarah.connected()
    await emma.go(booked)
    await emma.follow("Pay by card")
    await emma.page.wait_for_url(f"**{booked}/card")
    await emma.connected()
    await type_card(emma, GOOD)
    await emma.click("Pay £80.00")
    await emma.sees("Paid. Thank you.")
    await sarah.sees("Confirmed", "#session .chip")
    await emma.click("See the session", role="link")
    await emma.page.wait_for_url(f"**{booked}")
    await emma.sees("Confirmed", "#session .chip")
    await called_off(sarah)
    await sarah.sees("£80.00 was sent back.")
    await emma.sees("£80.00 was sent back.")


async def test_what_a_card_brought_is_paid_out(
    people: People, till: Server, meeting: Meeting, owner: asyncpg.Connection, booked: str, stripes: Stripes
) -> None:
    """The session is over, the platform pays its practitioner, who sees it come."""
    emma = await open_screen(people, till, meeting.client.person)
    await emma.go(f"{booked}/card")
    await emma.connected()
    await type_card(emma, GOOD)
    await emma.click("Pay £80.00")
    await emma.sees("Paid. Thank you.")
    journey, session_id = Journey(owner), UUID(booked.rpartition("/")[2])
    await journey.time_passes(session_id, -10)
    sarah = await open_screen(people, till, meeting.practitioner.person)
    await sarah.go(booked)
    await sarah.connected()
    await sarah.click("Start")
    await sarah.sees("In progress", "#session .chip")
    await journey.time_passes(session_id, -3700)
    await sarah.click("Mark complete")
    await sarah.sees("Completed", "#session .chip")
    await sarah.go("/practice/earnings")
    await sarah.connected()
    await sarah.sees("£56.00 can be paid out now.")
    olive = await open_screen(people, till, await make_person(owner, "Olive Operator", operator=True))
    await olive.go("/operator/money/payouts/new")
    await olive.click("Set aside")
    await olive.page.wait_for_url("**/operator/money/payout-runs/*")
    await olive.connected()
    hers = olive.page.locator(
        "#run li", has=olive.page.locator(f'[href$="/{meeting.practitioner.person.id}"]')
    )
    await hers.get_by_role("button", name="Mark as paid").click()
    await olive.page.locator("#confirm").get_by_role("button", name="Mark as paid").click()
    await hers.locator("span.soft", has_text="Paid").wait_for()
    await sarah.sees("Paid", "#payouts")
    charge = await owner.fetchval("select charge_id from card_payment where session_id = $1", session_id)
    await stripes.at_the_bank(f"charges/{charge}/dispute?status=lost")
    await sarah.sees("so is what a bank took back after you were paid", "#balance")
    await settled(olive)


async def test_paid_directly_and_given_back_in_part(
    people: People, till: Server, meeting: Meeting, owner: asyncpg.Connection, booked: str, stripes: Stripes
) -> None:
    """The practitioner opens an account at Stripe; a client pays to it, and calls off: a quarter is kept."""
    terms = "update session set policy = policy || '{\"cancel_fee_percent\": 25}' where id = $1"
    await owner.execute(terms, UUID(booked.split("/")[2]))
    await owner.execute("update installation set pays_directly = true")  # as the worker does
    sarah = await open_screen(people, till, meeting.practitioner.person)
    await sarah.go("/practice/earnings")
    await sarah.follow("Be paid directly")
    await sarah.page.wait_for_url("**/practice/direct")
    assert await problems_of(sarah.page, LOOKS) == []
    await sarah.connected()
    await sarah.click("Connect with Stripe")
    await sarah.page.wait_for_url("**/setup/*")
    await sarah.page.get_by_role("button", name="Agree and submit").click()
    await sarah.page.wait_for_url("**/practice/direct")
    await sarah.sees("You are paid directly", "#direct")
    emma = await open_screen(people, till, meeting.client.person, width=390, height=844)
    await emma.go(f"{booked}/card")
    await emma.connected()
    await type_card(emma, GOOD)
    await emma.click("Pay £80.00")
    await emma.sees("Paid. Thank you.")
    await sarah.go("/practice/earnings")
    await sarah.connected()
    await sarah.sees("paid to you directly by Stripe", "#lines")
    await sarah.sees("You and the platform are even", "#balance")
    await emma.go(booked)
    await emma.connected()
    await emma.menu("Cancel session")
    await emma.sees("£60.00", "dialog[open]")
    await emma.click("Cancel session")
    await emma.sees("£60.00 was sent back.")
    await sarah.sees("taken back by Stripe", "#lines")
    await sarah.sees("You and the platform are even", "#balance")
    account = await owner.fetchval("select account_id from card_account")
    assert await stripes.balance(account) == 1400  # 70 % of the £20.00 that were kept
    await stopped(sarah)


async def test_declined_then_a_card_whose_bank_asks(
    people: People, till: Server, meeting: Meeting, booked: str
) -> None:
    emma = await open_screen(people, till, meeting.client.person)
    await emma.go(f"{booked}/card")
    await emma.connected()
    await type_card(emma, DECLINED)
    await emma.click("Pay £80.00")
    await emma.sees("Your bank has declined the card", "#card-trouble")
    await type_card(emma, ASKS)
    await emma.click("Try again")
    await emma.click("Fail authentication")
    await emma.sees("Your bank could not confirm that it is you", "#card-trouble")
    await emma.click("Try again")
    await emma.click("Complete authentication")
    await emma.sees("Paid. Thank you.")


async def test_a_package_by_card_that_is_kept_and_used_again(
    people: People, till: Server, meeting: Meeting, owner: asyncpg.Connection, booked: str
) -> None:
    package = {"name": "5 sessions", "credits": "5", "price": "350", "valid_months": "12"}
    await meeting.practitioner.post("/practice/credits/packages", package)
    emma = await open_screen(people, till, meeting.client.person)
    await emma.go(f"/credits?practitioner={meeting.practitioner.person.id}")
    await emma.connected()
    await emma.page.get_by_role("button", name="Buy").first.click()
    await emma.page.wait_for_url("**/credits/purchases/*")
    await emma.follow("Pay by card")
    await emma.page.wait_for_url("**/card")
    await emma.connected()
    await type_card(emma, GOOD)
    await emma.page.get_by_label("Keep this card").check()
    await emma.click("Pay £350.00")
    await emma.sees("Paid. Thank you.")
    await emma.go(f"{booked}/card")
    await emma.connected()
    await emma.page.get_by_label("Visa •••• 4242").wait_for()
    await emma.click("Pay £80.00")
    await emma.sees("Paid. Thank you.")
    await emma.go("/account/cards")
    await emma.sees("Visa •••• 4242")
    assert await problems_of(emma.page) == []
    await emma.page.set_viewport_size({"width": 1280, "height": 900})
    await emma.click("Remove")
    await emma.page.locator("#confirm").get_by_role("button", name="Remove").click()
    await emma.sees("No cards are kept")


async def test_the_page_says_what_it_needs(
    people: People, till: Server, meeting: Meeting, booked: str, stripes: Stripes
) -> None:
    """A field that a blocker keeps away; no scripts at all."""
    emma = await open_screen(people, till, meeting.client.person)
    await emma.page.route(stripes.script, lambda route: route.abort())
    await emma.go(f"{booked}/card")
    await emma.sees("could not be loaded", "#card-trouble")
    assert await problems_of(emma.page) == []  # without the provider's own field, which is not ours to mend
    plain = await open_screen(people, till, meeting.client.person, java_script_enabled=False)
    await plain.go(f"{booked}/card")
    await plain.sees("Paying by card needs JavaScript")
    assert not await plain.page.locator("#card-form").is_visible()
