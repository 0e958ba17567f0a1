"""A practice that takes cards."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.cards.world import Counter, make_counter
from tests.support.databases import FreshDatabase
from visavis.kit.db import Database


@pytest.fixture
async def counter(owner: Any, db: Any, database: FreshDatabase) -> AsyncIterator[Counter]:
    worker = await Database.open(database.worker_url)
    yield await make_counter(owner, db, worker)
    await worker.close()
