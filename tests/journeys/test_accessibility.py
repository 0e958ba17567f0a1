"""Every page for everybody: axe, keyboard, small and large screens, light and dark, quick and calm."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.screens import Screen, open_screen, proof_file
from tests.support.axe import AXE, LOOKS, OBSERVE, dressed, problems_of
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
def found() -> dict[str, list[str]]:
    """The addresses of a person's pages, once they are known."""
    return {}


@pytest.fixture(scope="module")
def judged() -> set[str]:
    """The kinds of words that were judged on some page."""
    return set()


@pytest.mark.parametrize(
    ("person", "share", "shares"),
    [
        *((PRACTITIONER, each, 3) for each in range(3)),
        *((CLIENT, each, 3) for each in range(3)),
        (NOBODY, 0, 1),
        (OPERATOR, 0, 1),
    ],
)
async def test_every_page(
    people: People,
    demonstration: Server,
    found: dict[str, list[str]],
    judged: set[str],
    person: str,
    share: int,
    shares: int,
) -> None:
    page = (await open_screen(people, demonstration)).page
    await page.context.add_init_script(OBSERVE)
    await sign_in_as(page, person)
    await page.context.add_init_script(AXE)  # the browser reads it once, not for each page
    problems: list[str] = []
    if person not in found:
        found[person] = await addresses(page, person)
    for number, path in enumerate(found[person][share::shares], share):
        # One is looked at like this, the next like that: they share their parts and their colours.
        looks = LOOKS if re.search(EVERY_PART, path) else [LOOKS[number % 2]]
        await dressed(page, looks[0])
        await page.goto(path)
        problems += [f"{path} {each}" for each in await problems_of(page, looks, judged)]
    assert not problems, "\n".join(problems)


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
