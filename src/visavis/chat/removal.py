"""Files of messages that are gone: removed by a job, asked for in the transaction that forgets them."""

from collections.abc import Sequence

import msgspec

from visavis.kit.files import files_in
from visavis.kit.sql import Tx
from visavis.operations.jobs import Job, Work


class Gone(msgspec.Struct, frozen=True):
    """Keys of the store that nothing names any more."""

    keys: list[str]


async def _remove(work: Work, gone: Gone) -> None:
    store = files_in(work.settings.home)
    for key in gone.keys:
        await store.delete(key)


REMOVE = Job("chat.remove_files", Gone, _remove)


async def remove_later(tx: Tx, keys: Sequence[str]) -> None:
    """After the caller's transaction these files are removed; when it fails, they stay."""
    if keys:
        await REMOVE.ask(tx, Gone(list(keys)))
