"""The practitioner proposes, the client approves: a session of its own terms, and one that begins at once."""

import asyncpg

from tests.credits.world import Practice
from tests.journeys.screens import Journey, open_screen
from tests.support.browsers import People
from tests.support.servers import Server
from tests.support.tabs import Meeting


async def test_a_custom_session_is_proposed_and_approved(
    people: People, site: Server, meeting: Meeting, owner: asyncpg.Connection
) -> None:
    await meeting.booked(days=9)
    sarah = await open_screen(people, site, meeting.practitioner.person)
    emma = await open_screen(people, site, meeting.client.person, width=390, height=844)
    journey = Journey(owner)
    await emma.go("/dashboard/client")
    await emma.connected()
    await sarah.go("/sessions/new")
    await sarah.page.locator(".people a", has_text="Emma Clarke").click()
    await sarah.page.wait_for_url("**client=*")
    await sarah.page.locator(".kinds a", has_text="Custom").click()
    await sarah.page.wait_for_url("**kind=custom*")
    await sarah.page.get_by_label("Nothing to pay here").check()
    assert await sarah.page.locator("[name=price]").is_hidden()
    await sarah.page.get_by_label("An amount").check()
    day = await owner.fetchval("select to_char(now() + interval '4 days', 'YYYY-MM-DD')")
    await sarah.fill(name="Review", minutes="25", on=day, at="21:15", price="33.50", message="As we said")
    async with journey.seen_by(emma, "Dr. Sarah Johnson proposes a session", "proposal", "#asked"):
        await sarah.click("Propose")
    await sarah.page.wait_for_url("**made=1")
    await sarah.sees("It is proposed")
    await sarah.connected()
    await emma.sees("£33.50, by transfer once you have approved", "#asked")
    await emma.sees("in London", "#asked")
    async with journey.seen_by(sarah, "has until", "approval", "#session"):
        await emma.page.get_by_role("button", name="Approve session").dblclick()
    await emma.sees("Submit payment")
    assert await emma.page.locator("#asked").count() == 0
    assert (
        await owner.fetchval(
            "select count(*) from audit_event where verb = 'approve' and actor_id = $1",
            meeting.client.person.id,
        )
        == 1
    )


async def test_a_proposal_is_declined_and_a_reload_shows_the_same(
    people: People, site: Server, meeting: Meeting, owner: asyncpg.Connection
) -> None:
    session = await Practice(
        owner, meeting.practitioner.person, meeting.client.person, meeting.offering
    ).proposed()
    sarah = await open_screen(people, site, meeting.practitioner.person)
    emma = await open_screen(people, site, meeting.client.person, width=390, height=844)
    await sarah.go(f"/sessions/{session}")
    await sarah.connected()
    await emma.go("/dashboard/client")
    await emma.page.reload()
    await emma.sees("2 credits are missing", "#asked")
    await emma.follow("Decline")
    await emma.dialog()
    await emma.fill(reason="I cannot make it on that day.")
    await emma.click("Decline")
    await emma.sees_no("proposes a session", "#asked")
    await sarah.sees("I cannot make it on that day.")
    await sarah.page.reload()
    await sarah.sees("Declined", "#session .chip")
