"""Rooms at a provider, and what calls forget by themselves."""

from visavis.kit.actor import SYSTEM
from visavis.operations.jobs import Schedule, Work
from visavis.video.actions import forget_signals
from visavis.video.keeping import ROOM, close_rooms


async def _forget(work: Work) -> None:
    await forget_signals(work.database.handle(), SYSTEM, work.now)


JOBS = [ROOM]
SCHEDULES = [
    Schedule("video.forget", "*/10 * * * *", _forget),
    Schedule("video.close_rooms", "* * * * *", close_rooms),
]
