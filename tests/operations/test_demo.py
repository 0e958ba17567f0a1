"""The demonstration practice."""

from typing import Any

import pytest

from tests.support.world import make_person
from visavis.booking.rules import Status
from visavis.operations import demo
from visavis.operations.demo.load import NotEmptyError
from visavis.settings import Settings


async def test_it_has_everything_and_is_loaded_once(database: Any, owner: Any, settings: Settings) -> None:
    assert await demo.load(database.owner_url, settings)
    await _has_sessions_in_every_status(owner)
    await _has_rooms_in_order(owner)
    before = await owner.fetchval("select count(*) from session")
    assert not await demo.load(database.owner_url, settings)
    assert await owner.fetchval("select count(*) from session") == before
    await _invites_anew(database, owner, settings)


async def _has_sessions_in_every_status(owner: Any) -> None:
    statuses = {row[0] for row in await owner.fetch("select distinct status from session")}
    assert statuses == {status.value for status in Status}
    assert await owner.fetchval("select count(*) from account where is_practitioner") == 4
    assert (
        await owner.fetchval("select count(*) from account where not is_practitioner and not is_operator")
        == 6
    )
    assert await owner.fetchval("select count(*) from feedback") >= 5


async def _has_rooms_in_order(owner: Any) -> None:
    rooms = await owner.fetch(
        """select r.latest, count(*), count(*) filter (where m.number <> o.nth) as wrong,
            unread_messages(r.client_id) as unread, bool_or(m.body <> '') as talk
        from chat_room r join chat_message m on m.room_id = r.id
            join (select id, row_number() over (partition by room_id order by created_at, number) as nth
                from chat_message) o on o.id = m.id
        group by r.id"""
    )
    assert all(room["latest"] == room["count"] for room in rooms)
    assert not any(room["wrong"] for room in rooms)
    assert sum(room["talk"] for room in rooms) == 5
    assert any(room["unread"] for room in rooms)


async def _invites_anew(database: Any, owner: Any, settings: Settings) -> None:
    """With each load, when the last invitation is over."""
    instant = "select count(*) from session where instant and status = 'pending_approval' and due_at > now()"
    assert await owner.fetchval(instant) == 1
    await owner.execute("update session set due_at = now() where instant and status = 'pending_approval'")
    assert not await demo.load(database.owner_url, settings)
    assert await owner.fetchval(instant) == 1


async def test_it_never_joins_real_people(database: Any, owner: Any, settings: Settings) -> None:
    await make_person(owner)
    with pytest.raises(NotEmptyError):
        await demo.load(database.owner_url, settings)
    assert not await owner.fetchval("select demonstration from installation")
