"""The ways that end early, and people who press twice, look twice and reload."""

from datetime import timedelta
from uuid import UUID

import asyncpg

from tests.journeys.screens import Screen, open_screen, utc_now
from tests.support.browsers import People
from tests.support.databases import FreshDatabase
from tests.support.servers import Server
from tests.support.tabs import Meeting
from visavis.booking.actions import expire_overdue
from visavis.kit.actor import SYSTEM
from visavis.kit.db import Database


class Both:
    """The practitioner, looking at all sessions; the client, looking at one, with a phone."""

    def __init__(self, sarah: Screen, emma: Screen) -> None:
        self.sarah, self.emma = sarah, emma

    async def look_at(self, session_id: UUID, place: str) -> None:
        """The client opens it; the practitioner's page has got it by itself, and there it stays."""
        await at_session(self.emma, session_id)
        await self.sarah.page.locator(f"{place} #session-{session_id}").wait_for()

    async def see(self, said: str, session_id: UUID) -> None:
        """Both read how it ended."""
        await self.emma.sees(said, "#session .chip")
        await self.sarah.sees(said, f"#history #session-{session_id} .chip")


async def at_dashboard(people: People, site: Server, meeting: Meeting) -> Screen:
    """The practitioner's screen."""
    screen = await open_screen(people, site, meeting.practitioner.person)
    await screen.go("/dashboard/practitioner")
    await screen.connected()
    return screen


async def at_session(screen: Screen, session_id: UUID) -> None:
    """Live at one session."""
    await screen.go(f"/sessions/{session_id}")
    await screen.connected()


async def phone_of(people: People, site: Server, meeting: Meeting) -> Screen:
    """The client's screen."""
    return await open_screen(people, site, meeting.client.person, width=390, height=844)


async def test_ways_that_end_early(
    people: People, site: Server, meeting: Meeting, database: FreshDatabase
) -> None:
    both = Both(await at_dashboard(people, site, meeting), await phone_of(people, site, meeting))
    await the_client_cancels(both, meeting)
    await the_practitioner_cancels(both, meeting)
    await declined_with_a_reason(both, meeting)
    await two_act_at_once_and_the_later_one_reads_what_happened(both, meeting)
    for how in ("booked", "approved"):
        await what_is_not_done_in_time_lapses(both, meeting, database, how)


async def the_client_cancels(both: Both, meeting: Meeting) -> None:
    """A request, with a reason."""
    session = await meeting.booked()
    await both.look_at(session.id, "#pending")
    await both.emma.follow("Cancel request")
    await both.emma.dialog()
    await both.emma.fill(reason="I caught a cold.")
    await both.emma.click("Cancel session")
    await both.sarah.sees("I caught a cold.", "#history")
    await both.see("Cancelled", session.id)


async def the_practitioner_cancels(both: Both, meeting: Meeting) -> None:
    """What is paid is owed."""
    session = await meeting.confirmed()
    await both.look_at(session.id, "#confirmed")
    menu = both.emma.page.locator("#session details.menu")
    await menu.locator("summary").click()
    await menu.get_by_text("Cancel session").wait_for()
    assert (await menu.locator("div").first.bounding_box())["x"] >= 0  # its button stands at the left
    await menu.locator("summary").click()
    card = both.sarah.page.locator(f"#session-{session.id}")
    await card.locator("details.menu > summary").click()
    await card.get_by_role("link", name="Cancel session").click()
    await both.sarah.sees("You then owe Emma £80.00", "dialog")
    await both.sarah.fill(reason="My train stands still.")
    await both.sarah.click("Cancel session")
    await both.emma.sees("My train stands still.")
    await both.see("Cancelled", session.id)
    await both.sarah.sees_no("Emma Clarke", "#confirmed")


