"""Files of messages that are gone: removed by a job, asked for in the transaction that forgets them."""

from collections.abc import Sequence

import msgspec

from visavis.chat.queries.keeping import files_of_reports
from visavis.kit.actor import SYSTEM
from visavis.kit.files import files_in
from visavis.kit.sql import Tx
from visavis.operations.jobs import Job, Work


class Gone(msgspec.Struct, frozen=True):
    """Keys of the store that nothing names any more."""

    keys: list[str]


async def _remove(work: Work, gone: Gone) -> None:
    """Files of an open report stay until it is settled; then the nightly sweep takes them."""
    store = files_in(work.settings.home)
    async with work.database.handle().transaction(SYSTEM) as tx:
        needed = await files_of_reports.values(tx, gone.keys)
    for key in set(gone.keys).difference(needed):
        await store.delete(key)


REMOVE = Job("chat.remove_files", Gone, _remove)


async def remove_later(tx: Tx, keys: Sequence[str]) -> None:
    """After the caller's transaction these files are removed; when it fails, they stay."""
    if keys:
        await REMOVE.ask(tx, Gone(list(keys)))
