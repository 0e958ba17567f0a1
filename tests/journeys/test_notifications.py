"""A practitioner on another page hears and sees a request: once, however many tabs are open (B1, E3, E7)."""

import asyncio
import re
from typing import Any
from uuid import uuid4

import pytest
from playwright.async_api import expect

from tests.journeys.screens import PATIENCE, Journey, Screen, open_screen
from tests.support.browsers import People, Program
from tests.support.servers import Server
from tests.support.tabs import Meeting, now
from tests.support.waiting import eventually
from visavis.booking import actions
from visavis.chat.access import load_room_of_session
from visavis.chat.actions import send
from visavis.chat.rules import Draft

# Before any script of the page: what sounded, what was shown outside it, and whether somebody looks at it.
LISTEN = """
window.sounded = [];
window.shown = [];
const start = AudioScheduledSourceNode.prototype.start;
AudioScheduledSourceNode.prototype.start = function (when) {
  if (this.context.state === "running") sounded.push(Math.round(this.frequency.value));
  return start.call(this, when);
};
window.Notification = class extends Notification {
  constructor(title, options) {
    super(title, options);
    shown.push(title);
  }
};
Object.defineProperty(document, "hidden", { get: () => window.away === true });
new MutationObserver((changes) => {
  if (changes.some(({ target }) => target.id === "enable-sound" && !target.hidden)) window.offered();
}).observe(document, { subtree: true, attributes: true, attributeFilter: ["hidden"] });
"""
REQUEST = [659, 1319, 880, 1760]  # two notes upwards, each with its overtone
MESSAGE = [440, 880, 349, 698]  # two knocks


@pytest.fixture
def browser(whole_browser: Program) -> Program:
    """The one without windows shows no notifications."""
    return whole_browser


class Tabs:
    """Two tabs of one browser, allowed to show notifications."""

    def __init__(self, *tabs: Screen) -> None:
        self.tabs = tabs

    async def all(self, name: str) -> list[Any]:
        """What happened in any of them."""
        found = await asyncio.gather(*(tab.page.evaluate(f"() => window.{name}") for tab in self.tabs))
        return [each for of_tab in found for each in of_tab]

    async def are_left(self, left: bool) -> None:
        for tab in self.tabs:
            await tab.page.evaluate(
                "left => { window.away = left; document.dispatchEvent(new Event('visibilitychange')); }", left
            )

    async def _has(self, name: str, many: int) -> bool:
        return len(await self.all(name)) >= many

    async def come_to(self, name: str, wanted: list[Any]) -> None:
        """Exactly that in whichever tab, and nothing more a moment later."""
        await eventually(lambda: self._has(name, len(wanted)))
        await asyncio.sleep(0.4)
        assert sorted(await self.all(name)) == sorted(wanted)


@pytest.fixture
async def sarah(people: People, site: Server, meeting: Meeting) -> Tabs:
    """The practitioner with two tabs, on neither of which sessions are shown."""
    first = await open_screen(people, site, meeting.practitioner.person, permissions=["notifications"])
    context = first.page.context
    offered: asyncio.Queue[None] = asyncio.Queue()
    await context.expose_binding("offered", lambda _source: offered.put_nowait(None))
    await context.add_init_script(LISTEN)
    second = Screen(await context.new_page())
    for tab, path in ((first, "/practice"), (second, "/account")):
        # Playwright's looking counts as a touch: nobody looks before the page knows whether it may sound.
        await tab.go(path)
        async with asyncio.timeout(PATIENCE / 1000):
            await offered.get()
        await tab.connected()
    await first.page.bring_to_front()
    return Tabs(first, second)


async def test_once_heard_and_once_seen_on_any_page(sarah: Tabs, meeting: Meeting, owner: Any) -> None:
    first, second = sarah.tabs
    await first.click("Enable sound")  # browsers keep a page silent until it was touched
    await first.page.locator("#enable-sound").wait_for(state="hidden")
    journey = Journey(owner)
    async with journey.seen_by(first, "1", "the bell", "#bell"):
        session = await meeting.booked(hour=9)
    await second.sees("1", "#bell")
    await expect(second.page).to_have_title(re.compile(r"^\(1\) "))
    await sarah.come_to("sounded", REQUEST)
    assert await sarah.all("shown") == []  # a page of ours is in front of her

    await sarah.are_left(True)
    await meeting.booked(hour=12)
    await sarah.come_to("shown", ["Emma Clarke asks for a session"])
    await sarah.come_to("sounded", REQUEST * 2)

    await sarah.are_left(False)
    await first.go("/notifications")
    await first.sees("Emma Clarke asks for a session")
    await second.page.locator("#bell .count").wait_for(state="detached")  # looked at: read everywhere
    async with journey.seen_by(first, "called the session off", "on the page of notifications"):
        await actions.cancel(meeting.db, meeting.as_client, session.id, "I am ill", now())
    await first.page.reload()
    await first.sees("called the session off")
    await expect(first.page).not_to_have_title(re.compile(r"^\("))
    print(journey.table())


async def test_a_message_is_heard_once_in_however_many_tabs(sarah: Tabs, meeting: Meeting) -> None:
    first, second = sarah.tabs
    await first.click("Enable sound")
    await first.page.locator("#enable-sound").wait_for(state="hidden")
    session = await meeting.booked()
    room = await load_room_of_session(meeting.db, meeting.as_client, session.id)

    async def writes() -> None:
        await send(meeting.db, meeting.as_client, room.id, uuid4(), Draft(body="It is me"), now())

    await sarah.come_to("sounded", REQUEST)
    await writes()
    for tab in sarah.tabs:
        await tab.sees("1", "#talks")
    await sarah.come_to("sounded", REQUEST + MESSAGE)
    await sarah.are_left(True)
    await writes()
    await sarah.come_to("shown", ["Emma Clarke wrote to you"])
    await sarah.come_to("sounded", REQUEST + MESSAGE * 2)
    await sarah.are_left(False)
    await second.go(f"/chat/{room.id}")  # in view: there is nothing to be heard
    await first.page.locator("#talks .count").wait_for(state="detached")
    before = await sarah.all("sounded")
    await writes()
    await expect(second.page.locator(".said.theirs")).to_have_count(3, timeout=PATIENCE)
    await sarah.come_to("sounded", before)
