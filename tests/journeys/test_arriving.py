"""What a page asks for once it is there: nothing that it shows already."""

import asyncio
from typing import Any

import pytest
from playwright.async_api import expect

from tests.journeys.screens import PATIENCE, Screen, open_screen
from tests.support.browsers import People
from tests.support.servers import Server
from tests.support.tabs import Meeting, now
from tests.support.waiting import eventually
from visavis.booking import actions

# Whether everything that was asked for is here, and the page rests.
AT_REST = "() => !document.querySelector('.htmx-request')"


@pytest.fixture
async def sarah(people: People, site: Server, meeting: Meeting) -> Screen:
    """The practitioner's browser."""
    return await open_screen(people, site, meeting.practitioner.person)


class Asked:
    """The paths that a page asks for after it has come."""

    def __init__(self, page: Any) -> None:
        self.paths: list[str] = []
        page.on("request", self._note)

    def _note(self, request: Any) -> None:
        if request.is_navigation_request():
            self.paths = []
        elif request.resource_type in ("fetch", "xhr"):
            self.paths.append("/" + request.url.split("/", 3)[3])


async def test_a_quiet_page_asks_for_its_stream_alone(sarah: Screen, meeting: Meeting) -> None:
    await meeting.booked()
    asked = Asked(sarah.page)
    assert await eventually(lambda: arrives(sarah, asked, "/dashboard/practitioner")) == ["/live"]
    await sarah.sees("Emma Clarke", "#pending")
    paths = await eventually(lambda: arrives(sarah, asked, "/account"))
    assert sorted(paths) == ["/dashboard/practitioner/waiting", "/live"]
    await expect(sarah.page.locator("#waiting-top")).to_have_text("1 need you")


async def arrives(screen: Screen, asked: Asked, path: str) -> list[str]:
    """What a page asks for that missed nothing; none when a public change came in between, or the site
    has only just begun."""
    await screen.go(path)
    await screen.connected()
    await screen.page.wait_for_function(AT_REST)
    await asyncio.sleep(0.3)
    return [] if "/notifications/bell" in asked.paths else asked.paths


async def test_what_changes_between_the_page_and_its_stream_is_seen(sarah: Screen, meeting: Meeting) -> None:
    held, go_on = asyncio.Event(), asyncio.Event()

    async def later(route: Any) -> None:
        held.set()
        await asyncio.wait_for(go_on.wait(), PATIENCE / 1000)
        await route.continue_()

    await sarah.page.route("**/live", later)
    await sarah.go("/dashboard/practitioner")
    await asyncio.wait_for(held.wait(), PATIENCE / 1000)
    session = await meeting.booked()
    assert not await sarah.page.locator("#pending").get_by_text("Emma Clarke").count()
    go_on.set()
    await sarah.sees("Emma Clarke", "#pending")
    await actions.cancel(meeting.db, meeting.as_client, session.id, "Too late.", now())
    await sarah.sees("Cancelled", "#history .chip")


async def test_a_second_tab_and_one_that_takes_over_miss_nothing(sarah: Screen, meeting: Meeting) -> None:
    await sarah.go("/dashboard/practitioner")
    await sarah.connected()
    other = Screen(await sarah.page.context.new_page())
    await other.go("/dashboard/practitioner")
    await other.connected()
    await sarah.page.close()
    session = await meeting.booked()
    await other.sees("Emma Clarke", "#pending")
    await actions.cancel(meeting.db, meeting.as_client, session.id, "Too late.", now())
    await other.sees("Cancelled", "#history .chip")


async def test_a_page_that_comes_back_reads_again(sarah: Screen, meeting: Meeting) -> None:
    await sarah.go("/dashboard/practitioner")
    await sarah.connected()
    await meeting.booked()
    await sarah.sees("Emma Clarke", "#pending")
    await sarah.page.wait_for_function(AT_REST)
    asked = Asked(sarah.page)
    await sarah.page.evaluate("document.dispatchEvent(new Event('freeze'))")
    await sarah.page.evaluate("document.dispatchEvent(new Event('resume'))")

    async def has_read() -> bool:
        return {"/live", "/notifications/bell", "/dashboard/practitioner/sections"} <= set(asked.paths)

    await eventually(has_read)
