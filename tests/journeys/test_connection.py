"""Live through what breaks or crowds: restarts, silence, many tabs, open forms."""

import asyncio
import time
from contextlib import suppress
from typing import Any

import pytest
from playwright.async_api import Error, expect

from tests.journeys.screens import PATIENCE, Screen, open_screen
from tests.support.browsers import People
from tests.support.servers import Server
from tests.support.tabs import Meeting, now
from tests.support.waiting import eventually
from tests.support.world import tomorrow_at
from visavis.booking import actions


@pytest.fixture
async def sarah(people: People, site: Server, meeting: Meeting) -> Screen:
    """The practitioner at the dashboard, connected."""
    screen = await open_screen(people, site, meeting.practitioner.person)
    await screen.go("/dashboard/practitioner")
    await screen.connected()
    return screen


async def test_a_restart_in_between_loses_nothing(sarah: Screen, site: Server, meeting: Meeting) -> None:
    await sarah.page.evaluate("() => { window.sameDocument = true; }")
    await asyncio.to_thread(site.stop)
    await shows(sarah, "reconnecting", "polling")  # the longer it is away, the longer the page waits
    session = await meeting.booked()  # nobody can be told
    await asyncio.to_thread(site.start)
    await sarah.connected()
    await sarah.sees("Emma Clarke", "#pending")
    await actions.cancel(meeting.db, meeting.as_client, session.id, "Too late.", now())
    await sarah.sees("Cancelled", "#history .chip")
    assert await sarah.page.evaluate("() => window.sameDocument")


async def test_without_the_stream_it_says_so_and_looks_every_30_seconds(
    people: People, site: Server, meeting: Meeting
) -> None:
    sarah = await open_screen(people, site, meeting.practitioner.person)
    await sarah.page.clock.install()
    await sarah.page.context.route("**/live", lambda route: route.abort())
    await sarah.go("/dashboard/practitioner")
    await as_time_goes_by(sarah, '[data-connection][data-state="polling"]')
    await expect(sarah.page.locator("[data-connection]")).to_contain_text("Offline, checking every 30 s")
    await meeting.booked()
    await as_time_goes_by(sarah, "#pending :text('Emma Clarke')")
    await sarah.page.context.unroute("**/live")
    await as_time_goes_by(sarah, '[data-connection][data-state="connected"]')


async def as_time_goes_by(screen: Screen, wanted: str) -> None:
    """Let half minutes pass until it is there, on a page that waits for no answer: none must seem so late."""
    for _half_minute in range(10):
        await screen.page.wait_for_selector(".htmx-request", state="detached")
        await screen.page.clock.fast_forward(33_000)
        with suppress(Error):
            return await screen.page.locator(wanted).first.wait_for(timeout=3000)
    raise AssertionError(f"no {wanted} in five minutes")


async def shows(screen: Screen, *states: str) -> None:
    """The page says that its connection is in one of these states."""
    each = ", ".join(f'[data-connection][data-state="{state}"]' for state in states)
    await screen.page.locator(each).wait_for()


async def test_more_tabs_than_a_browser_connects_share_one_stream_and_are_all_live(
    sarah: Screen, site: Server, meeting: Meeting
) -> None:
    context = sarah.page.context
    streams = Streams(context)
    await sarah.page.reload()
    # To one server a browser opens six connections, and no more.
    tabs = [sarah, *[Screen(await context.new_page()) for _tab in range(6)]]
    for tab in tabs[1:]:
        await tab.go("/dashboard/practitioner")
    for tab in tabs:
        await tab.connected()
    await streams.are_one()
    began = time.monotonic()
    session = await meeting.booked()
    await asyncio.gather(*[tab.sees("Emma Clarke", "#pending") for tab in tabs])
    took = 1000 * (time.monotonic() - began)
    print(f"{len(tabs)} tabs of one browser all show a change after {took:.0f} ms")
    await leader(streams, tabs).page.close()
    others = [tab for tab in tabs if not tab.page.is_closed()]
    assert len(others) == len(tabs) - 1
    await others[0].connected()
    await actions.cancel(meeting.db, meeting.as_client, session.id, "Changed my mind.", now())
    await asyncio.gather(*[tab.sees("Cancelled", "#history .chip") for tab in others])
    await streams.are_one()


