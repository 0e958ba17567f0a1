"""What browsers fetch besides pages: found, small, kept for a year, and never from elsewhere."""

import gzip
import re
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from visavis.web.assets import ASSETS, VERSION, asset

SOURCE = Path(__file__).parents[2] / "src" / "visavis"
TEMPLATES = sorted(SOURCE.glob("*/templates/**/*.html"))
PAGES = [template for template in TEMPLATES if not template.name.startswith("mail")]
Client = Callable[..., httpx.AsyncClient]


async def test_assets_are_kept_for_a_year_because_their_address_changes(client: Client) -> None:
    answer = await client().get(asset("app.css"), headers={"accept-encoding": "gzip"})
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["content-type"].startswith("text/css")
    assert answer.content == ASSETS["app.css"].content


async def test_another_versions_address_is_answered_but_not_kept(client: Client) -> None:
    answer = await client().get(asset("js/app.js").replace(VERSION, "0" * 12))
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "public, max-age=60"


async def test_browsers_without_gzip_get_plain_bytes(client: Client) -> None:
    answer = await client().get(asset("js/app.js"), headers={"accept-encoding": "identity"})
    assert "content-encoding" not in answer.headers
    assert answer.content == ASSETS["js/app.js"].content


@pytest.mark.parametrize("name", ["nothing.css", "../routes.py", "css/1-tokens.css", "..%2f..%2fmain.py"])
async def test_only_assets_are_served(client: Client, name: str) -> None:
    assert (await client().get(f"/static/{VERSION}/{name}")).status_code == 404


async def test_the_first_page_is_light(client: Client) -> None:
    page = await client().get("/")
    calendar = ("js/calendar.js", "vendor/fullcalendar.js")  # one page of practitioners
    wanted = [name for name in ASSETS if name.startswith(("js/", "vendor/", "app.")) and name not in calendar]
    over_the_wire = len(gzip.compress(page.content)) + sum(len(ASSETS[name].zipped) for name in wanted)
    assert over_the_wire <= 100 * 1024


def test_every_icon_that_a_template_names_is_in_the_sprite() -> None:
    sprite = set(re.findall(r'<symbol id="([\w-]+)"', ASSETS["vendor/icons.svg"].content.decode()))
    named = re.compile(r'(?:draw|icon)\("([\w-]+)"|icon="([\w-]+)"')
    wanted = {name for page in PAGES for pair in named.findall(page.read_text()) for name in pair if name}
    assert wanted <= sprite, wanted - sprite


def test_every_asset_that_a_template_names_exists() -> None:
    wanted = {name for page in PAGES for name in re.findall(r"asset\('([^']+)'\)", page.read_text())}
    assert wanted <= set(ASSETS), wanted - set(ASSETS)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(SOURCE)))
def test_no_template_says_what_the_content_policy_refuses(page: Path) -> None:
    words = page.read_text()
    assert not re.search(r"\sstyle=|\son[a-z]+=\"|javascript:|hx-on|<style", words)
    assert "<script>" not in words
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", words)


def test_the_frame_keeps_its_names_to_itself() -> None:
    frame = (SOURCE / "web" / "templates" / "page.html").read_text()
    made = re.findall(r"{% (?:set|macro) (\w+)", frame) + re.findall(r"import (\w+)(?: as (\w+))?", frame)
    names = [name if isinstance(name, str) else name[1] or name[0] for name in made]
    assert names
    assert not [name for name in names if not name.startswith("shell_")]


def test_only_what_is_under_way_moves_without_end() -> None:
    """Else nothing for more than five seconds, as nobody can stop it (WCAG 2.2.2)."""
    endless = re.findall(r"animation:([^;}]*infinite)", ASSETS["app.css"].content.decode())
    assert endless
    assert all(each.split()[0] == "turn" for each in endless)
