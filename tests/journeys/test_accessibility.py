"""Every page for everybody: axe, keyboard, small and large screens, light and dark, quick and calm."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.screens import Screen, open_screen, proof_file
from tests.support.axe import LOOKS, OTHER, Judge, dressed, problems_of
from tests.support.browsers import People
from tests.support.databases import SECRET_KEY, Databases, FreshDatabase
from tests.support.pages import CLIENT, NOBODY, OPERATOR, PRACTITIONER, addresses, sign_in_as
from tests.support.servers import Server
from visavis.operations.demo.load import load
from visavis.settings import Settings

# What most of the others are made of, too: these are looked at in every way.
EVERY_PART = (
    r"^/((dashboard|sessions|practice|practitioners|chat|operator)(/(client|practitioner))?)?$"
    r"|/(book|calendar)$"
)
FIRST_PAGE = 100_000  # bytes over the wire


@pytest.fixture(scope="module")
def database(databases: Databases) -> Iterator[FreshDatabase]:
    """A database where nobody lives yet: demonstrations are loaded into no other."""
    with databases.migrated() as fresh:
        yield fresh


@pytest.fixture(scope="module")
def site(database: FreshDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A demonstration."""
    home = tmp_path_factory.mktemp("home")
    made = Server(home, database_url=database.url, secret_key=SECRET_KEY, demo=1)
    yield made.start()
    made.stop()


@pytest.fixture
async def demonstration(site: Server, database: FreshDatabase) -> Server:
    """The demonstration with its people."""
    await load(database.owner_url, Settings(home=site.home, given_secret_key=SECRET_KEY))
    return site


@pytest.fixture(scope="module")
def judged() -> set[str]:
    """The kinds of words that were judged on some page."""
    return set()


@pytest.mark.parametrize("person", [PRACTITIONER, CLIENT, NOBODY, OPERATOR])
async def test_every_page(people: People, demonstration: Server, judged: set[str], person: str) -> None:
    page = (await open_screen(people, demonstration)).page
    await page.goto("/sign-in")
    judge = await Judge.beside(page, judged)
    await sign_in_as(page, person)
    problems: list[str] = []
    size, scheme = LOOKS[0]
    await dressed(page, (size, scheme))
    async for path in addresses(page, person):
        await page.goto(path)
        if path == "/api/docs":
            await page.evaluate(A_DOZEN)
        # One is looked at like this, the next like that: they share their parts and their colours. Each comes
        # into the window as the last one left it: to change that is to lay out and draw what nobody looks at.
        looks = [(size, scheme)]
        size = OTHER[size]
        if re.search(EVERY_PART, path):
            scheme = OTHER[scheme]
            looks.append((size, scheme))
        problems += [f"{path} {each}" for each in await problems_of(page, looks, judge)]
    assert not problems, "\n".join(problems)


# Hundreds of parts that one loop has made, thousands of elements; those in view stay.
A_DOZEN = "document.querySelectorAll('details:nth-of-type(n + 13)').forEach((each) => each.remove())"
BREAK = """() => {
  const broken = document.createElement("div");
  broken.innerHTML = `<p>Faint words</p><input><img src="/static/none.png"><h5>A step left out</h5>
    <ul><li aria-checked="maybe" role="checkbox">Both</li></ul><main>Another</main><p class="wide">Wide</p>
    <a href="/a" aria-label="One">1</a><a href="/b" aria-label="Two">2</a>`;
  for (const link of broken.querySelectorAll("a")) {
    link.style.cssText = "display: inline-block; width: 9px; height: 9px; overflow: hidden";
  }
  broken.querySelector(".wide").style.width = "3000px";
  broken.style.marginTop = "2000px"; // far below what a window shows
  document.querySelector("main").append(broken);
  // Words of a kind that was judged before, where they were judged, and of their own.
  for (const words of document.querySelectorAll(".brand, main h1")) words.style.color = "#8888";
}"""
FAULTS = {
    *("color-contrast", "label", "image-alt", "heading-order", "list", "aria-valid-attr-value"),
    *("landmark-no-duplicate-main", "target-size", "too wide"),
}


async def test_what_is_broken_is_found_from_beside_it(people: People, demonstration: Server) -> None:
    page = (await open_screen(people, demonstration)).page
    await page.goto("/sign-in")
    judge = await Judge.beside(page, set())
    assert await problems_of(page, LOOKS[:1], judge) == []
    await page.goto("/practitioners")
    await page.evaluate(BREAK)
    found = await problems_of(page, LOOKS[:1], judge)
    assert {each.split(": ")[1] for each in found} >= FAULTS
    [contrast] = [each for each in found if "color-contrast" in each]
    assert "<h1" in contrast
    assert "<a" in contrast


