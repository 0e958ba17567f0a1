"""Rooms at a provider through the life of a session: made, moved, closed, and what happens when they fail."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from tests.support.daily import StandIn
from tests.support.tabs import Meeting, now
from tests.support.world import move_to_past
from tests.video.providers import (
    MINUTES,
    account,
    agree,
    certain,
    jobs,
    provider,
    room_of,
    settings,
    told,
    work,
    work_off,
)
from visavis.booking import actions as booking
from visavis.booking.rescheduling import propose_time
from visavis.operations.jobs import Work
from visavis.video import keeping, meetings
from visavis.video.entering import enter
from visavis.video.keeping import ROOM, RoomWanted, close_rooms
from visavis.video.makers import Made, Maker

__all__ = ["account", "provider", "settings", "work"]


async def test_made_with_the_certainty_and_not_before(
    meeting: Meeting, work: Work, owner: Any, account: StandIn
) -> None:
    await meeting.approved()
    await work_off(work, owner)
    assert account.asked == []
    session = await certain(meeting, work, owner, hour=12)
    room = await room_of(owner, session.id)
    assert (room["maker"], room["provider"], room["trouble"]) == ("daily", "daily", None)
    assert session.starts_at
    assert session.ends_at
    assert account.rooms[room["name"]]["nbf"] == int((session.starts_at - 11 * MINUTES).timestamp())
    assert account.rooms[room["name"]]["exp"] == int((session.ends_at + 30 * MINUTES).timestamp())
    asked = len(account.asked)
    await ROOM.work(work, RoomWanted(session.id))
    assert len(account.asked) == asked, "what is there is not asked for again"


async def test_moved_sessions_have_their_room_then(
    meeting: Meeting, work: Work, owner: Any, account: StandIn
) -> None:
    session = await certain(meeting, work, owner)
    before = await room_of(owner, session.id)
    assert session.starts_at
    later = session.starts_at + timedelta(hours=3)
    await propose_time(meeting.db, meeting.as_practitioner, session.id, later, "", now())
    await agree(meeting, session.id)
    await work_off(work, owner)
    after = await room_of(owner, session.id)
    assert after["name"] == before["name"]
    assert after["opens_at"] - before["opens_at"] == timedelta(hours=3)
    assert account.rooms[after["name"]]["nbf"] == int(after["opens_at"].timestamp())


def _closing_all_but(name: str) -> Callable[[Maker, Made], Awaitable[bool]]:
    real = keeping._close

    async def close(maker: Maker, made: Made) -> bool:
        return made.name != name and await real(maker, made)

    return close


async def test_closed_when_called_off_and_after_the_end(
    meeting: Meeting, work: Work, owner: Any, account: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await certain(meeting, work, owner)
    second = await certain(meeting, work, owner, hour=14)
    await booking.cancel(meeting.db, meeting.as_client, first.id, "Ill", now())
    await close_rooms(work)
    assert len(account.rooms) == 1
    closes = (await room_of(owner, second.id))["closes_at"]
    await close_rooms(msgspec.structs.replace(work, now=closes - MINUTES))
    assert len(account.rooms) == 1
    account.faulty(429)
    await close_rooms(msgspec.structs.replace(work, now=closes))
    assert (await room_of(owner, second.id))["closed_at"] is None
    account.faulty(None)
    stuck = await owner.fetchval(
        "update video_room set closed_at = null where session_id = $1 returning name", first.id
    )
    with monkeypatch.context() as patch:  # one that cannot be closed keeps no other from it
        patch.setattr(keeping, "_close", _closing_all_but(stuck))
        await close_rooms(msgspec.structs.replace(work, now=closes))
    assert account.rooms == {}
    assert (await room_of(owner, first.id))["closed_at"] is None
    await close_rooms(msgspec.structs.replace(work, now=closes))
    assert (await room_of(owner, second.id))["closed_at"] == closes
    asked = len(account.asked)
    await close_rooms(msgspec.structs.replace(work, now=closes))
    assert len(account.asked) == asked


async def test_trouble_that_passes_is_nobodys_business(
    meeting: Meeting, work: Work, owner: Any, account: StandIn
) -> None:
    account.faulty(500, times=2)
    session = await meeting.confirmed()
    assert await work_off(work, owner) > 0
    (again, when) = (await jobs(owner))[0]
    assert again == RoomWanted(session.id, 1)
    assert timedelta(0) < when - now() <= meetings.FIRST_PAUSE
    for asked in (again, RoomWanted(session.id, 2)):
        await ROOM.work(work, asked)
    room = await room_of(owner, session.id)
    assert (room["maker"], room["trouble"]) == ("daily", None)
    assert await told(owner, session.client_id) == 0


@pytest.mark.parametrize(("fault", "tries"), [(500, meetings.MOST_TRIES - 1), (403, 0)])
async def test_trouble_that_stays_leads_into_the_room_that_is_built_in(
    meeting: Meeting, work: Work, owner: Any, account: StandIn, fault: int, tries: int
) -> None:
    session = await meeting.confirmed()
    await jobs(owner)
    account.faulty(fault)
    for _twice in range(2):
        await ROOM.work(work, RoomWanted(session.id, tries))
    room = await room_of(owner, session.id)
    assert (room["maker"], room["provider"]) == ("built_in", None)
    assert room["trouble"].startswith(f"daily: {fault} ")
    assert await told(owner, session.client_id) == await told(owner, session.practitioner_id) == 1
    assert await jobs(owner) == []
    account.faulty(None)
    await ROOM.work(work, RoomWanted(session.id))
    assert account.rooms == {}, "it stays where they have been told"


def test_pauses_grow_and_end() -> None:
    pauses = [meetings.pause(tries) for tries in range(1, meetings.MOST_TRIES)]
    assert pauses[0] == timedelta(seconds=5)
    assert pauses == sorted(pauses)
    assert timedelta(minutes=30) < sum(pauses, timedelta(0)) < timedelta(hours=2)
    assert meetings.pause(40) == meetings.LONGEST_PAUSE


async def test_a_link_of_ones_own_wins(meeting: Meeting, work: Work, owner: Any, account: StandIn) -> None:
    session = await meeting.linked()
    await work_off(work, owner)
    assert account.rooms == {}
    await move_to_past(owner, session.id, hours=-5 / 60)
    page = await enter(meeting.db, work.settings, meeting.as_client, session.id, now())
    assert page == f"/sessions/{session.id}/room"
