"""What chat forgets by itself."""

from visavis.chat.keeping import forget_old
from visavis.chat.removal import REMOVE
from visavis.kit.actor import SYSTEM
from visavis.operations.jobs import Schedule, Work


async def _forget(work: Work) -> None:
    await forget_old(work.database.handle(), SYSTEM, work.now)


JOBS = [REMOVE]
SCHEDULES = [Schedule("chat.forget_old", "47 3 * * *", _forget)]