@pytest.mark.parametrize(
    ("person", "path"),
    [(NOBODY, "/"), (CLIENT, "/dashboard/client"), (PRACTITIONER, "/dashboard/practitioner")],
)
async def test_a_first_visit_is_light(people: People, demonstration: Server, person: str, path: str) -> None:
    page = (await open_screen(people, demonstration)).page
    await sign_in_as(page, person)
    wire = await page.context.new_cdp_session(page)
    parts: set[str] = set()  # the page and what it is made of, not what it asks for once it lives
    sizes: list[float] = []

    def arrived(event: Any) -> None:
        if event["type"] not in ("Fetch", "XHR"):
            parts.add(event["requestId"])

    def finished(event: Any) -> None:
        if event["requestId"] in parts:
            sizes.append(event["encodedDataLength"])

    wire.on("Network.responseReceived", arrived)
    wire.on("Network.loadingFinished", finished)
    await wire.send("Network.enable")
    await wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
    await page.goto(path)
    await page.wait_for_load_state("load")
    print(f"{path}: {sum(sizes) / 1000:.0f} KB in {len(sizes)} answers")
    assert 5_000 < sum(sizes) <= FIRST_PAGE


async def test_less_motion_for_who_asks(people: People, demonstration: Server) -> None:
    page = (await open_screen(people, demonstration, reduced_motion="reduce")).page
    await sign_in_as(page, PRACTITIONER)
    await page.locator("[data-dialog]").first.click()
    await page.locator("dialog[open] h1").wait_for()
    moving = await page.evaluate("""() => [...document.querySelectorAll("*")].filter(each => {
        const { transitionDuration, animationDuration } = getComputedStyle(each);
        return Math.max(...[transitionDuration, animationDuration].map(parseFloat)) > 0.02;
    }).map(each => each.outerHTML.slice(0, 100))""")
    assert moving == []


class Keyboard:
    """Somebody without a mouse."""

    def __init__(self, screen: Screen) -> None:
        self.page = screen.page

    async def to(self, name: str, most: int = 120) -> None:
        """Tab until the focus is on what is called `name`, and see that it shows."""
        for _press in range(most):
            await self.page.keyboard.press("Tab")
            if name in await self.page.evaluate(FOCUS):
                assert await self.page.evaluate(OUTLINED), f"the focus on {name} cannot be seen"
                return
        raise AssertionError(f"{name} is not reached with Tab")

    async def press(self, name: str, key: str = "Enter") -> None:
        """Go there and press."""
        await self.to(name)
        await self.page.keyboard.press(key)


FOCUS = """() => {
  const it = document.activeElement;
  return (it.ariaLabel ?? "") + " " + (it.labels?.[0]?.innerText ?? "") + " " + it.innerText;
}"""
OUTLINED = """() => {
  const look = (each) => getComputedStyle(each);
  const seen = (each) => look(each).outlineStyle !== "none" || look(each).boxShadow !== "none";
  const it = document.activeElement;
  return [it, it.closest("label"), it.parentElement].some((each) => each && seen(each));
}"""


async def test_booking_to_verified_with_the_keyboard_alone(
    people: People, demonstration: Server, tmp_path: Path
) -> None:
    screens = {name: await open_screen(people, demonstration) for name in ("Noah Williams", "Lena Fischer")}
    for name, screen in screens.items():
        await sign_in_as(screen.page, name)
    noah, lena = (Keyboard(screen) for screen in screens.values())
    await noah.press("Find a practitioner")
    await noah.page.wait_for_url("**/practitioners")
    await noah.press("See free times of Lena Fischer")
    await noah.page.wait_for_url("**/book")
    await noah.press("Individual session")
    await noah.page.wait_for_url("**/book?*")
    await noah.page.locator(".slots input:visible").first.wait_for()
    await choose_first_time(noah)
    await noah.press("Book session")
    await noah.page.wait_for_url("**/sessions/*")
    await lena.page.locator("#pending", has_text="Noah Williams").wait_for()
    await lena.press("Approve")
    await lena.page.locator("dialog[open]").wait_for()
    await lena.press("Approve")
    await noah.page.locator("a", has_text="Submit payment").wait_for()
    await noah.press("Submit payment")
    await noah.page.locator("dialog[open]").wait_for()
    await noah.to("Proof of the transfer")
    await noah.page.locator("dialog input[type=file]").set_input_files(proof_file(tmp_path))
    await noah.press("Send proof")
    await lena.page.locator("#verify", has_text="Noah Williams").wait_for()
    await lena.press("Verify payment")
    await lena.page.locator("dialog[open]").wait_for()
    await lena.press("Verify")
    await noah.page.locator("#session .chip", has_text="Confirmed").wait_for()


async def choose_first_time(keyboard: Keyboard) -> None:
    """Tab to the times; Space chooses."""
    for _press in range(120):
        await keyboard.page.keyboard.press("Tab")
        if await keyboard.page.evaluate("document.activeElement.name") == "starts_at":
            await keyboard.page.keyboard.press("Space")
            assert await keyboard.page.evaluate("document.activeElement.checked")
            return
    raise AssertionError("no time is reached with Tab")
