"""Who may do what (ASVS 8.2.1, 8.2.2, 8.3.1): every route of the application, asked by each of six people.

`matrix.txt` says what each gets. A route that it does not list fails the test, so nobody can forget one.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from litestar import Litestar

from tests.access.asking import Asker, routes_of
from tests.access.cast import PEOPLE
from tests.access.stage import Stage
from visavis.settings import Settings

_TABLE = Path(__file__).with_name("matrix.txt")
_GROUPS = ("/account", "/api", "/credits", "/dashboard", "/operator", "/practice", "/sessions", "/")


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """With cards, so that their pages are there; nobody answers as their provider."""
    keys = {"stripe_secret_key": "sk_test_12345678", "stripe_publishable_key": "pk_test_12345678"}
    given: Any = keys | {"stripe_webhook_secret": "whsec_12345678", "stripe_url": "http://127.0.0.1:9"}
    given |= {"stripe_connect": True, "stripe_connect_webhook_secret": "whsec_12345678"}
    home, own = settings.home, settings.given_secret_key
    return Settings(home=home, given_secret_key=own, web_processes=1, **given)


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    method: str
    path: str
    status: str
    expected: tuple[int, ...]

    @property
    def group(self) -> str:
        """The first of the groups that its address begins with."""
        return next(group for group in _GROUPS if self.path.startswith(group))


def rows() -> list[Row]:
    """The table."""
    lines = [line.split() for line in _TABLE.read_text().splitlines() if line and not line.startswith("#")]
    return [Row(method, path, status, tuple(map(int, codes))) for method, path, status, *codes in lines]


def test_the_table_lists_every_route_once_and_nothing_else(app: Litestar) -> None:
    listed = [(row.method, row.path) for row in rows()]
    assert len(listed) == len(set(listed))
    assert routes_of(app) - set(listed) == set(), "say in matrix.txt who may do this"
    assert set(listed) - routes_of(app) == set(), "matrix.txt lists what is gone"


@pytest.mark.parametrize("group", _GROUPS)
async def test_everybody_gets_what_the_table_says(
    app: Litestar, owner: asyncpg.Connection, settings: Settings, group: str
) -> None:
    asker, stage = Asker(app, settings.public_url), Stage(owner, settings.home)
    differences = [
        difference
        for row in rows()
        if row.group == group
        for difference in await _differences(asker, stage, row)
    ]
    assert differences == []


async def _differences(asker: Asker, stage: Stage, row: Row) -> list[str]:
    found: list[str] = []
    for person, expected in zip(PEOPLE, row.expected, strict=True):
        cast = await stage.cast(row.status)
        got = await asker.ask(cast, person, row.method, row.path)
        changed = await stage.has_changed()
        if got != expected:
            found.append(f"{row.method} {row.path} by {person}: {got}, expected {expected}")
        if changed and (got >= 400 or row.method == "GET"):
            found.append(f"{row.method} {row.path} by {person}: {got}, and yet something was changed")
    return found
