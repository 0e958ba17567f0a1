"""Money outside Visavis: in cash, and a transfer that is found after the session was called off."""

from uuid import UUID

from tests.journeys.screens import Screen, open_screen
from tests.support.axe import problems_of
from tests.support.browsers import People
from tests.support.servers import Server
from tests.support.tabs import Meeting


async def test_both_see_money_that_came_another_way(people: People, site: Server, meeting: Meeting) -> None:
    cash, late = await meeting.approved(), await meeting.paid(days=4)
    sarah = await open_screen(people, site, meeting.practitioner.person)
    emma = await open_screen(people, site, meeting.client.person, width=390, height=844)

    await look_at(emma, f"/sessions/{cash.id}")
    await look_at(sarah, f"/sessions/{cash.id}")
    await sarah.follow("Paid in cash")
    await sarah.sees("You have received", "dialog[open]")
    await sarah.fill(reason="Thank you, Emma")
    await sarah.click("Yes, it is paid")
    for screen in (sarah, emma):
        await screen.sees("Confirmed", "#session .chip")
        await screen.sees("Paid in cash", "#session aside")
    await emma.sees("Thank you, Emma")

    await look_at(emma, f"/sessions/{late.id}")
    await emma.follow("Cancel session")
    await emma.sees("asked whether your transfer came", "dialog[open]")
    await emma.fill(reason="I am ill")
    await emma.click("Cancel session")
    await emma.sees("says whether it came", "#session")
    await look_at(sarah, f"/sessions/{late.id}/transfer")
    assert await problems_of(sarah.page) == []
    await answer(sarah, late.id, came="no")
    await emma.sees("did not find it", "#session")
    await look_at(sarah, f"/sessions/{late.id}/transfer")
    await answer(sarah, late.id, came="yes")
    await emma.sees("owes you £80.00", "#session")


async def look_at(screen: Screen, path: str) -> None:
    """A page that is live."""
    await screen.go(path)
    await screen.connected()


async def answer(sarah: Screen, session_id: UUID, *, came: str) -> None:
    """Whether the transfer came."""
    await sarah.page.locator(f"main [name=came][value={came}]").check()
    await sarah.click("Answer")
    await sarah.page.wait_for_url(f"**/sessions/{session_id}")
