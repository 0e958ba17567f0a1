"""What the other tests rely on: a change is noticed, and put back whole."""

import asyncio
from typing import Any

from tests.access.stage import Stage
from tests.support.databases import Databases, FreshDatabase, connect
from tests.support.kept import Rows, rows_of
from visavis.settings import Settings

_EVERY = """select c.oid::regclass::text from pg_class c
    where relkind = 'r' and relnamespace in ('public'::regnamespace, 'jobs'::regnamespace) order by 1"""
_CHANGES = (
    "update person set name = name where id = (select id from person limit 1)",
    "delete from session_note",
    "insert into date_override (practitioner_id, on_date) select practitioner_id, '2031-01-01' from practice",
)
_CHANGED = {"account", "installation", "session_transition"}


async def test_a_change_is_noticed_and_put_back_whole(owner: Any, settings: Settings) -> None:
    stage = Stage(owner, settings.home)
    cast = await stage.cast("approved")
    assert await stage.cast("approved") is cast
    tables = [row[0] for row in await owner.fetch(_EVERY)]
    before, files = await rows_of(owner, tables), sorted(settings.home.rglob("*"))
    for change in _CHANGES:
        assert not await stage.has_changed()
        await owner.execute(change)
        assert await stage.has_changed(), change
        assert await rows_of(owner, tables) == before, change
    next(path for path in files if path.is_file()).unlink()
    await owner.execute(_CHANGES[0])
    assert await stage.has_changed()
    assert sorted(settings.home.rglob("*")) == files


def test_the_next_test_gets_a_database_as_migrated(
    databases: Databases, pools: asyncio.AbstractEventLoop
) -> None:
    async def held(fresh: FreshDatabase, *changes: str) -> tuple[Rows, Rows]:
        connection = await connect(fresh.superuser_url)
        tables = [row[0] for row in await connection.fetch(_EVERY)]
        before = await rows_of(connection, tables)
        for change in changes:
            await connection.execute(change)
        after = await rows_of(connection, tables)
        await connection.close()
        return before, after

    with databases.lent() as one:
        before, after = pools.run_until_complete(
            held(
                one,
                "update installation set commission_bp = commission_bp + 1",
                "delete from session_transition where to_status = 'expired'",
                "insert into account (email) values ('ada@example.org')",
            )
        )
        assert {name for name in before if before[name] != after[name]} >= _CHANGED
    with databases.lent() as other:
        found, _same = pools.run_until_complete(held(other, "alter table person add column age int"))
        assert found == before
    with databases.lent() as fresh:
        assert fresh != other
