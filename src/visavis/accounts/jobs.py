"""What accounts forget by themselves."""

from datetime import timedelta

from visavis.accounts import queries
from visavis.kit.actor import SYSTEM
from visavis.operations.jobs import Schedule, Work

_KEEP_LINKS = timedelta(days=7)  # long enough to see what happened


async def _forget_ended(work: Work) -> None:
    async with work.database.handle().transaction(SYSTEM) as tx:
        await queries.forget_sign_ins.run(tx, work.now)
        await queries.forget_tokens.run(tx, work.now - _KEEP_LINKS)
        await queries.forget_attempts.run(tx, work.now)


SCHEDULES = [Schedule("accounts.forget_ended", "*/10 * * * *", _forget_ended)]
FILES = [queries.named_pictures]
