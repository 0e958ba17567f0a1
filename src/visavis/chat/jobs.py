"""What chat does by itself: forget what is old, and write to those who have something to read."""

from visavis.chat.keeping import forget_old, forget_reported
from visavis.chat.mails import tell_unread
from visavis.chat.queries.keeping import files_of_messages, files_of_reports
from visavis.chat.removal import REMOVE
from visavis.kit.actor import SYSTEM
from visavis.operations.jobs import Schedule, Work


async def _forget(work: Work) -> None:
    await forget_old(work.database.handle(), SYSTEM, work.now)
    await forget_reported(work.database.handle(), SYSTEM, work.now)


async def _tell(work: Work) -> None:
    settings = work.settings
    keys = settings.unsubscribe_keys
    await tell_unread(work.database.handle(), SYSTEM, settings.public_url, keys, work.now)


JOBS = [REMOVE]
SCHEDULES = [
    Schedule("chat.forget_old", "47 3 * * *", _forget),
    Schedule("chat.tell_unread", "* * * * *", _tell),
]
FILES = [files_of_messages, files_of_reports]
