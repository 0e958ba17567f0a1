"""The homes and the session manager in browsers: on a phone and a desk, live, filtered, taken along."""

import asyncpg
from icalendar import Calendar

from tests.journeys.screens import Journey, Screen, open_screen
from tests.support.browsers import People
from tests.support.servers import Server
from tests.support.tabs import Meeting, now
from visavis.booking import actions
from visavis.booking.access import SessionRow
from visavis.payments.actions import verify_payment


async def test_finding_following_and_taking_along(
    people: People, site: Server, meeting: Meeting, owner: asyncpg.Connection
) -> None:
    sure = await meeting.paid(hour=12, days=4)
    asked = await meeting.booked(hour=15, days=5, notes="About my exams")
    sarah = await open_screen(people, site, meeting.practitioner.person)
    emma = await open_screen(people, site, meeting.client.person, width=390, height=844)
    journey = Journey(owner)
    await look_at_homes(journey, meeting, sarah, emma, sure)
    await filter_sessions(journey, meeting, sarah, asked)
    await take_along(emma, sure)


async def look_at_homes(
    journey: Journey, meeting: Meeting, sarah: Screen, emma: Screen, sure: SessionRow
) -> None:
    """The practitioner reads what happened; the client's home begins with what is next, as soon as it is."""
    await emma.go("/dashboard/client")
    await emma.sees("Payment submitted")
    assert await emma.page.locator("[data-countdown]").count() == 0
    await sarah.go("/dashboard/practitioner")
    await sarah.connected()
    await emma.connected()
    await sarah.sees("Emma Clarke sent a proof of payment", "#activity")
    async with journey.seen_by(emma, "Your next session begins in", "verified"):
        await verify_payment(meeting.db, meeting.as_practitioner, sure.id, now())
    await sarah.sees("You confirmed the payment", "#activity")
    assert await emma.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def filter_sessions(journey: Journey, meeting: Meeting, sarah: Screen, asked: SessionRow) -> None:
    """A filter is an address: it survives a reload, and its list follows what happens."""
    await sarah.follow("All sessions")
    await sarah.page.locator("summary", has_text="Filter and order").click()
    await sarah.fill(person="emma", status="pending_approval")
    await sarah.click("Show")
    await sarah.page.wait_for_url("**/sessions?side=practitioner&status=pending_approval&person=emma")
    await sarah.page.reload()
    await sarah.connected()
    await sarah.sees("About my exams", f"#session-{asked.id}")
    async with journey.seen_by(sarah, "No session matches", "cancelled"):
        await actions.cancel(meeting.db, meeting.as_client, asked.id, "A cold", now())
    await sarah.page.get_by_role("link", name="Without: emma").click()
    await sarah.page.wait_for_url("**/sessions?side=practitioner&status=pending_approval")


async def take_along(emma: Screen, sure: SessionRow) -> None:
    """On the phone: the session's page, its file, its paper."""
    await emma.page.locator(".next").get_by_role("link", name="Details").click()
    await emma.sees("What happened so far")
    async with emma.page.expect_download() as saved:
        await emma.page.get_by_role("link", name="Add to calendar").click()
    download = await saved.value
    entry = Calendar.from_ical((await download.path()).read_bytes()).walk("VEVENT")[0]
    assert entry.decoded("dtstart") == sure.starts_at
    await emma.page.get_by_role("link", name="Print view").click()
    await emma.sees("confirmed the payment")
    await emma.page.emulate_media(media="print")
    assert not await emma.page.locator("header.top").is_visible()
    assert await emma.page.locator("h1", has_text="Session with Dr. Sarah Johnson").is_visible()
