"""What people at browsers do and see. Nothing here reloads a page unless its name says so."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg

from tests.journeys.scripts import CALLS
from tests.support.axe import OBSERVE, problems_of
from tests.support.browsers import People
from tests.support.servers import Server, slowness
from tests.support.tabs import picture
from tests.support.world import Somebody

PASSWORD = "tulip harbour seven"
SOON = 2_000  # ms: within which a change has to be on the other screen, measured by Journey
# ms: how long anything is waited for. Without its stream a page would look again only after 30 s.
PATIENCE = 29_000
IN_FRONT = "dialog[open], body:not(:has(dialog[open]))"

# Before any script of the page: when did words come into view? Painted, not merely in the document.
WATCH = """
window.awaitWords = (wanted, place) => new Promise((seen) => {
  let asked = false;
  const look = () => {
    asked = false;
    const inside = document.querySelector(place);
    if (!inside || !inside.innerText.includes(wanted)) return;
    observer.disconnect();
    seen(Date.now());
  };
  // Once for each picture: to ask what is in view has everything laid out.
  const observer = new MutationObserver(() => {
    if (!asked) requestAnimationFrame(look);
    asked = true;
  });
  const everything = { subtree: true, childList: true, characterData: true, attributes: true };
  observer.observe(document, everything);
  look();
});
"""


class Screen:
    """One tab of one person."""

    def __init__(self, page: Any) -> None:
        self.page = page

    async def go(self, path: str) -> None:
        """Open an address of the house."""
        await self.page.goto(path)

    async def click(self, name: str, *, role: str = "button", nth: int = 0) -> None:
        """Press what is called `name`: in the dialog while one is open."""
        async with self._found(lambda place: place.get_by_role(role, name=name, exact=True).nth(nth)) as it:
            await it.click()

    async def follow(self, name: str) -> None:
        """Press a link; most open a dialog."""
        await self.click(name, role="link")

    async def fill(self, **fields: str) -> None:
        """Type into fields by their names."""
        for name, words in fields.items():
            async with self._found(partial(_named, name)) as field:
                if await field.evaluate("field => field.matches('select')"):
                    await field.select_option(words)
                else:
                    await field.fill(words)

    async def menu(self, entry: str) -> None:
        """Choose from the quiet menu in the page's main part."""
        opened = self.page.locator("main details.menu[open]").get_by_role("link", name=entry)
        await self.page.locator("main details.menu > summary").first.click()
        await opened.click()

    async def dialog(self) -> Any:
        """The dialog, once it is open."""
        opened = self.page.locator("dialog[open]")
        await opened.wait_for()
        return opened

    async def sees(self, words: str, place: str = "#main", within: int = PATIENCE) -> None:
        """The words are in view; the page was not left for it."""
        await self.page.locator(place, has_text=words).first.wait_for(timeout=within)

    async def sees_no(self, words: str, place: str = "#main", within: int = PATIENCE) -> None:
        """The words are not there any more."""
        await self.page.locator(place, has_text=words).first.wait_for(state="detached", timeout=within)

    async def connected(self) -> None:
        """The page says that it is live; after a restart it may rest before it tries again."""
        await self.page.locator('[data-connection][data-state="connected"]').wait_for(timeout=3 * PATIENCE)

    async def say(self, words: str) -> None:
        """Write into the room that is open and press Enter, once the field's script is there."""
        await self.page.locator("[data-room][data-entered]").first.wait_for(
            state="attached", timeout=PATIENCE
        )
        field = self.page.locator(".compose textarea")
        await field.fill(words)
        await field.press("Enter")

    async def choose_time(self, nth: int = 0) -> str:
        """The n-th free time from the day that is shown on; its whole name."""
        times = self.page.locator(".slots label:visible")
        await times.first.wait_for()
        while nth >= (shown := await times.count()):
            nth -= shown
            await self._next_day()
        name: str = await times.nth(nth).locator("input").get_attribute("aria-label")
        await times.nth(nth).click()
        return name

    async def _next_day(self) -> None:
        following = self.page.locator(".days li:has([aria-current]) ~ li a").first
        if not await following.count():
            following = self.page.get_by_role("link", name="The month after")
            before = await self.page.inner_text("#month")
            await following.click()
            await self.page.locator("#month").filter(has_not_text=before).wait_for()
            return
        day = await following.get_attribute("id")
        await following.click()
        await self.page.locator(f"#{day}[aria-current]").wait_for()

    @asynccontextmanager
    async def _found(self, what: Callable[[Any], Any]) -> AsyncIterator[Any]:
        """In the dialog while one is open; it may be about to open, or to close."""
        from playwright.async_api import TimeoutError as TooLate

        try:
            yield what(self.page.locator(IN_FRONT).last)
        except TooLate as late:
            shown = await self.page.inner_text("body")
            raise AssertionError(f"{self.page.url} shows no such thing, but {shown!r}: {late}") from None


