"""Another time for a session, with both sides looking; and private notes in two windows."""

import asyncpg

from tests.journeys.screens import Journey, Screen, open_screen
from tests.support.browsers import People
from tests.support.servers import Server
from tests.support.tabs import Meeting


async def test_both_sides_agree_on_another_time(
    people: People, site: Server, meeting: Meeting, owner: asyncpg.Connection
) -> None:
    session = await meeting.confirmed()
    sarah = await open_screen(people, site, meeting.practitioner.person)
    emma = await open_screen(people, site, meeting.client.person, width=390, height=844)
    journey = Journey(owner)
    await sarah.go("/dashboard/practitioner")
    await sarah.connected()
    await emma.go(f"/sessions/{session.id}")
    await emma.connected()

    await emma.menu("Propose another time")
    await emma.page.wait_for_url("**/new-time")
    day = f"#day-{session.starts_at:%Y-%m-%d}"  # ten in London is the same date in New York
    await emma.page.locator(f'.days a[aria-current][href="{day}"]').wait_for()
    await emma.choose_time(2)
    await emma.fill(message="My train comes later that day.")
    async with journey.seen_by(sarah, "My train comes later that day.", "proposal", "#confirmed"):
        await emma.click("Propose this time")
    await emma.page.wait_for_url(f"**/sessions/{session.id}")
    await emma.sees("You propose")
    await emma.connected()

    await decline(journey, sarah, emma)
    await sarah.menu("Propose another time")
    await sarah.page.wait_for_url("**/new-time")
    chosen = await sarah.choose_time(5)
    async with journey.seen_by(emma, "Agree to the new time", "counter-proposal", "#session"):
        await sarah.click("Propose this time")
    await sarah.page.wait_for_url(f"**/sessions/{session.id}")
    await sarah.go("/dashboard/practitioner")
    await sarah.connected()
    async with journey.seen_by(sarah, "All set.", "agreement", "#confirmed"):
        await emma.click("Agree to the new time")
    await sarah.sees(chosen.rpartition(", ")[2].split(" ")[0], "#confirmed .session")
    await emma.sees("agreed to move it from")
    moved = await owner.fetchrow("select starts_at, status from session where id = $1", session.id)
    assert moved["starts_at"] != session.starts_at
    assert moved["status"] == "confirmed"


async def decline(journey: Journey, sarah: Screen, emma: Screen) -> None:
    """With some words, which the other reads at once."""
    await sarah.follow("Keep the old time")
    await sarah.dialog()
    await sarah.fill(reason="I teach then, sorry.")
    async with journey.seen_by(emma, "preferred the time it had", "refusal", "#session"):
        await sarah.click("Keep the old time")
    await sarah.sees_no("Agree to the new time")


async def test_notes_typed_in_two_windows_are_both_kept(
    people: People, site: Server, meeting: Meeting
) -> None:
    session = await meeting.confirmed()
    first = await open_screen(people, site, meeting.practitioner.person)
    second = await open_screen(people, site, meeting.practitioner.person, width=390, height=844)
    for screen in (first, second):
        await screen.go(f"/sessions/{session.id}")
        await screen.connected()
        await screen.menu("Private notes")
        await screen.dialog()
    await first.fill(notes="Sleeps better.", observations="Calm.")
    await first.click("Save notes")
    await first.sees("wrote private notes")
    await second.fill(notes="Wants to come weekly.")
    await second.click("Save notes")
    await second.sees("You have written a newer version meanwhile", "dialog")
    await second.sees("Sleeps better.", "dialog")
    assert await (await second.dialog()).locator("[name=notes]").input_value() == "Wants to come weekly."
    await second.fill(notes="Sleeps better. Wants to come weekly.")
    await second.click("Save notes")
    await second.page.locator("dialog[open]").wait_for(state="detached")
    await second.go(f"/sessions/{session.id}/notes")
    await second.sees("Version 2, written by Dr. Sarah Johnson")
