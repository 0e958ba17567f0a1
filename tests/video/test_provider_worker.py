"""The provider answers late, and the real worker makes rooms."""

import asyncio
import threading
from datetime import timedelta
from typing import Any

import msgspec

from tests.support.daily import StandIn
from tests.support.databases import FreshDatabase
from tests.support.tabs import Meeting, now
from tests.video.providers import (
    MINUTES,
    account,
    agree,
    jobs,
    provider,
    room_of,
    settings,
    work,
)
from visavis.booking.access import SessionRow
from visavis.booking.rescheduling import propose_time
from visavis.operations.jobs import Work
from visavis.operations.worker import run_worker
from visavis.video.keeping import ROOM, RoomWanted

__all__ = ["account", "provider", "settings", "work"]


async def test_what_moved_while_it_was_made_is_made_anew(
    meeting: Meeting, work: Work, owner: Any, account: StandIn
) -> None:
    session = await meeting.confirmed()
    await jobs(owner)
    late = msgspec.structs.replace(work, now=now())
    made = await _moved_meanwhile(meeting, owner, late, session, account)
    assert made == [RoomWanted(session.id)]
    await ROOM.work(work, made[0])
    room = await room_of(owner, session.id)
    assert account.rooms[room["name"]]["nbf"] == int(room["opens_at"].timestamp())
    assert session.starts_at
    assert room["opens_at"] == session.starts_at + timedelta(hours=2) - 11 * MINUTES


async def _moved_meanwhile(
    meeting: Meeting, owner: Any, work: Work, session: SessionRow, account: StandIn
) -> list[RoomWanted]:
    """The provider answers slowly, and the session moves before it does."""
    reached, go_on = threading.Event(), threading.Event()

    def wait() -> None:
        reached.set()
        go_on.wait(30)

    account.on_asked = wait
    task = asyncio.create_task(ROOM.work(work, RoomWanted(session.id)))
    assert await asyncio.to_thread(reached.wait, 30)
    account.on_asked = None
    assert session.starts_at
    later = session.starts_at + timedelta(hours=2)
    await propose_time(meeting.db, meeting.as_practitioner, session.id, later, "", now())
    await agree(meeting, session.id)
    await jobs(owner)
    go_on.set()
    await asyncio.wait_for(task, 30)
    return [asked for asked, _when in await jobs(owner)]


async def test_the_worker_itself_makes_the_room(
    meeting: Meeting, work: Work, owner: Any, account: StandIn, database: FreshDatabase
) -> None:
    task = asyncio.create_task(run_worker(work.settings, database.worker_url))
    try:
        session = await meeting.confirmed()
        async with asyncio.timeout(30):
            while await room_of(owner, session.id) is None:
                assert not task.done()
                await asyncio.sleep(0.05)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert len(account.rooms) == 1
