"""The time of a session is nobody's to write: not even by hand, with the rights of web processes."""

from datetime import timedelta
from typing import Any

import asyncpg

from tests.access.rows import act_as, attempt
from tests.booking.test_rescheduling import NOON, propose
from tests.support.databases import FreshDatabase, connect
from tests.support.meetings import meeting
from tests.support.tabs import Meeting

__all__ = ["meeting"]


async def test_the_database_moves_nothing_that_was_not_agreed(
    meeting: Meeting, owner: Any, database: FreshDatabase
) -> None:
    session = await meeting.confirmed()
    web = await connect(database.url)
    move = f"""select move_session('{session.id}', tstzrange('{NOON}', '{NOON + timedelta(hours=1)}'),
        tstzrange('{NOON}', '{NOON + timedelta(hours=1)}'), null)"""
    for who in (meeting.as_client, meeting.as_practitioner):
        await act_as(web, who.account_id)
        assert isinstance(await attempt(web, move), asyncpg.InsufficientPrivilegeError)
        await web.execute("rollback")
    await owner.execute("update session set policy = policy || $1", {"reschedule": "at_once"})
    await act_as(web, meeting.as_client.account_id)
    for range_ in ("null, null", "now(), null", f"'{NOON}', '{NOON + timedelta(hours=6)}'"):
        wide = f"""select move_session('{session.id}', tstzrange('{NOON}', '{NOON + timedelta(hours=1)}'),
            tstzrange({range_}), null)"""
        assert isinstance(await attempt(web, wide), asyncpg.InsufficientPrivilegeError), range_
    await web.execute("rollback")
    await owner.execute("update session set policy = policy || $1", {"reschedule": "agreed"})
    await propose(meeting, session, NOON)
    await act_as(web, meeting.as_client.account_id)  # one's own proposal is nobody's agreement
    for forged in (
        move,
        "update reschedule set status = 'accepted', decided_at = now()",
        "update reschedule set status = 'declined', decided_at = now()",
        "update reschedule set status = 'lapsed', decided_at = now()",
        "update reschedule set during = during",
        """insert into reschedule (session_id, practitioner_id, proposed_by, during, blocked, due_at)
            select session_id, practitioner_id, 'practitioner', during, blocked, due_at from reschedule""",
    ):
        assert isinstance(await attempt(web, forged), asyncpg.InsufficientPrivilegeError), forged
    await web.execute("rollback")
    await act_as(web, meeting.as_practitioner.account_id)
    assert await web.fetchval(move) == "moved"
    await web.close()
    assert await owner.fetchval("select status from reschedule") == "open"
