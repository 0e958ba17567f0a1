"""Requests to a mentor and for a session: on the other one's screen at once, accepted, rejected."""

import asyncio

import asyncpg

from tests.journeys.screens import SOON, Journey, Screen, open_screen
from tests.support.axe import SETTLED, violations
from tests.support.browsers import People
from tests.support.servers import Server, slowness
from tests.support.tabs import Meeting
from tests.support.world import make_offering, tomorrow_at
from visavis.booking.wishes import wall_clock
from visavis.kit.clock import zone

LINK = "https://meet.example.org/mentor"
AGREED = tomorrow_at(15, 6)  # on the clock in London


async def test_a_request_is_accepted_and_another_one_rejected(
    people: People, site: Server, meeting: Meeting, owner: asyncpg.Connection
) -> None:
    mentor = meeting.practitioner.person
    await make_offering(owner, mentor, "request_to_mentor", name="Mentoring", fixed_price_minor=0)
    sarah = await open_screen(people, site, mentor)
    emma = await open_screen(people, site, meeting.client.person, width=390, height=844)
    journey = Journey(owner)
    await sarah.go("/dashboard/practitioner")
    await sarah.connected()

    await ask(journey, sarah, emma, f"/practitioners/{mentor.id}", "My first talk")
    await asyncio.to_thread(site.begin_anew)
    await emma.connected()
    await sarah.connected()
    await emma.page.reload()
    await emma.connected()
    await emma.sees("My first talk", "#requests")
    await accept(journey, sarah, emma)

    await sarah.go("/dashboard/practitioner")
    await sarah.connected()
    await ask(journey, sarah, emma, f"/practitioners/{mentor.id}", "A second one")
    await sarah.follow("Respond")
    await sarah.page.wait_for_url("**/response")
    await sarah.fill(message="I am away until May, sorry.")
    async with journey.seen_by(emma, "I am away until May, sorry.", "rejection", "#history"):
        await sarah.click("Decline")
    await sarah.page.wait_for_url("**/sessions/*")
    await emma.sees_no("A second one", "#requests")
    statuses = await owner.fetch("select status from session where client_id = $1", meeting.client.person.id)
    assert sorted(row["status"] for row in statuses) == ["confirmed", "declined"]


async def ask(journey: Journey, sarah: Screen, emma: Screen, profile: str, topic: str) -> None:
    """From the public profile; afterwards it stands among one's own sessions."""
    await emma.go(profile)
    await emma.follow("Ask for a session")
    await emma.page.wait_for_url("**/ask")
    await is_clean(emma)
    day = tomorrow_at(0, 5)
    await emma.fill(topic=topic, message="I am nervous.", wished_on=f"{day:%F}", wished_at="13:00")
    async with journey.seen_by(sarah, topic, f"request: {topic}", "#requests"):
        await emma.click("Send request")
    await emma.page.wait_for_url("**/dashboard/client?asked=*")
    await emma.connected()
    await emma.sees(topic, "#requests")


async def is_clean(screen: Screen) -> None:
    """Axe has nothing to complain of, once nothing fades in any more."""
    await screen.page.evaluate(SETTLED)
    assert await violations(screen.page) == []


async def accept(journey: Journey, sarah: Screen, emma: Screen) -> None:
    """With a message, a link and a time of the mentor's own choice."""
    await sarah.follow("Respond")
    await sarah.page.wait_for_url("**/response")
    await sarah.sees("I am nervous.")
    await sarah.page.get_by_text("Another time").click()
    await is_clean(sarah)
    await sarah.fill(message="With pleasure!", on=f"{AGREED:%F}", at=f"{AGREED:%H:%M}", meeting_url=LINK)
    async with journey.seen_by(emma, "With pleasure!", "acceptance", "#confirmed"):
        await sarah.click("Accept")
    await sarah.page.wait_for_url("**/sessions/*")
    await emma.sees("Confirmed", "#confirmed .chip")
    here = wall_clock(AGREED.date(), AGREED.time(), "Europe/London").astimezone(zone("America/New_York"))
    await emma.sees(f"{here:%H:%M}", "#confirmed .session")
    await emma.page.locator("#confirmed .session a", has_text="Start video call").wait_for()
    await emma.page.reload()
    await emma.sees("With pleasure!", "#confirmed")
    await sarah.go("/dashboard/practitioner")
    await sarah.sees("My first talk", "#confirmed")


async def test_a_request_is_on_the_practitioners_page_within_a_blink(
    people: People, site: Server, meeting: Meeting, owner: asyncpg.Connection
) -> None:
    sarah = await open_screen(people, site, meeting.practitioner.person)
    await sarah.go("/dashboard/practitioner")
    await sarah.connected()
    journey = Journey(owner)
    for nth, hour in enumerate(range(7, 18)):
        badge = f"{nth + 1}"
        async with journey.seen_by(sarah, badge, f"request {badge}", "#waiting-top"):
            await meeting.booked(hour=hour)
    print(journey.table())
    # 100 ms on a machine of its own, printed above; here others work, too.
    assert journey.median() < SOON * slowness()
