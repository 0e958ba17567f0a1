"""Into a room at a provider: the browser follows, and is told when the two meet here after all."""

from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from playwright.async_api import Route, expect

from tests.journeys.calls import WITHIN
from tests.journeys.screens import open_screen
from tests.support.browsers import People, Program
from tests.support.daily import DOMAIN, KEY, StandIn, open_daily
from tests.support.databases import SECRET_KEY, FreshDatabase
from tests.support.servers import Server
from tests.support.tabs import Meeting
from tests.support.world import move_to_past


@pytest.fixture
def browser(whole_browser: Program) -> Program:
    """The one without windows asks nobody before a window of its own leaves the house."""
    return whole_browser


@pytest.fixture
def account() -> Iterator[tuple[StandIn, str]]:
    with open_daily() as opened:
        yield opened


@pytest.fixture
def elsewhere(database: FreshDatabase, tmp_path: Path, account: tuple[StandIn, str]) -> Iterator[Server]:
    """The installation, with an account at Daily.co."""
    given = {"video": "daily", "daily_api_key": KEY, "daily_url": account[1]}
    server = Server(tmp_path, database_url=database.url, secret_key=SECRET_KEY, **given)
    yield server.start()
    server.stop()


async def test_out_to_the_provider_and_back_when_it_is_away(
    elsewhere: Server,
    people: People,
    meeting: Meeting,
    owner: asyncpg.Connection,
    account: tuple[StandIn, str],
) -> None:
    session = await meeting.confirmed()
    await move_to_past(owner, session.id, hours=-0.05)
    emma = await open_screen(people, elsewhere, meeting.client.person, width=390, height=844)
    sarah = await open_screen(people, elsewhere, meeting.practitioner.person)
    await emma.page.context.route("https://*.daily.co/**", _there)
    await emma.go(f"/sessions/{session.id}/room")
    await emma.connected()
    async with emma.page.context.expect_page(timeout=WITHIN) as opening:
        await emma.page.get_by_role("button", name="Open the meeting").click()
    there = await opening.value
    await there.wait_for_url(f"https://{DOMAIN}.daily.co/**", timeout=WITHIN)
    await expect(there.locator("p")).to_have_text("no referrer", timeout=WITHIN)
    account[0].faulty(503)
    await sarah.go(f"/sessions/{session.id}/room")
    async with sarah.page.context.expect_page(timeout=WITHIN) as opening:
        await sarah.page.get_by_role("button", name="Open the meeting").click()
    here = await opening.value
    await expect(here.get_by_role("button", name="Join the call")).to_be_visible(timeout=WITHIN)
    await expect(emma.page.get_by_role("button", name="Join the call")).to_be_visible(timeout=WITHIN)


async def _there(route: Route) -> None:
    said = route.request.headers.get("referer", "no referrer")
    await route.fulfill(content_type="text/html", body=f"<p>{said}</p>")
