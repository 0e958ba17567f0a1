"""Holds, proposals, notes and availability in raw SQL, as if a page had a hole.

ASVS 8.2.2, 8.2.3, 8.4.1. The cast: a confirmed session for which its client proposes a time in forty days.
"""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from tests.access.cast import Cast
from tests.access.rows import act_as, attempt
from tests.attacks.conftest import Assemble
from tests.support.databases import FreshDatabase, connect

_HOUR = "tstzrange(now() + interval '9 days', now() + interval '9 days 1 hour')"
_PROPOSE = (
    """insert into reschedule (session_id, practitioner_id, proposed_by, during, blocked, due_at)
    values ('{session_id}', '{practitioner_id}', '{side}', """
    f"{_HOUR}, {_HOUR}, "
    "now() + interval '{due}')"
)
_HOLD = """insert into slot_hold (holder_id, practitioner_id, during, blocked, expires_at)
    values ({holder}, '{practitioner_id}', {during}, {during}, now() + interval '5 minutes')"""
_MOVE = "select move_session('{session_id}', {to}, {to}, null)"
_NOTE = """insert into session_note (session_id, version, practitioner_id, key_id, sealed)
    values ('{session_id}', 9, {author}, 'k', 'x')"""
_FOR_OTHERS = "insert into {} values ({})"
_TIMES = {
    "date_override": "'{other}', now()",
    "availability_before": "'{other}', uuidv7(), '', now(), '{{}}'",
    "slot_switch": "uuidv7(), '{other}', " + _HOUR + ", true",
    "travel": "uuidv7(), '{other}', 'UTC', '[2030-01-01,2030-01-02)'",
}
_CLOSE = "update reschedule set status = '{status}', decided_at = now()"


@pytest.fixture
async def web(database: FreshDatabase) -> AsyncIterator[asyncpg.Connection]:
    """As a web process speaks to the database."""
    connection = await connect(database.url)
    yield connection
    await connection.close()


def said(template: str, cast: Cast, **more: str) -> str:
    return template.format(**cast.ids | {"other": cast.people["own practitioner"].id} | more)


def by_anybody(cast: Cast) -> list[str]:
    """What neither of the two people may do."""
    return [
        "delete from reschedule",
        "update reschedule set due_at = 'infinity'",
        "update reschedule set during = blocked",
        "delete from session_note",
        "update session_note set sealed = ''",
        "select leave_proposed_times()",
        "update session set cancelled_late = true",
        "update session set answers = '[]'",
        "insert into reschedule (session_id, status) values (uuidv7(), 'accepted')",
        said(_CLOSE, cast, status="accepted"),
        said(_CLOSE, cast, status="lapsed"),
        said(_MOVE, cast, to=_HOUR),
    ]


def forbidden(cast: Cast) -> dict[str, list[str]]:
    """What each person tries."""
    return {
        "own client": [
            *by_anybody(cast),
            said(_CLOSE, cast, status="declined"),
            said(_NOTE, cast, author="current_account()"),
            said(_NOTE, cast, author="'{practitioner_id}'".format(**cast.ids)),
            said(_PROPOSE, cast, side="practitioner", due="1 day"),
            said(_PROPOSE, cast, side="client", due="10 days"),
            said(_MOVE, cast, to="(select during from reschedule)"),
        ],
        "own practitioner": [
            *by_anybody(cast),
            said(_CLOSE, cast, status="withdrawn"),
            said(_PROPOSE, cast, side="client", due="1 day"),
        ],
        "other practitioner": [
            "delete from reschedule",
            said(_MOVE, cast, to=_HOUR),
            said(_NOTE, cast, author="current_account()"),
            said(_PROPOSE, cast, side="client", due="1 day"),
            said(_HOLD, cast, holder="'{person_id}'".format(**cast.ids), during=_HOUR),
            *(said(_FOR_OTHERS.format(table, values), cast) for table, values in _TIMES.items()),
        ],
    }  # fmt: skip


