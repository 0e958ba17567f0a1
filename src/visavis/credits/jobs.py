"""Credits by the clock: what has expired is written off."""

from visavis.credits import mails, refund_mails
from visavis.credits.actions import expire
from visavis.kit.actor import SYSTEM
from visavis.operations.jobs import Schedule, Work


async def write_off(work: Work) -> None:
    """Entries for what has expired; it does not count any more, whether this has run or not."""
    while await expire(work.database.handle(), SYSTEM, work.now):
        pass


JOBS = [mails.MAIL, refund_mails.MAIL]
SCHEDULES = [Schedule("credits.write_off", "*/5 * * * *", write_off)]