class Streams:
    """The requests to /live of one browser that have not ended."""

    def __init__(self, context: Any) -> None:
        self.requests: list[Any] = []
        context.on("request", lambda request: request.url.endswith("/live") and self.requests.append(request))
        for event in ("requestfinished", "requestfailed"):
            context.on(event, lambda request: request in self.requests and self.requests.remove(request))

    async def are_one(self) -> None:
        await eventually(self._one)

    async def _one(self) -> bool:
        return len([request for request in self.requests if not request.frame.page.is_closed()]) == 1


def leader(streams: Streams, tabs: list[Screen]) -> Screen:
    """The tab that holds the stream."""
    [request] = streams.requests
    [found] = [tab for tab in tabs if tab.page == request.frame.page]
    return found


async def test_what_is_being_typed_outlives_live_changes(
    people: People, sarah: Screen, site: Server, meeting: Meeting
) -> None:
    first = await meeting.booked(hour=9)
    await sarah.follow("Decline")
    await sarah.dialog()
    await sarah.fill(reason="Half a sen")
    emma = await open_screen(people, site, meeting.client.person)
    day = tomorrow_at(0, 5).date()
    await emma.go(f"/practitioners/{meeting.practitioner.person.id}/book?day={day}")
    await emma.connected()
    await emma.fill(notes="Half a thought")
    chosen = await emma.choose_time(2)
    times = await emma.page.locator(".slots input").count()
    await meeting.booked(hour=14, days=5)
    await eventually(lambda: fewer_than(emma.page.locator(".slots input"), times))
    await sarah.page.locator("#pending .session").nth(1).wait_for(timeout=PATIENCE)
    await expect(emma.page.locator("[name=notes]")).to_have_value("Half a thought")
    await expect(emma.page.locator(".slots input:checked")).to_have_attribute("aria-label", chosen)
    await expect(sarah.page.locator("dialog [name=reason]")).to_have_value("Half a sen")
    await expect(sarah.page.locator("dialog [name=reason]")).to_be_focused()
    await actions.cancel(meeting.db, meeting.as_client, first.id, "Changed my mind.", now())
    await sarah.sees("Cancelled", "#history .chip")
    await sarah.click("Decline")
    await sarah.sees("The session was cancelled.", "dialog")
    await sarah.sees("Half a sen", "dialog")


async def test_a_dialog_opens_while_the_page_is_read_and_after_the_line_was_lost(
    sarah: Screen, meeting: Meeting
) -> None:
    await meeting.booked()
    await sarah.sees("Emma Clarke", "#pending")
    asked, go_on = asyncio.Event(), asyncio.Event()

    async def later(route: Any) -> None:
        asked.set()
        await asyncio.wait_for(go_on.wait(), PATIENCE / 1000)
        await route.continue_()

    await sarah.page.route("**/dashboard/practitioner", later)
    await sarah.page.evaluate(
        "document.getElementById('main').dispatchEvent(new CustomEvent('visavis:changed', {bubbles: true}))"
    )
    await asyncio.wait_for(asked.wait(), PATIENCE / 1000)
    await sarah.follow("Decline")
    await sarah.fill(reason="Half a sen")
    go_on.set()
    await sarah.page.wait_for_selector(".htmx-request", state="detached")
    await expect(sarah.page.locator("dialog [name=reason]")).to_have_value("Half a sen")
    await sarah.page.locator("dialog [data-close]").first.click()
    await sarah.page.locator("#confirm").get_by_role("button", name="Close").click()
    await sarah.page.context.set_offline(True)
    await sarah.follow("Decline")
    await sarah.sees("could not reach Visavis", "#messages")
    await sarah.page.context.set_offline(False)
    await sarah.follow("Decline")
    await sarah.dialog()


async def fewer_than(what: Any, count: int) -> bool:
    """Whether there are fewer of them than before."""
    return bool(await what.count() < count)