async def declined_with_a_reason(both: Both, meeting: Meeting) -> None:
    """No reason, no answer; then nobody is thanked for a time that is not theirs."""
    session = await meeting.booked()
    await both.look_at(session.id, "#pending")
    await both.emma.go(f"/sessions/{session.id}?booked=1")
    await both.emma.sees("Thank you, your time is reserved")
    await both.emma.connected()
    await both.sarah.follow("Decline")
    dialog = await both.sarah.dialog()
    await both.sarah.click("Decline")  # the browser wants a reason first
    assert await dialog.locator("textarea:invalid").count() == 1
    await both.sarah.fill(reason="I have no experience with this.")
    await both.sarah.click("Decline")
    await both.emma.sees("I have no experience with this.")
    await both.see("Declined", session.id)
    assert await both.emma.page.locator("#booked").is_hidden()


async def two_act_at_once_and_the_later_one_reads_what_happened(both: Both, meeting: Meeting) -> None:
    """The practitioner's dialog is open while the client takes the request back."""
    session = await meeting.booked()
    await both.look_at(session.id, "#pending")
    await both.sarah.follow("Approve")
    await both.sarah.dialog()
    await both.emma.follow("Cancel request")
    await both.emma.fill(reason="Changed my mind.")
    await both.emma.click("Cancel session")
    await both.emma.sees("Cancelled", "#session .chip")
    await both.sarah.click("Approve")
    await both.sarah.sees("The session was cancelled.", "dialog")
    await both.sarah.page.keyboard.press("Escape")
    await both.sarah.page.locator("dialog[open]").wait_for(state="detached")


async def what_is_not_done_in_time_lapses(
    both: Both, meeting: Meeting, database: FreshDatabase, how: str
) -> None:
    """By the clock alone."""
    session = await getattr(meeting, how)(days=9)
    await both.look_at(session.id, "#board")
    worker = await Database.open(database.worker_url)
    assert await expire_overdue(worker.handle(), SYSTEM, utc_now() + timedelta(days=4)) >= 1
    await worker.close()
    await both.see("Expired", session.id)


async def test_pressed_twice_looked_at_twice_and_reloaded(
    people: People, site: Server, meeting: Meeting, owner: asyncpg.Connection
) -> None:
    sarah, emma = await at_dashboard(people, site, meeting), await phone_of(people, site, meeting)
    await pressed_twice_acts_once(sarah, emma, meeting, owner)
    await a_second_tab_follows_the_first(sarah, emma)
    await a_reload_anywhere_shows_the_same(sarah, emma, meeting)


async def pressed_twice_acts_once(
    sarah: Screen, emma: Screen, meeting: Meeting, owner: asyncpg.Connection
) -> None:
    """One session is booked, and approved once."""
    await emma.go(f"/practitioners/{meeting.practitioner.person.id}/book")
    await emma.choose_time(30)
    await emma.page.get_by_role("button", name="Book session").dblclick()
    await emma.page.wait_for_url("**/sessions/*")
    await emma.connected()
    [session_id] = await owner.fetch("select id from session where client_id = $1", meeting.client.person.id)
    await sarah.page.locator(f"#pending #session-{session_id['id']}").wait_for()
    await sarah.follow("Approve")
    dialog = await sarah.dialog()
    await dialog.get_by_role("button", name="Approve").dblclick()
    await emma.sees("Payment required", "#session .chip")
    count = "select count(*) from audit_event where subject_id = $1 and verb = 'approve'"
    assert await owner.fetchval(count, session_id["id"]) == 1
    assert await sarah.page.locator("#messages").inner_text() == ""


async def a_second_tab_follows_the_first(sarah: Screen, emma: Screen) -> None:
    """What is done in one, by whoever, stands in the other."""
    second = Screen(await sarah.page.context.new_page())
    await second.go(emma.page.url)
    await second.connected()
    await second.sees("Awaiting payment", "#session .chip")
    await second.follow("Cancel session")
    await second.dialog()
    await second.fill(reason="A mistake.")
    await second.click("Cancel session")
    await sarah.sees("Cancelled", "#history .chip")
    await second.page.close()


async def a_reload_anywhere_shows_the_same(sarah: Screen, emma: Screen, meeting: Meeting) -> None:
    """On a page, under a dialog, back and forth."""
    session = await meeting.paid()
    await at_session(emma, session.id)
    card = f"#verify #session-{session.id}"
    await sarah.page.locator(card).wait_for()
    for screen, place in ((sarah, card), (emma, "#session")):
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
