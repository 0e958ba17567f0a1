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
from tests.access.cast import PEOPLE, assemble
from visavis.kit.files import FileStore, files_in
from visavis.settings import Settings

_TABLE = Path(__file__).with_name("matrix.txt")
_GROUPS = ("/account", "/api", "/credits", "/dashboard", "/operator", "/practice", "/sessions", "/")


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """With cards, so that their pages are there; nobody answers as their provider."""
    keys = {"stripe_secret_key": "sk_test_12345678", "stripe_publishable_key": "pk_test_12345678"}
    given: Any = keys | {"stripe_webhook_secret": "whsec_12345678", "stripe_url": "http://127.0.0.1:9"}
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
    app: Litestar, owner: Any, settings: Settings, group: str
) -> None:
    asker, store = Asker(app, settings.public_url), files_in(settings.home)
    differences = [
        difference
        for row in rows()
        if row.group == group
        for difference in await _differences(asker, owner, store, row)
    ]
    assert differences == []


async def _differences(asker: Asker, owner: asyncpg.Connection, store: FileStore, row: Row) -> list[str]:
    found: list[str] = []
    cast = await assemble(owner, store, row.status)
    before = await fingerprint(owner)
    for person, expected in zip(PEOPLE, row.expected, strict=True):
        got = await asker.ask(cast, person, row.method, row.path)
        after = await fingerprint(owner)
        if got != expected:
            found.append(f"{row.method} {row.path} by {person}: {got}, expected {expected}")
        if (got >= 400 or row.method == "GET") and after != before:
            found.append(f"{row.method} {row.path} by {person}: {got}, and yet something was changed")
        if after != before:  # the next one asks for what is as it was
            cast = await assemble(owner, store, row.status)
            after = await fingerprint(owner)
        before = after
    return found


async def fingerprint(owner: asyncpg.Connection) -> dict[str, asyncpg.Record]:
    """Of every table that holds a person's data: another one after any row was added, changed or removed.

    The last transaction that wrote a row stands in the row: quicker to read than all that it says.
    """
    tables = await owner.fetchval(
        """select array_agg(c.oid::regclass::text order by 1) from pg_class c
        where relnamespace = 'public'::regnamespace and relkind = 'r' and relrowsecurity"""
    )
    each = " union all ".join(
        f"select '{name}' as name, count(*), max(xmin::text::bigint) as last from {name}" for name in tables
    )
    return {row["name"]: row for row in await owner.fetch(each)}
