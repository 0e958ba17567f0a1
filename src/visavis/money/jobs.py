"""Money by the clock, and its letters: the books are checked every hour."""

from visavis.kit.actor import SYSTEM
from visavis.money.checking import check_books
from visavis.money.mails import MAIL
from visavis.operations.jobs import Schedule, Work


async def check(work: Work) -> None:
    """What must always be true of the books."""
    await check_books(work.database.handle(), SYSTEM, work.now)


JOBS = [MAIL]
SCHEDULES = [Schedule("money.check", "7 * * * *", check)]
