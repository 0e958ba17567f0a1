"""Files that nobody names are swept away; every other one stays."""

import os
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.access.cast import assemble
from tests.support.tabs import now
from visavis.kit.db import Database
from visavis.kit.errors import NotFoundError
from visavis.kit.files import files_in
from visavis.operations.jobs import Work
from visavis.operations.sweep import named, sweep
from visavis.settings import Settings

# Columns with keys of stored files. A new one needs a statement in `FILES` of its domain's `jobs`: else its
# files are taken for lost ones.
_COLUMNS = {"person.picture_key", "payment_proof.file_key", "chat_file.key"}
_OTHER_KEYS = {"idempotency_key.key", "rate_limit.key"}


@pytest.fixture
async def worker(database: Any) -> AsyncIterator[Database]:
    opened = await Database.open(database.worker_url)
    yield opened
    await opened.close()


async def test_only_what_no_row_names_goes(worker: Database, owner: Any, settings: Settings) -> None:
    store = files_in(settings.home)
    await assemble(owner, store, "payment_submitted")
    lost, young = [await store.put(b"lost", "pdf") for _each in range(2)]
    folder, before = settings.home / "files", time.time() - 2 * 86_400
    known = [str(each.relative_to(folder)) for each in folder.rglob("*.*")]
    for key in known:
        if key != young:
            os.utime(folder / key, (before, before))
    assert await sweep(Work(worker, settings, now())) == 1
    for key in {*known} - {lost}:
        assert await store.get(key)
    with pytest.raises(NotFoundError):
        await store.get(lost)


async def test_every_column_with_keys_is_known(owner: Any) -> None:
    found = await owner.fetch(
        """select table_name || '.' || column_name as name from information_schema.columns
        where table_schema = 'public' and data_type = 'text' and column_name ~ '(^|_)key$'"""
    )
    assert {row["name"] for row in found} == _COLUMNS | _OTHER_KEYS
    assert len(named()) == len(_COLUMNS) + 1, "and open reports"
