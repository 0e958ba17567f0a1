"""The same, said by the database itself: what the role of web processes can read and write, for whom.

No route is asked here. If a route forgot to check, this is what still holds (ASVS 8.2.2, 8.2.3, 13.2.2).
"""

from typing import Any

import asyncpg
import pytest

from tests.access.cast import PEOPLE, Cast
from tests.access.rows import EVERYTHING, NOBODYS, OWN, PUBLIC, act_as, attempt


async def test_every_table_is_known_here_and_guarded(owner: Any) -> None:
    tables = await owner.fetch(
        """select relname, relrowsecurity and relforcerowsecurity as guarded from pg_class
        where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')"""
    )
    assert {row["relname"] for row in tables} == {*OWN, *PUBLIC, *NOBODYS}
    assert {row["relname"] for row in tables if not row["guarded"]} == NOBODYS


async def test_no_view_and_no_rule_leads_around(owner: Any) -> None:
    views = await owner.fetchval(
        """select array_agg(relname) from pg_class where relnamespace = 'public'::regnamespace
        and relkind in ('v', 'm') and not coalesce('security_invoker=true' = any (reloptions), false)"""
    )
    assert views is None


async def test_functions_that_look_across_accounts_are_locked_in(owner: Any) -> None:
    functions = await owner.fetch(
        """select proname, pg_get_userbyid(proowner) as owner, proconfig, proacl::text as acl,
            has_function_privilege('public', oid, 'execute') as for_all
        from pg_proc where pronamespace = 'public'::regnamespace and prosecdef"""
    )
    assert functions
    for each in functions:
        assert each["owner"] == "visavis_lookup", each["proname"]
        assert any(setting.startswith("search_path=") for setting in each["proconfig"] or []), each["proname"]
        assert not each["for_all"], each["proname"]


async def test_web_processes_have_no_power(web: asyncpg.Connection, owner: Any) -> None:
    role = await owner.fetchrow(
        """select rolsuper, rolcreatedb, rolcreaterole, rolbypassrls, rolreplication,
            exists (select from pg_auth_members where member = oid) as in_a_role,
            exists (select from pg_class where relowner = r.oid) as owns,
            has_database_privilege(oid, current_database(), 'temp') as temporary,
            has_schema_privilege(oid, 'public', 'create') as makes
        from pg_roles r where rolname = 'visavis_web'"""
    )
    assert not any(role.values()), dict(role)
    await web.execute("begin")
    for statement in (
        "set role visavis_worker",
        "set role visavis_lookup",
        "set session authorization visavis_worker",
        "create table mine ()",
        "create temporary table account ()",
        "create function f() returns int language sql return 1",
        "alter table session disable row level security",
        "drop policy read_own on session",
        "alter role visavis_web superuser",
        "copy account to program 'true'",
        "select pg_read_file('/etc/passwd')",
        "create extension dblink",
    ):
        refused = await attempt(web, statement)
        assert isinstance(refused, asyncpg.InsufficientPrivilegeError), (statement, refused)


async def test_nobody_reads_nothing(web: asyncpg.Connection, cast: Cast) -> None:
    for beginning in ("begin", "begin; set local visavis.account = ''"):
        await web.execute(beginning)
        for table, (key, _) in OWN.items():
            if table != "person":  # practitioners are published under their names
                assert await _seen(web, table, key) == set(), table
        await web.execute("rollback")


async def test_nobody_reads_of_a_practice_what_is_published(
    web: asyncpg.Connection, owner: Any, cast: Cast
) -> None:
    await owner.execute("update practice set published_at = null")
    for table in ("practice", "offering", "working_hours", "person"):
        await web.execute("begin")
        assert await web.fetchval(f"select count(*) from {table}") == 0
        await web.execute("rollback")


@pytest.mark.parametrize("person", PEOPLE)
async def test_everybody_reads_their_own(
    web: asyncpg.Connection, owner: Any, cast: Cast, person: str
) -> None:
    account = cast.people[person].id if person in cast.people else None
    await act_as(web, account)
    for table, (key, whose) in OWN.items():
        every = await owner.fetch(
            f"select {key}::text, {whose} from {table} t", *([account] * ("$1" in whose))
        )
        expected = {row[0] for row in every if row[1]}
        assert await _seen(web, table, key) == expected, table
        all_are_theirs = person == "operator" and table in EVERYTHING
        assert all_are_theirs or len(expected) < len(every), "the test needs rows of others, too"


async def _seen(connection: asyncpg.Connection, table: str, key: str) -> set[str]:
    await connection.execute("savepoint look")
    try:
        return {row[0] for row in await connection.fetch(f"select {key}::text from {table}")}
    except asyncpg.InsufficientPrivilegeError:
        await connection.execute("rollback to look")
        return set()
