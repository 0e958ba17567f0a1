"""Rows as they were: kept as text, and put back behind every rule that would forbid it."""

from collections.abc import Iterable

import asyncpg

Rows = dict[str, list[str]]
"""Every row of some tables, as PostgreSQL writes it."""


async def rows_of(connection: asyncpg.Connection, tables: Iterable[str]) -> Rows:
    """What these tables hold."""
    each = " union all ".join(f"select '{it}', array(select t::text from {it} t order by 1)" for it in tables)
    return dict(await connection.fetch(each)) if each else {}


async def put_back(connection: asyncpg.Connection, rows: Rows) -> None:
    """Let each of these tables hold this and nothing else. No trigger or foreign key sees it."""
    async with connection.transaction():
        await connection.execute("set local session_replication_role = replica")
        for table, before in sorted(rows.items()):
            await connection.execute(f"delete from {table}")
            await connection.execute(await _insertion(connection, table), before)


_insertions: dict[str, str] = {}  # every database of the tests has the same tables


async def _insertion(connection: asyncpg.Connection, table: str) -> str:
    """The statement that adds rows given as text, with the numbers that they had."""
    if table not in _insertions:
        _insertions[table] = await _made(connection, table)
    return _insertions[table]


async def _made(connection: asyncpg.Connection, table: str) -> str:
    columns = await connection.fetch(
        """select quote_ident(attname) from pg_attribute
        where attrelid = $1::text::regclass and attnum > 0 and not attisdropped and attgenerated = ''""",
        table,
    )
    names = [row[0] for row in columns]
    given = ", ".join(f"(row).{name}" for name in names)
    return (
        f"insert into {table} ({', '.join(names)}) overriding system value "
        f"select {given} from unnest($1::text[]::{table}[]) row"
    )
