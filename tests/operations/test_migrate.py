import asyncio

from tests.support.databases import FreshDatabase, connect


async def test_web_role_is_powerless(database: FreshDatabase) -> None:
    web = await connect(database.url)
    row = await web.fetchrow(
        "select rolsuper, rolcreaterole, rolcreatedb, rolbypassrls from pg_roles where rolname = current_user"
    )
    assert not any(row)
    await web.close()


async def test_db(db, owner) -> None:
    assert await owner.fetchval("select 1") == 1
    await asyncio.sleep(0)
