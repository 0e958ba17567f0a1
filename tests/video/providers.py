"""An installation that meets at the stand-in for Daily.co, and what its worker would do."""

from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from tests.support.daily import KEY, StandIn, open_daily
from tests.support.databases import FreshDatabase
from tests.support.tabs import Meeting, now
from visavis.booking.access import SessionRow
from visavis.booking.rescheduling import answer_time
from visavis.kit.db import Database
from visavis.operations.jobs import Work
from visavis.settings import Settings
from visavis.video.keeping import ROOM, RoomWanted

MINUTES = timedelta(minutes=1)


@pytest.fixture(scope="module")
def provider() -> Iterator[tuple[StandIn, str]]:
    with open_daily() as opened:
        yield opened


@pytest.fixture
def account(provider: tuple[StandIn, str]) -> StandIn:
    """Nothing made, nothing asked, nothing wrong."""
    provider[0].reset()
    return provider[0]


@pytest.fixture
def settings(settings: Settings, provider: tuple[StandIn, str]) -> Settings:
    """An installation that meets at the stand-in."""
    more = {"video": "daily", "daily_api_key": KEY, "daily_url": provider[1]}
    return Settings(**{"home": settings.home, "given_secret_key": settings.given_secret_key, **more})


@pytest.fixture
async def work(database: FreshDatabase, settings: Settings) -> AsyncIterator[Work]:
    opened = await Database.open(database.worker_url)
    yield Work(opened, settings, now())
    await opened.close()


async def jobs(owner: Any) -> list[tuple[RoomWanted, datetime]]:
    """What is asked for of the worker, and taken from the queue."""
    rows = await owner.fetch(
        """delete from jobs.pgqueuer where entrypoint = 'video.keep_room' returning payload, execute_after"""
    )
    return [(msgspec.json.decode(row[0], type=RoomWanted), row[1]) for row in rows]


async def work_off(work: Work, owner: Any, at: datetime | None = None) -> int:
    """Do what was asked for, as the worker does; how much it was."""
    asked = await jobs(owner)
    for each, _when in asked:
        await ROOM.work(msgspec.structs.replace(work, now=at or now()), each)
    return len(asked)


async def room_of(owner: Any, session_id: UUID) -> Any:
    return await owner.fetchrow("select * from video_room where session_id = $1", session_id)


async def told(owner: Any, account_id: UUID, kind: str = "meet_here") -> int:
    count = "select count(*) from notification where account_id = $1 and kind = $2"
    return int(await owner.fetchval(count, account_id, kind))


async def certain(meeting: Meeting, work: Work, owner: Any, **how: Any) -> SessionRow:
    session = await meeting.confirmed(**how)
    assert await work_off(work, owner) >= 1
    return session


async def agree(meeting: Meeting, session_id: UUID) -> None:
    await answer_time(meeting.db, meeting.as_client, session_id, True, now())
