"""Casts that serve for many questions: what an answer has changed is put back before the next one."""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Self

import asyncpg

from tests.access.cast import Cast, assemble
from tests.support.kept import Rows, put_back, rows_of
from visavis.kit.files import files_in

Marks = dict[str, str]
"""Of each table: another one after any row was added, changed or removed."""

# All but the counters of who asks too often, who goes on asking.
_TABLES = """
    select c.oid::regclass::text, relrowsecurity from pg_class c where relkind = 'r'
        and relnamespace in ('public'::regnamespace, 'jobs'::regnamespace) and relname <> 'rate_limit'
    order by 1
"""


class Stage:
    """A cast for each status. To make one is a hundred statements, to put back what changed a few."""

    def __init__(self, owner: asyncpg.Connection, home: Path) -> None:
        self._owner, self._home = owner, home
        self._casts: dict[str, Cast] = {}
        self._kept = Kept()
        self._writers = ""

    async def cast(self, status: str) -> Cast:
        """Everybody, and a session in `status`, as nobody has touched them yet."""
        if status not in self._casts:
            self._casts[status] = await assemble(self._owner, files_in(self._home), status)
            self._kept = await Kept.of(self._owner, self._home)
        return self._casts[status]

    async def has_changed(self) -> bool:
        """Whether any row that holds a person's data is another one than before; it is put back then."""
        if not await self._somebody_wrote():
            return False
        changed = await self._kept.changed(self._owner)
        if changed.isdisjoint(await private(self._owner)):
            return False
        await self._kept.put_back(self._owner, self._home, changed)
        return True

    async def _somebody_wrote(self) -> bool:
        """Whether anybody who writes has ended since; else nothing needs to be looked at."""
        writers, before = await self._owner.fetchval("select pg_current_snapshot()::text"), self._writers
        self._writers = writers
        return bool(writers != before)


@dataclass
class Kept:
    """All rows of all tables, and every file, as they were."""

    rows: Rows = field(default_factory=dict)
    files: dict[Path, bytes] = field(default_factory=dict)
    marks: Marks = field(default_factory=dict)

    @classmethod
    async def of(cls, owner: asyncpg.Connection, home: Path) -> Self:
        names = [row[0] for row in await owner.fetch(_TABLES)]
        return cls(await rows_of(owner, names), _files(home), await marks(owner, tuple(names)))

    async def changed(self, owner: asyncpg.Connection) -> set[str]:
        """The tables that are others now."""
        found = await marks(owner, tuple(self.rows))
        return {name for name, mark in found.items() if mark != self.marks[name]}

    async def put_back(self, owner: asyncpg.Connection, home: Path, tables: set[str]) -> None:
        """Make these tables and all files what they were."""
        await put_back(owner, {name: self.rows[name] for name in tables})
        for path in self.files.keys() - _files(home).keys():
            path.write_bytes(self.files[path])
        self.marks = await marks(owner, tuple(self.rows))


def _files(home: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}


async def private(owner: asyncpg.Connection) -> tuple[str, ...]:
    """The tables that hold a person's data."""
    return tuple(row[0] for row in await owner.fetch(_TABLES) if row["relrowsecurity"])


async def marks(owner: asyncpg.Connection, tables: tuple[str, ...]) -> Marks:
    """The last transaction that wrote a row stands in the row: quicker to read than all that it says."""
    return dict(await owner.fetch(_question(tables)))


async def fingerprint(owner: asyncpg.Connection) -> Marks:
    """The marks of every table that holds a person's data."""
    return await marks(owner, await private(owner))


@cache
def _question(tables: tuple[str, ...]) -> str:
    return " union all ".join(
        f"select '{name}', concat_ws(' ', count(*), max(xmin::text::bigint)) from {name}" for name in tables
    )
