"""Named, described SQL statements with typed rows; a test prepares each against the migrated schema."""

from typing import Any, Generic, TypeVar

import msgspec
from asyncpg import Connection
from asyncpg.pool import PoolConnectionProxy

from visavis.kit.errors import NotFoundError

Row = TypeVar("Row", bound=msgspec.Struct)
Tx = Connection | PoolConnectionProxy
"""The connection of an open transaction, as `Db.transaction` yields it."""

REGISTRY: list["Statement"] = []


class Statement:
    """One statement and what it is for."""

    def __init__(self, purpose: str, sql: str) -> None:
        self.purpose = purpose
        self.sql = sql
        REGISTRY.append(self)

    async def run(self, tx: Tx, *args: Any) -> int:
        """Execute for effect; returns how many rows were touched."""
        tag: str = await tx.execute(self.sql, *args)
        last = tag.rsplit(" ", 1)[-1]
        return int(last) if last.isdigit() else 0

    async def run_many(self, tx: Tx, rows: list[tuple[Any, ...]]) -> None:
        """Execute once for each tuple of arguments, pipelined."""
        await tx.executemany(self.sql, rows)

    async def value(self, tx: Tx, *args: Any) -> Any:
        """First column of the first row, None when there is no row."""
        return await tx.fetchval(self.sql, *args)

    async def values(self, tx: Tx, *args: Any) -> list[Any]:
        """First column of every row."""
        return [record[0] for record in await tx.fetch(self.sql, *args)]


class Query(Statement, Generic[Row]):
    """A statement whose columns are, in order, the fields of `row`."""

    def __init__(self, row: type[Row], purpose: str, sql: str) -> None:
        super().__init__(purpose, sql)
        self.row = row

    async def maybe(self, tx: Tx, *args: Any) -> Row | None:
        """The first row, or None."""
        record = await tx.fetchrow(self.sql, *args)
        return None if record is None else self.row(*record.values())

    async def one(self, tx: Tx, *args: Any) -> Row:
        """The first row; NotFoundError when there is none."""
        found = await self.maybe(tx, *args)
        if found is None:
            raise NotFoundError
        return found

    async def all(self, tx: Tx, *args: Any) -> list[Row]:
        """Every row."""
        return [self.row(*record.values()) for record in await tx.fetch(self.sql, *args)]
