"""Among very many rooms and messages, everything is found through an index."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from tests.access.rows import act_as
from tests.support.databases import Databases, FreshDatabase, connect
from tests.support.world import Somebody, make_person, make_practitioner
from visavis.accounts.authentication import digest
from visavis.chat.access import LAST
from visavis.chat.queries import messages, rooms
from visavis.kit.sql import Statement

ROOMS, EACH = 6000, 3000
_CROWD = """
    set session_replication_role = replica;
    insert into chat_room (client_id, practitioner_id, latest, version, client_said, latest_at)
    select gen_random_uuid(), gen_random_uuid(), 5, 5, 5, now() - make_interval(mins => n)
    from generate_series(1, {rooms}) n;
    insert into chat_room (client_id, practitioner_id, latest, version, practitioner_said)
    values ('{me}', '{other}', {each}, {each}, {each});
    insert into chat_message (id, room_id, number, version, author_id, body, created_at)
    select gen_random_uuid(), r.id, n, n, r.practitioner_id, 'Good morning ' || n, now()
    from chat_room r, generate_series(1, r.latest) n;
    insert into chat_file (message_id, sender_id, position, key, name, media_type, bytes)
    select id, author_id, 0, id::text, 'a.pdf', 'application/pdf', 1 from chat_message;
    reset session_replication_role;
    vacuum analyze chat_room, chat_message, chat_file
"""


@pytest.fixture
def database(databases: Databases) -> Iterator[FreshDatabase]:
    """One of its own: where connections rest, they tell of what they read before only after seconds."""
    with databases.migrated() as fresh:
        yield fresh


async def test_everything_is_found_by_index(database: FreshDatabase, owner: Any) -> None:
    me, other = await make_person(owner, "Ada"), await make_practitioner(owner)
    for statement in _CROWD.format(rooms=ROOMS, each=EACH, me=me.id, other=other.id).split(";"):
        await owner.execute(statement)
    room_id = await owner.fetchval("select id from chat_room where client_id = $1", me.id)
    file_id = await owner.fetchval(
        "select f.id from chat_file f join chat_message m on m.id = message_id where room_id = $1", room_id
    )
    before = await _read(owner)
    await _ask(database, (me, other), room_id, file_id)
    after = await _read(owner)
    assert {table: after[table][0] - before[table][0] for table in after} == dict.fromkeys(after, 0)
    # Looking for words reads the room once, at most; everything else reads what it shows.
    assert after["chat_message"][1] - before["chat_message"][1] < EACH + 1000


async def _ask(database: FreshDatabase, two: tuple[Somebody, Somebody], room_id: UUID, file_id: UUID) -> None:
    """What pages ask for, as web processes do."""
    me, other = two
    asked: list[tuple[Statement, tuple[Any, ...]]] = [
        (rooms.rooms_of, (me.id, 100, 0)),
        (rooms.room_with, (me.id, other.id)),
        (rooms.find_room, (me.id, room_id)),
        (messages.after, (room_id, EACH - 20, 50)),
        (messages.before, (room_id, LAST, 50)),
        (messages.changed, (room_id, EACH - 20, 50)),
        (messages.found, (room_id, ["%morning%"], LAST, 30)),
        (messages.find_file, (room_id, file_id)),
    ]
    web = await connect(database.url)
    await act_as(web, me.id)
    for statement, arguments in asked:
        assert await statement.values(web, *arguments), statement.purpose
    person = await web.fetchrow("select * from account_of_sign_in($1)", digest(me.token))
    assert person["messages"] == 100
    await web.execute("commit; select pg_stat_force_next_flush()")
    await web.execute("select 1")
    await web.close()


async def _read(owner: Any) -> dict[str, tuple[int, int]]:
    """Of each table of chat: how often it was read from end to end, and rows fetched through indexes."""
    await owner.execute("select pg_stat_force_next_flush()")
    await owner.execute("select pg_stat_clear_snapshot()")
    rows = await owner.fetch(
        """select relname, seq_scan, idx_tup_fetch from pg_stat_user_tables
        where relname in ('chat_room', 'chat_message', 'chat_file')"""
    )
    return {row["relname"]: (row["seq_scan"], row["idx_tup_fetch"]) for row in rows}
