"""A database that a test has used, made as if nobody had."""

import asyncio
from typing import Self

import asyncpg

from tests.support.kept import put_back, rows_of
from tests.support.pools import shelf

_USES = 60  # then its files are full of what was deleted

# asyncpg's own is for a server that says good-bye between two questions.
_BROKEN = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, TimeoutError)

_TABLES = """
    select format('%I.%I', nspname, relname) from pg_class join pg_namespace n on n.oid = relnamespace
    where relkind = 'r' and nspname not in ('pg_catalog', 'information_schema') order by 1
"""
# Who was allowed what, and every object by the transaction that wrote it last.
_SHAPE = """
    select md5(string_agg(it, '|' order by it)) from (
        select concat_ws(' ', c.oid, relname, relowner, relrowsecurity, relforcerowsecurity, relacl) as it
        from pg_class c where c.oid >= 16384 and relkind <> 't'
        union all select concat_ws(' ', 'a', xmin, count(*)) from pg_attribute
            where attrelid >= 16384 group by xmin
        union all select concat_ws(' ', 'c', xmin, count(*)) from pg_constraint group by xmin
        union all select concat_ws(' ', 'f', xmin, count(*)) from pg_proc where oid >= 16384 group by xmin
        union all select concat_ws(' ', 'n', xmin, count(*)) from pg_namespace group by xmin
        union all select concat_ws(' ', 'p', xmin, count(*)) from pg_policy group by xmin
        union all select concat_ws(' ', 't', xmin, count(*)) from pg_trigger group by xmin
        union all select concat_ws(' ', 'e', xmin, count(*)) from pg_extension group by xmin
        union all select concat_ws(' ', 'd', datacl, datconnlimit) from pg_database
            where datname = current_database()
        union all select concat_ws(' ', 's', setrole, setconfig) from pg_db_role_setting s
            join pg_database d on d.oid = setdatabase where datname = current_database()
    ) all_of_it
"""


class Broom:
    """Sweeps one database. It keeps a connection, because the first words on a new one are slow."""

    def __init__(self, keeper: asyncpg.Connection) -> None:
        self._keeper = keeper
        self._left = _USES

    @classmethod
    async def of(cls, superuser_url: str) -> Self:
        """For a database that is as it should be."""
        keeper = await asyncpg.connect(
            superuser_url, timeout=30, command_timeout=30,
            server_settings={"session_replication_role": "replica", "lock_timeout": "5s"},
        )  # fmt: skip
        self = cls(keeper)
        tables = [row[0] for row in await keeper.fetch(_TABLES)]
        self._look = " union all ".join(
            f"select '{each}' where exists (select from {each})" for each in tables
        )
        self._seeds = await rows_of(keeper, await self._full())
        self._before = await self._state()
        return self

    async def sweep(self) -> bool:
        """End whoever is still connected, delete every row; whether it is as it was before its test."""
        try:
            await self._end_users()
            full = [each for each in await self._full() if each not in self._seeds]
            await self._keeper.execute("; ".join(
                [f"delete from {each}" for each in full]
                + ["select setval(seqrelid::regclass, seqstart, false) from pg_sequence"]
            ))  # fmt: skip
            await self._sow()
            self._left -= 1
            return self._left > 0 and await self._state() == self._before
        except _BROKEN:
            return False  # a test may shut it, or change its tables so that nothing here fits

    async def _end_users(self) -> None:
        """Of what is connected only those stay that rest until somebody needs them."""
        resting = shelf.pids()
        await self._keeper.execute(f"""
            select pg_terminate_backend(pid, 10000) from pg_stat_activity
            where datname = current_database() and pid not in (pg_backend_pid(), {_list(resting)})""")
        alive = await self._keeper.fetch(f"select pid from pg_stat_activity where pid in ({_list(resting)})")
        shelf.keep({row["pid"] for row in alive})

    async def _sow(self) -> None:
        """Let the rows that migrations have put there be what they were."""
        found = await rows_of(self._keeper, self._seeds)
        if spoilt := {name: rows for name, rows in self._seeds.items() if found[name] != rows}:
            await put_back(self._keeper, spoilt)

    async def close(self) -> None:
        """Let go of the database."""
        try:
            async with asyncio.timeout(5):
                await self._keeper.close()
        except _BROKEN:
            self._keeper.terminate()

    async def _full(self) -> list[str]:
        return [row[0] for row in await self._keeper.fetch(self._look)]

    async def _state(self) -> tuple[str, list[str]]:
        shape = await self._keeper.fetchval(_SHAPE)
        return shape, [row[0] for row in await self._keeper.fetch(_TABLES)]


def _list(numbers: set[int]) -> str:
    return ", ".join(map(str, numbers)) or "0"
