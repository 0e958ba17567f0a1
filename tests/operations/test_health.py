import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.accounts.visits import sign_in
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


@pytest.mark.parametrize(
    ("less", "again"),
    [
        ("connection limit 0", "connection limit -1"),
        ("set default_transaction_read_only to on", "reset default_transaction_read_only"),
    ],
)
async def test_a_database_without_room_or_on_standby_is_no_bug(
    app: Any,
    client: Callable[..., httpx.AsyncClient],
    database: FreshDatabase,
    owner: Any,
    less: str,
    again: str,
) -> None:
    visitor = client()
    await visitor.get("/sign-in")
    await owner.execute(f"alter database {database.name} {less}")
    await app.state.database.pool.expire_connections()
    try:
        answer = await sign_in(visitor)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        assert "try again in a moment" in answer.text
    finally:
        await owner.execute(f"alter database {database.name} {again}")
        await app.state.database.pool.expire_connections()
    assert (await sign_in(visitor)).status_code == 422
