"""What the queue forgets by itself: otherwise its log would grow with every job that ever ran."""

from datetime import timedelta

from visavis.kit.actor import SYSTEM
from visavis.operations import queries
from visavis.operations.jobs import Schedule, Work

_KEEP_LOG = timedelta(days=7)
_KEEP_COUNTS = timedelta(days=365)


async def _forget_old(work: Work) -> None:
    async with work.database.handle().transaction(SYSTEM) as tx:
        await queries.forget_job_log_before.run(tx, work.now - _KEEP_LOG)
        await queries.forget_job_statistics_before.run(tx, work.now - _KEEP_COUNTS)


SCHEDULES = [Schedule("operations.forget_old_jobs", "27 3 * * *", _forget_old)]