@pytest.mark.parametrize("person", ["own client", "own practitioner", "other practitioner"])
async def test_what_a_page_would_not_do(assembled: Assemble, web: asyncpg.Connection, person: str) -> None:
    cast = await assembled("confirmed")
    await act_as(web, cast.people[person].id)
    for statement in forbidden(cast)[person]:
        refused = await attempt(web, statement)
        # A row that is not seen is changed by no statement, which then succeeds with nothing.
        nothing = statement.startswith("update") and person.startswith("other")
        assert nothing or isinstance(refused, asyncpg.InsufficientPrivilegeError), (statement, refused)


@pytest.mark.parametrize("status", ["completed", "cancelled", "in_progress"])
async def test_no_time_is_kept_for_a_session_that_is_over(
    assembled: Assemble, web: asyncpg.Connection, owner: Any, status: str
) -> None:
    """Who ever had a session with somebody could block their calendar for good."""
    cast = await assembled(status)
    await owner.execute("delete from reschedule")
    await act_as(web, cast.people["own client"].id)
    refused = await attempt(web, said(_PROPOSE, cast, side="client", due="1 day"))
    assert isinstance(refused, asyncpg.InsufficientPrivilegeError)


@pytest.mark.parametrize(
    "during",
    ["tstzrange(now(), null)", "tstzrange(null, null)", "tstzrange(now(), now() + interval '2 days')"],
)
async def test_a_hold_is_no_longer_than_a_session(
    assembled: Assemble, web: asyncpg.Connection, during: str
) -> None:
    cast = await assembled("confirmed")
    await act_as(web, cast.people["other client"].id)
    hold = said(_HOLD, cast, holder="current_account()", during=during)
    assert isinstance(await attempt(web, hold), asyncpg.CheckViolationError)
    assert await attempt(web, said(_HOLD, cast, holder="current_account()", during=_HOUR)) is None


async def test_a_stranger_sees_nobody_behind_a_time(assembled: Assemble, web: asyncpg.Connection) -> None:
    """Neither who holds a slot, nor who asks for another time, nor that there are notes."""
    cast = await assembled("confirmed")
    for person in ("other client", "other practitioner", "operator"):
        await act_as(web, cast.people[person].id)
        for table in ("slot_hold", "reschedule", "session_note", "availability_before", "session"):
            assert await web.fetchval(f"select count(*) from {table}") == 0, (person, table)
        await web.execute("rollback")
    await act_as(web, cast.people["own client"].id)
    assert await web.fetchval("select count(*) from session_note") == 0
    assert await web.fetchval("select count(*) from audit_event where verb = 'write_note'") == 0


async def test_functions_that_see_more_cannot_be_misled(owner: Any) -> None:
    """Each names its search path, with temporary tables last, and nobody but our roles may call it."""
    rows = await owner.fetch(
        """select p.oid::regprocedure::text as name, array_to_string(p.proconfig, ',') as settings,
            has_function_privilege('public', p.oid, 'execute') as everybody
        from pg_proc p where p.prosecdef and p.pronamespace = 'public'::regnamespace"""
    )
    assert len(rows) > 10
    for row in rows:
        assert "search_path=public, pg_temp" in (row["settings"] or ""), row["name"]
        assert not row["everybody"], row["name"]


async def test_a_table_of_ones_own_makes_nobody_an_operator(
    assembled: Assemble, web: asyncpg.Connection
) -> None:
    """Temporary tables come first in a search path that does not say where they come."""
    cast = await assembled("confirmed")
    await act_as(web, cast.people["other client"].id)
    try:
        await web.execute(
            """create temp table account as select current_account() as id, true as is_operator,
            null::timestamptz as disabled_at; grant select on pg_temp.account to public"""
        )
    except asyncpg.InsufficientPrivilegeError:
        return  # even better
    assert await web.fetchval("select acting_operator()") is False
