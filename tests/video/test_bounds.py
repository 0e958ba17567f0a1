"""What one page of a call can fill, and what the database refuses on its own."""

from typing import Any

import asyncpg
import pytest

from tests.access.rows import act_as
from tests.support.tabs import Meeting, now
from tests.video.test_actions import soon
from visavis.chat.access import load_room_of_session
from visavis.chat.safety import block
from visavis.operations.roles import WEB, url_for
from visavis.settings import Settings
from visavis.video import rules
from visavis.video.access import load_stays
from visavis.video.actions import join, leave, signal, signals_after
from visavis.video.queries import calls


async def test_a_page_that_says_too_much_is_heard_of_its_latest(
    meeting: Meeting, owner: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = await soon(meeting, owner)
    mine = await join(meeting.db, meeting.as_client, session.id, now())
    await join(meeting.db, meeting.as_practitioner, session.id, now())
    monkeypatch.setattr(rules, "MOST_SIGNALS", 5)
    monkeypatch.setattr(rules, "MOST_HEARD", 20)
    for number in range(8):
        await signal(meeting.db, meeting.as_client, session.id, mine.stay_id, f"word {number}", now())
    assert await owner.fetchval("select count(*) from video_signal") == 5
    looks, after = [], 0
    for _look in range(3):
        some = await signals_after(meeting.db, meeting.as_practitioner, session.id, after, now())
        looks.append([each.body.removeprefix("word ") for each in some.signals])
        after = some.signals[-1].number if some.signals else after
    assert looks == [["3", "4", "5"], ["6", "7"], []]
    # What the process does not bound, the database does.
    monkeypatch.setattr(rules, "MOST_SIGNALS", 500)
    for _word in range(91):
        await signal(meeting.db, meeting.as_client, session.id, mine.stay_id, "x", now())
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await signal(meeting.db, meeting.as_client, session.id, mine.stay_id, "x", now())


async def test_many_stays_cost_a_look_no_more(meeting: Meeting, owner: Any) -> None:
    session = await soon(meeting, owner)
    for _reload in range(3):
        await join(meeting.db, meeting.as_client, session.id, now())
    there = await join(meeting.db, meeting.as_practitioner, session.id, now())
    assert there.other is not None
    async with meeting.db.transaction(meeting.as_client) as tx:
        assert len(await calls.last_stays.all(tx, session.id)) == 2
        assert len(await load_stays(tx, session.id)) == 4


async def test_who_is_blocked_does_not_ring_by_waiting(meeting: Meeting, owner: Any) -> None:
    session = await soon(meeting, owner)
    room = await load_room_of_session(meeting.db, meeting.as_client, session.id)
    await block(meeting.db, meeting.as_client, room.id, now())
    await owner.execute("delete from notification")
    for _reload in range(2):
        await join(meeting.db, meeting.as_practitioner, session.id, now())
    kinds = await owner.fetch("select kind from notification where account_id = $1", session.client_id)
    assert [row["kind"] for row in kinds] == ["start"]


async def test_who_left_does_not_come_back_with_that_page(
    meeting: Meeting, owner: Any, database: Any, settings: Settings
) -> None:
    session = await soon(meeting, owner)
    mine = await join(meeting.db, meeting.as_client, session.id, now())
    await leave(meeting.db, meeting.as_client, session.id, mine.stay_id, now())
    web = await asyncpg.connect(url_for(database.url, WEB, settings.secret_key))
    try:
        await act_as(web, meeting.as_client.known_id)
        assert await web.execute("update video_presence set left_at = null") == "UPDATE 0"
    finally:
        await web.close()
