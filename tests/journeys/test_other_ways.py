"""The ways that end early, and people who press twice, look twice and reload."""

from datetime import timedelta
from uuid import UUID

import asyncpg
import pytest

from tests.journeys.screens import Screen, open_screen, utc_now
from tests.support.browsers import People
from tests.support.databases import FreshDatabase
from tests.support.servers import Server
from tests.support.tabs import Meeting
from visavis.booking.actions import expire_overdue
from visavis.kit.actor import SYSTEM
from visavis.kit.db import Database


async def at_dashboard(people: People, site: Server, meeting: Meeting) -> Screen:
    """The practitioner, looking at all sessions."""
    screen = await open_screen(people, site, meeting.practitioner.person)
    await screen.go("/dashboard/practitioner")
    await screen.connected()
    return screen


async def at_session(people: People, site: Server, meeting: Meeting, session_id: UUID) -> Screen:
    """The client, looking at one session, with a phone."""
    screen = await open_screen(people, site, meeting.client.person, width=390, height=844)
    await screen.go(f"/sessions/{session_id}")
    await screen.connected()
    return screen


async def test_the_client_cancels(people: People, site: Server, meeting: Meeting) -> None:
    session = await meeting.booked()
    sarah, emma = (
        await at_dashboard(people, site, meeting),
        await at_session(people, site, meeting, session.id),
    )
    await emma.follow("Cancel request")
    await emma.dialog()
    await emma.fill(reason="I caught a cold.")
    await emma.click("Cancel session")
    await sarah.sees("I caught a cold.", "#history")
    await sarah.sees("Cancelled", "#history .chip")
    await emma.sees("Cancelled", "#session .chip")


async def test_the_practitioner_cancels(people: People, site: Server, meeting: Meeting) -> None:
    session = await meeting.confirmed()
    sarah, emma = (
        await at_dashboard(people, site, meeting),
        await at_session(people, site, meeting, session.id),
    )
    await sarah.menu("Cancel session")
    await sarah.sees("You then owe Emma £80.00", "dialog")
    await sarah.fill(reason="My train stands still.")
    await sarah.click("Cancel session")
    await emma.sees("My train stands still.")
    await emma.sees("Cancelled", "#session .chip")
    await sarah.sees_no("Emma Clarke", "#confirmed")


async def test_declined_with_a_reason(people: People, site: Server, meeting: Meeting) -> None:
    session = await meeting.booked()
    sarah, emma = (
        await at_dashboard(people, site, meeting),
        await at_session(people, site, meeting, session.id),
    )
    await sarah.follow("Decline")
    dialog = await sarah.dialog()
    await sarah.click("Decline")  # the browser wants a reason first
    assert await dialog.locator("textarea:invalid").count() == 1
    await sarah.fill(reason="I have no experience with this.")
    await sarah.click("Decline")
    await emma.sees("I have no experience with this.")
    await emma.sees("Declined", "#session .chip")


@pytest.mark.parametrize("how", ["booked", "approved"])
async def test_what_is_not_done_in_time_lapses_on_both_screens(
    people: People, site: Server, meeting: Meeting, database: FreshDatabase, how: str
) -> None:
    session = await getattr(meeting, how)(days=9)
    sarah, emma = (
        await at_dashboard(people, site, meeting),
        await at_session(people, site, meeting, session.id),
    )
    worker = await Database.open(database.worker_url)
    assert await expire_overdue(worker.handle(), SYSTEM, utc_now() + timedelta(days=4)) >= 1
    await worker.close()
    await emma.sees("Expired", "#session .chip")
    await sarah.sees("Expired", "#history .chip")


async def test_a_second_tab_follows_the_first(people: People, site: Server, meeting: Meeting) -> None:
    session = await meeting.booked()
    sarah = await at_dashboard(people, site, meeting)
    second = Screen(await sarah.page.context.new_page())
    await second.go(f"/sessions/{session.id}")
    await second.connected()
    await sarah.follow("Approve")
    await sarah.click("Approve")
    await second.sees("Awaiting payment", "#session .chip")
    await second.follow("Cancel session")
    await second.dialog()
    await second.fill(reason="A mistake.")
    await second.click("Cancel session")
    await sarah.sees("Cancelled", "#history .chip")


async def test_pressed_twice_acts_once(
    people: People, site: Server, meeting: Meeting, owner: asyncpg.Connection
) -> None:
    emma = await open_screen(people, site, meeting.client.person)
    await emma.go(f"/practitioners/{meeting.practitioner.person.id}/book")
    await emma.choose_time(30)
    await emma.page.get_by_role("button", name="Book session").dblclick()
    await emma.page.wait_for_url("**/sessions/*")
    [session_id] = await owner.fetch("select id from session where client_id = $1", meeting.client.person.id)
    sarah = await at_dashboard(people, site, meeting)
    await sarah.follow("Approve")
    dialog = await sarah.dialog()
    await dialog.get_by_role("button", name="Approve").dblclick()
    await emma.sees("Payment required", "#session .chip")
    assert (
        await owner.fetchval(
            "select count(*) from audit_event where subject_id = $1 and verb = 'approve'", session_id["id"]
        )
        == 1
    )
    assert await sarah.page.locator("#messages").inner_text() == ""


async def test_two_people_act_at_once_and_the_later_one_reads_what_happened(
    people: People, site: Server, meeting: Meeting
) -> None:
    session = await meeting.booked()
    sarah, emma = (
        await at_dashboard(people, site, meeting),
        await at_session(people, site, meeting, session.id),
    )
    await sarah.follow("Approve")
    await sarah.dialog()
    await emma.follow("Cancel request")
    await emma.fill(reason="Changed my mind.")
    await emma.click("Cancel session")
    await emma.sees("Cancelled", "#session .chip")
    await sarah.click("Approve")
    await sarah.sees("The session was cancelled.", "dialog")


async def test_a_reload_anywhere_shows_the_same(people: People, site: Server, meeting: Meeting) -> None:
    session = await meeting.paid()
    sarah, emma = (
        await at_dashboard(people, site, meeting),
        await at_session(people, site, meeting, session.id),
    )
    for screen, place in ((sarah, "#board"), (emma, "#session")):
        before = await screen.page.inner_text(f"{place} .chip >> nth=0")
        await screen.page.reload()
        await screen.connected()
        assert await screen.page.inner_text(f"{place} .chip >> nth=0") == before
    await sarah.follow("Verify payment")
    await sarah.dialog()
    await sarah.page.reload()
    await sarah.follow("Verify payment")
    await sarah.dialog()
    await sarah.click("Verify")
    await emma.sees("Confirmed", "#session .chip")
    await emma.page.go_back()
    await emma.page.go_forward()
    await emma.sees("Confirmed", "#session .chip")