def _named(name: str, place: Any) -> Any:
    return place.locator(f'[name="{name}"]').first


class Journey:
    """Two screens on one installation, and how long what was done on one took to be seen on the other."""

    def __init__(self, owner: asyncpg.Connection) -> None:
        self._owner = owner
        self.delays: dict[str, float] = {}

    @asynccontextmanager
    async def seen_by(
        self, other: Screen, words: str, step: str, place: str = "#main"
    ) -> AsyncIterator[None]:
        """What is done inside brings `words` onto the other's screen within 2 s, without a reload."""
        last = await self._owner.fetchval("select coalesce(max(id), 0) from audit_event")
        await other.page.evaluate(
            "([words, place]) => { window.inView = awaitWords(words, place); }", [words, place]
        )
        yield
        try:
            async with asyncio.timeout(PATIENCE / 1000):
                at = await other.page.evaluate("() => window.inView")
        except TimeoutError:
            shown = await other.page.inner_text("#main")
            raise AssertionError(f"{step}: {words!r} was not seen but {shown!r}") from None
        committed = await self._owner.fetchval("select min(at) from audit_event where id > $1", last)
        self.delays[step] = at - committed.timestamp() * 1000
        assert self.delays[step] < SOON * slowness(), step

    async def time_passes(self, session_id: UUID, starts_in_seconds: float) -> None:
        """Let the session begin in so many seconds (or have begun), and let the pages look again."""
        async with self._owner.transaction():
            await self._owner.execute(
                """update session set during = moved, blocked = moved from (
                    select tstzrange(start, start + (ends_at - starts_at)) as moved
                    from (select *, now() + make_interval(secs => $2) as start from session where id = $1) it
                ) later where id = $1""",
                session_id,
                starts_in_seconds,
            )
            await self._owner.execute("""select pg_notify('visavis', '{"everyone": true, "about": ["*"]}')""")

    def median(self) -> float:
        """Of all delays, in ms."""
        ordered = sorted(self.delays.values())
        return ordered[len(ordered) // 2]

    def table(self) -> str:
        """Every step with its delay, for the log."""
        lines = [f"  {delay:7.1f} ms  {step}" for step, delay in self.delays.items()]
        return "\n".join(
            ["", "committed → in view on the other screen:", *lines, f"  {self.median():7.1f} ms  median"]
        )


async def open_screen(
    people: People, site: Server, somebody: Somebody | None = None, **options: Any
) -> Screen:
    """A browser of somebody's own, signed in when given."""
    page = await people.open(site.url, scripts=(WATCH, CALLS, OBSERVE), **options)
    if somebody is not None:
        await sign_in(page.context, site, somebody)
    return Screen(page)


async def problems_by_now(screen: Screen) -> list[str]:
    """What is wrong with a page that somebody has changed since: what moved then, moved for that."""
    await screen.page.evaluate("window.shift = 0")
    return await problems_of(screen.page)


async def sign_in(context: Any, site: Server, somebody: Somebody) -> None:
    """Give a browser somebody's sign-in."""
    await context.add_cookies([{"name": "visavis", "value": somebody.token, "url": site.url}])


async def link_mailed_to(owner: asyncpg.Connection, address: str) -> str:
    """The path of the link in the latest mail."""
    body = await owner.fetchval(
        "select text_body from outbox_mail where to_address = $1 order by created_at desc limit 1", address
    )
    found = re.search(r"https?://[^/]+(/\S+)", body)
    assert found
    return found[1]


def proof_file(folder: Path, name: str = "transfer.png") -> str:
    """A real picture on the disk."""
    path = folder / name
    path.write_bytes(picture(size=(640, 480)))
    return str(path)


def utc_now() -> datetime:
    """This instant."""
    return datetime.now(UTC)
