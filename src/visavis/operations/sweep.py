"""Files that no row names: left by a process that ended between storing a file and its commit."""

from datetime import timedelta

import structlog

from visavis.kit.actor import SYSTEM
from visavis.kit.files import files_in
from visavis.kit.sql import Statement
from visavis.operations.jobs import Schedule, Work
from visavis.operations.worker import job_modules

_UNDECIDED = timedelta(days=1)  # younger ones may belong to somebody who has not ended yet
_log = structlog.get_logger(__name__)


async def sweep(work: Work) -> int:
    """Remove stored files that no domain knows (`FILES` of its `jobs`); how many went."""
    store, removed = files_in(work.settings.home), 0
    async for keys in store.older_than(work.now - _UNDECIDED):
        for key in await unnamed(work, keys):
            await store.delete(key)
            removed += 1
    if removed:
        _log.info("files that no row names are removed", files=removed)
    return removed


async def unnamed(work: Work, keys: list[str]) -> set[str]:
    """Those of the keys that no row names."""
    left = set(keys)
    async with work.database.handle().transaction(SYSTEM) as tx:
        for statement in named():
            left.difference_update(await statement.values(tx, list(left)))
    return left


def named() -> list[Statement]:
    """What each domain says: which of these keys ($1) its rows name."""
    return [each for module in job_modules() for each in getattr(module, "FILES", [])]


async def _sweep(work: Work) -> None:
    await sweep(work)


SCHEDULES = [Schedule("operations.sweep_files", "7 4 * * *", _sweep)]
