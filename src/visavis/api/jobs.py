"""Work of the API by the clock."""

from visavis.api import queries
from visavis.kit.actor import SYSTEM
from visavis.operations.jobs import Schedule, Work


async def forget_old_keys(work: Work) -> None:
    """Idempotency keys and their answers are kept for 24 hours."""
    async with work.database.handle().transaction(SYSTEM) as tx:
        await queries.forget_old_keys.run(tx, work.now)


SCHEDULES = [Schedule("api.forget_old_keys", "17 * * * *", forget_old_keys)]
