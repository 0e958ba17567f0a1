import asyncio
from collections.abc import Callable

import httpx

from tests.support.databases import Databases, FreshDatabase
from tests.support.pools import shelf


async def test_live_and_ready(client: Callable[..., httpx.AsyncClient]) -> None:
    visitor = client()
    assert (await visitor.get("/health/live")).json() == {"status": "live"}
    assert (await visitor.get("/health/ready")).json() == {"status": "ready"}


async def test_not_ready_without_a_database(
    client: Callable[..., httpx.AsyncClient], databases: Databases, database: FreshDatabase
) -> None:
    await asyncio.to_thread(databases.shut, database)
    shelf.clear()
    visitor = client()
    answer = await visitor.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json() == {"status": "waiting for the database"}
    assert (await visitor.get("/health/live")).status_code == 200
