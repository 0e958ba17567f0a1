"""What notifications forget by themselves."""

from datetime import timedelta

from visavis.kit.actor import SYSTEM
from visavis.notifications.actions import forget_old
from visavis.notifications.mail import MAIL
from visavis.operations.jobs import Schedule, Work

KEPT = timedelta(days=365)


async def _forget(work: Work) -> None:
    await forget_old(work.database.handle(), SYSTEM, work.now - KEPT)


JOBS = [MAIL]
SCHEDULES = [Schedule("notifications.forget_old", "37 3 * * *", _forget)]
