"""What calls forget by themselves."""

from visavis.kit.actor import SYSTEM
from visavis.operations.jobs import Schedule, Work
from visavis.video.actions import forget_signals


async def _forget(work: Work) -> None:
    await forget_signals(work.database.handle(), SYSTEM, work.now)


SCHEDULES = [Schedule("video.forget", "*/10 * * * *", _forget)]
