"""From nothing to feedback on the profile: two people at two browsers, nobody reloads."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from tests.journeys.screens import PASSWORD, Journey, Screen, link_mailed_to, open_screen, proof_file
from tests.support.browsers import People
from tests.support.databases import Databases, FreshDatabase
from tests.support.servers import Server

MEETING = "https://meet.example.org/room-7"


@pytest.fixture
def database(databases: Databases) -> Iterator[FreshDatabase]:
    """From nothing: nobody else has been here."""
    with databases.migrated() as fresh:
        yield fresh


async def test_a_session_from_nothing_to_feedback(
    people: People, server: Callable[..., Server], owner: asyncpg.Connection, tmp_path: Path
) -> None:
    site = server(processes=2, worker=True)
    moves: Any = {"reduced_motion": "no-preference"}
    sarah = await open_screen(people, site, timezone_id="Europe/London", **moves)
    emma = await open_screen(people, site, timezone_id="America/New_York", width=390, height=844, **moves)
    journey = Journey(owner)
    await sign_up(sarah, owner, "Dr. Sarah Johnson", "practitioner")
    await open_practice(sarah)
    await sign_up(emma, owner, "Emma Clarke", "client")
    await arrange(journey, sarah, emma)
    await pay(journey, sarah, emma, tmp_path)
    await meet(journey, sarah, emma, await owner.fetchval("select id from session"))
    await thank(journey, sarah, emma)
    print(journey.table())  # seen with pytest -rP


async def sign_up(screen: Screen, owner: asyncpg.Connection, name: str, role: str) -> None:
    """From the first page to an own dashboard, by way of the mail."""
    await screen.go("/")
    await screen.follow("Sign up")
    await screen.page.check(f"[name=role][value={role}]")
    address = f"{name.rsplit(maxsplit=1)[-1].lower()}@example.org"
    await screen.fill(name=name, email=address, password=PASSWORD)
    await screen.click("Sign up")
    await screen.sees("Please look into your mail")
    await screen.go(await link_mailed_to(owner, address))
    await screen.fill(password=PASSWORD)
    await screen.click("Confirm and sign in")
    await screen.page.wait_for_url("**/dashboard/*")
    await screen.connected()


async def open_practice(sarah: Screen) -> None:
    """Profile, rate, something to book, hours, and out into the list."""
    await sarah.sees("Almost ready for your first client")
    await sarah.follow("Set up your practice")
    await sarah.page.wait_for_url("**/practice")
    await sarah.follow("Say who you are")
    dialog = await sarah.dialog()
    await dialog.get_by_label("What you are").wait_for()  # no field shares its id with the dialog's own name
    assert await dialog.locator("select").evaluate("one => getComputedStyle(one).backgroundImage") != "none"
    assert await dialog.locator(".sheet").evaluate("one => getComputedStyle(one).display") == "block"
    await sarah.fill(
        title="Clinical psychologist", headline="Calm, practical help.", languages="English, French"
    )
    await sarah.click("Save profile")
    await sarah.sees("Calm, practical help.")
    await sarah.follow("Set your rate")
    await sarah.dialog()
    await sarah.fill(rate="80", currency="GBP")
    await sarah.click("Save rate")
    await sarah.sees("£80.00 per hour")
    await sarah.follow("Add something to book")
    await sarah.dialog()
    await sarah.fill(name="Individual session")
    await sarah.click("Save offering")
    await sarah.sees("£66.67")
    await sarah.follow("Say when you work")
    await set_hours(sarah)
    await sarah.click("Show it to clients")
    await sarah.sees("Clients can see your practice")
    await sarah.go("/dashboard")
    await sarah.sees("No sessions yet")
    await sarah.connected()


async def set_hours(sarah: Screen) -> None:
    """Nine to five, every day."""
    await sarah.page.wait_for_url("**/practice/availability")
    await sarah.click("Add hours on Monday")
    monday = sarah.page.locator("fieldset.hours").first.locator("input[type=time]")
    await monday.nth(0).fill("09:00")
    await monday.nth(1).fill("17:00")
    await sarah.page.locator("fieldset.hours details.menu > summary").first.click()
    await sarah.click("Copy to every day")
    await sarah.page.locator("fieldset.hours").last.locator("input[type=time]").first.wait_for()
    await sarah.click("Save hours")
    await sarah.sees("You changed your weekly hours")
    await sarah.follow("Your practice")


async def arrange(journey: Journey, sarah: Screen, emma: Screen) -> None:
    """Found, booked, and said yes to."""
    await emma.follow("Find a practitioner")
    await emma.follow("See free times of Dr. Sarah Johnson")
    await emma.page.wait_for_url("**/book")
    await emma.choose_time(3)
    await emma.fill(notes="I sleep badly before exams.")
    async with journey.seen_by(sarah, "Emma Clarke", "request", "#pending .session"):
        await emma.click("Book session · £66.67")
    await emma.page.wait_for_url("**/sessions/*")
    await emma.sees("Thank you, your time is reserved")
    await emma.connected()
    await sarah.follow("Approve")
    await sarah.sees("I sleep badly before exams.", "dialog")
    async with journey.seen_by(emma, "Payment required", "approval", "#session"):
        await sarah.click("Approve")
    await sarah.sees("Emma Clarke", "#payment")
    await emma.sees("Dr. Johnson said yes. Please pay £66.67")


async def pay(journey: Journey, sarah: Screen, emma: Screen, folder: Path) -> None:
    """A proof, a reason against it, another proof, and certainty."""
    async with journey.seen_by(sarah, "Emma has paid £66.67", "first proof", "#verify"):
        await send_proof(emma, folder, "Ref 1")
    await sarah.follow("Verify payment")
    await sarah.sees("Ref 1", "dialog")
    await sees_the_picture(sarah.page.locator("dialog img"))
    await sarah.follow("Reject")
    await sarah.fill(reason="The amount cannot be read.")
    async with journey.seen_by(emma, "The amount cannot be read.", "rejection", "#session"):
        await sarah.click("Reject the proof")
    await emma.sees("Please send a new proof")
    async with journey.seen_by(sarah, "Emma has paid £66.67", "second proof", "#verify"):
        await send_proof(emma, folder, "Ref 2", no_picture=True)
    await sarah.follow("Verify payment")
    await sarah.sees("Ref 2", "dialog")
    async with journey.seen_by(emma, "Confirmed", "verification", "#session .chip"):
        await sarah.click("Verify")
    await sarah.sees("Emma Clarke", "#confirmed")


async def send_proof(emma: Screen, folder: Path, reference: str, *, no_picture: bool = False) -> None:
    """A real PNG with its reference; or first a file that is none, refused until another one is chosen."""
    await emma.follow("Submit payment")
    file = (await emma.dialog()).locator("input[type=file]")
    await emma.fill(reference=reference)
    if no_picture:
        await file.set_input_files(
            {"name": "no.png", "mimeType": "image/png", "buffer": b"No picture at all"}
        )
        await emma.click("Send proof")
        await emma.sees("Please choose a JPEG", "dialog .field > .error")
    await file.set_input_files(proof_file(folder))
    await emma.sees_no("Please choose a JPEG", "dialog .field > .error")
    await emma.click("Send proof")
    await emma.sees("Dr. Johnson is checking your payment.")


async def sees_the_picture(image: Any) -> None:
    """It has arrived and is a picture."""
    await image.wait_for()
    await image.evaluate("image => image.decode()")
    assert await image.evaluate("image => image.naturalWidth") == 640


async def meet(journey: Journey, sarah: Screen, emma: Screen, session_id: Any) -> None:
    """The link, its moment, the beginning and the end."""
    await sarah.menu("Add meeting link")
    await sarah.dialog()
    await sarah.fill(meeting_url=MEETING)
    async with journey.seen_by(emma, "meet.example.org", "meeting link", "#session"):
        await sarah.click("Save link")
    await journey.time_passes(session_id, 20 * 60)
    join = emma.page.locator("#session a", has_text="Join")
    await join.and_(emma.page.locator("[aria-disabled]")).wait_for()
    await journey.time_passes(session_id, 10 * 60 + 5)
    await join.and_(emma.page.locator(f'[href="{MEETING}"]')).wait_for()  # opens by the clock alone
    await joins(emma, join)
    async with journey.seen_by(emma, "In progress", "start", "#session .chip"):
        await sarah.click("Start")
    await sarah.sees("You are meeting Emma", "#progress")
    await journey.time_passes(session_id, -3600)
    await emma.sees("The time is over.")
    async with journey.seen_by(emma, "Completed", "completion", "#session .chip"):
        await sarah.click("Mark complete")
    await sarah.sees("Completed", "#history")


async def joins(screen: Screen, join: Any) -> None:
    """The link leads to the meeting, in a tab of its own."""
    await screen.page.context.route(
        "https://meet.example.org/**", lambda route: route.fulfill(body="the meeting")
    )
    async with screen.page.context.expect_page() as opened:
        await join.click()
    meeting = await opened.value
    await meeting.wait_for_url(MEETING)
    await meeting.close()


async def thank(journey: Journey, sarah: Screen, emma: Screen) -> None:
    """Feedback, for the practitioner at once and for everybody on the profile."""
    await emma.follow("Leave feedback")
    dialog = await emma.dialog()
    await dialog.locator(".rating label").nth(4).click()
    await emma.fill(text="Calm and clear. I sleep again.")
    async with journey.seen_by(sarah, "Emma gave you 5 out of 5", "feedback", "#history"):
        await emma.click("Send feedback")
    await emma.sees("Thank you for your feedback.")
    await emma.page.locator("#session a.person, #session .person a").first.click()
    await emma.sees("Calm and clear. I sleep again.", "#reviews")
    assert "Emma" not in await emma.page.inner_text("#reviews")
