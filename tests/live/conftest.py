"""Fixtures of the live tests: browsers that watch, of the application in this process or of real servers."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from typing import Any

import asyncpg
import pytest

from tests.support.databases import SECRET_KEY, Databases, FreshDatabase, connect
from tests.support.servers import Server
from tests.support.streams import AppStream, LiveStream
from tests.support.world import Somebody

Watch = Callable[[Any, Somebody], Awaitable[AppStream | LiveStream]]


@pytest.fixture
async def watch() -> AsyncIterator[Watch]:
    """Opens streams past their `ready`, and closes them all at the end."""
    async with AsyncExitStack() as stack:

        async def watch(site: Any, person: Somebody) -> AppStream | LiveStream:
            real = isinstance(site, Server)
            opened = LiveStream(site.url, person.token) if real else AppStream(site, person.token)
            stream = await stack.enter_async_context(opened)
            assert stream.status == 200
            assert await stream.event() == ("ready", {})
            return stream

        yield watch


@pytest.fixture(scope="module")
def site_database(databases: Databases) -> Iterator[FreshDatabase]:
    """The database of `site`."""
    with databases.migrated() as fresh:
        yield fresh


@pytest.fixture(scope="module")
def kept_site(site_database: FreshDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A real server for the tests of one file: seconds in the starting."""
    kept = Server(
        tmp_path_factory.mktemp("site"), database_url=site_database.url, secret_key=SECRET_KEY
    ).start()
    try:
        yield kept
    finally:
        kept.stop()


@pytest.fixture
def site(kept_site: Server) -> Server:
    """It runs, whether or not the test before has stopped it."""
    return kept_site if kept_site.running else kept_site.start()


@pytest.fixture
async def site_owner(site_database: FreshDatabase) -> AsyncIterator[asyncpg.Connection]:
    """As `owner`, of the database of `site`."""
    connection = await connect(site_database.superuser_url)
    yield connection
    await connection.close()
