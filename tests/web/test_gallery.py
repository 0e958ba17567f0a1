"""Every component on one page: each is there, and axe finds nothing at any width in any scheme."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from jinja2 import ChoiceLoader, FileSystemLoader
from markupsafe import Markup

import visavis.web.routes  # noqa: F401  (registers `asset`)
from tests.support.axe import violations
from tests.support.browsers import People
from visavis.kit.actor import Actor
from visavis.kit.format import format_relative
from visavis.kit.templates import environment
from visavis.web.assets import ASSETS

HERE = Path(__file__).parent
UI = HERE.parents[1] / "src" / "visavis" / "web" / "templates" / "ui.html"
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
ADDRESS = "http://gallery.test"


def days() -> list[dict[str, Any]]:
    slots = [{"value": f"t{hour}", "words": f"{hour}:00", "label": f"{hour}:00"} for hour in (10, 11)]
    parts: list[list[Any]] = [[], [{"label": "Morning", "slots": slots}]]
    first = date(2026, 11, 25)
    return [{"date": first + timedelta(n), "label": f"Day {n}", "parts": parts[n % 2]} for n in range(14)]


def gallery(in_dialog: bool = False) -> str:
    actor = Actor(account_id=UUID(int=1), name="Emma Clarke", is_client=True, via="cookie")
    ours = environment().loader
    assert ours is not None
    made = environment().overlay(loader=ChoiceLoader([ours, FileSystemLoader(HERE)]))
    shared = {
        "actor": actor,
        "as_of": lambda: "",
        "began": NOW,
        "csrf_field": lambda: Markup('<input type="hidden" name="_csrf_token" value="token">'),
        "demonstration": True,
        "in_dialog": in_dialog,
        "in_window": False,
        "layout": "web/dialog.html" if in_dialog else "web/page.html",
        "now": NOW,
        "path": "/gallery",
    }
    fields = {"soon": NOW + timedelta(days=2), "later": NOW + timedelta(days=2, minutes=50), "days": days()}
    return made.made("gallery.html", shared, fields)


def test_the_gallery_shows_every_component() -> None:
    names = set(re.findall(r"{% set (\w+) =", UI.read_text()))
    shown = set(re.findall(r"ui\.(\w+)\(", (HERE / "gallery.html").read_text()))
    assert names == shown


def test_in_the_dialog_fields_have_ids_of_their_own() -> None:
    ids = re.findall(r'<(?:input|select|textarea)[^>]* id="([^"]+)"', gallery(in_dialog=True))
    assert ids
    assert all(each.startswith("dialog-") for each in ids)


def test_no_id_is_given_twice() -> None:
    ids = re.findall(r'\sid="([^"]+)"', gallery())
    assert len(ids) == len(set(ids))


@pytest.fixture
async def seen(people: People) -> Any:
    """Opens the gallery with its scripts and styles, without a server."""

    async def answer(route: Any) -> None:
        path = route.request.url.removeprefix(ADDRESS)
        if path.startswith("/static/"):
            found = ASSETS[path.split("/", 3)[3]]
            await route.fulfill(body=found.content, content_type=found.media_type)
        elif path == "/gallery":
            await route.fulfill(body=gallery(), content_type="text/html; charset=utf-8")
        elif path.endswith("/waiting"):
            await route.fulfill(status=204)
        else:
            await route.fulfill(status=503)

    async def open_at(width: int, scheme: str) -> Any:
        # As high as the page: what the bottom bar covers would count as too small a target.
        page = await people.open(
            ADDRESS, width=width, height=9000, color_scheme=scheme, reduced_motion="reduce"
        )
        await page.route("**/*", answer)
        await page.goto("/gallery")
        return page

    return open_at


# Each width and each scheme once: colours are the same at both widths, places the same in both schemes.
@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
async def test_axe_finds_nothing(seen: Any, width: int, scheme: str) -> None:
    page = await seen(width, scheme)
    assert await violations(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


# By the clock of the script, which goes on meanwhile.
SAID = """async (distances) => {
  const loaded = performance.getEntriesByType("resource").map(({ name }) => name);
  const { now } = await import(loaded.find((name) => name.endsWith("/js/time.js")));
  const time = document.querySelector("time[data-relative]");
  return distances.map((seconds) => {
    time.dateTime = new Date(now() + 1000 * seconds).toISOString();
    document.dispatchEvent(new CustomEvent("visavis:shown", { detail: { element: "" } }));
    return time.textContent;
  });
}"""


async def test_the_script_says_how_far_away_as_the_server_does(seen: Any) -> None:
    page = await seen(390, "dark")
    distances = [-290, -6, -0.2, 0.2, 6.2, 3 * 86_400]
    said = [format_relative(NOW + timedelta(seconds=each), NOW) for each in distances]
    assert await page.evaluate(SAID, distances) == said
