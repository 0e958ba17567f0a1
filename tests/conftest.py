"""Fixtures for every test. A test asks for the least it needs; nothing starts before it is asked for."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import hypothesis
import pytest
from argon2 import PasswordHasher

from tests.support import trials
from tests.support.apps import application, running, visitor
from tests.support.browsers import People, Program
from tests.support.clusters import MigratedClusters
from tests.support.databases import SECRET_KEY, Databases, FreshDatabase, borrow, give_back
from tests.support.pools import shared
from tests.support.servers import Server
from tests.support.stripes import Stripes, open_stripes
from tests.support.telling import FAILED
from visavis.accounts import pace, passwords
from visavis.settings import Settings

pytest_plugins = [f"tests.support.{name}" for name in ("garbage", "limits", "loops", "order")]

for _name in {name for name in os.environ if name.startswith("VISAVIS_")} - trials.SETTINGS:
    del os.environ[_name]


# The same examples each time, however slow a machine is: what chance finds elsewhere is nobody's change here.
# To look for more: VISAVIS_EXAMPLES=1000 bin/test, or bin/test --hypothesis-profile=default.
hypothesis.settings.register_profile(
    "tests",
    deadline=None,
    derandomize=True,
    max_examples=trials.asked("VISAVIS_EXAMPLES"),
    database=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("tests")

_IN_EARNEST = {(passwords, name): getattr(passwords, name) for name in ("_hasher", "_NOBODYS")} | {
    (pace, "QUIET"): pace.QUIET
}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fixtures learn whether their test has failed."""
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Nobody copies the migrated cluster any more."""
    if not hasattr(session.config, "workerinput"):
        MigratedClusters(session.config._tmp_path_factory.getbasetemp()).remove()  # type: ignore[attr-defined]


@pytest.fixture(scope="session", autouse=True)
def hurry() -> Iterator[None]:
    """Passwords that are cheap to hash, and answers as soon as they are ready: hundreds of tests sign up."""
    cheap = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", cheap)
        patch.setattr(passwords, "_NOBODYS", cheap.hash("nobody has this password"))
        patch.setattr(pace, "QUIET", 0.0)
        yield


@pytest.fixture
def in_earnest(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests about what hashing and waiting are for: both as they are elsewhere."""
    for (module, name), value in _IN_EARNEST.items():
        monkeypatch.setattr(module, name, value)


@pytest.fixture(scope="session")
async def pools() -> AsyncIterator[asyncio.AbstractEventLoop]:
    """Tests of this process share the connections that they open, in this loop."""
    with shared():
        yield asyncio.get_running_loop()


@pytest.fixture(scope="session")
def migrated_clusters(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> MigratedClusters:
    """Of this run. Its processes have folders of their own inside its folder."""
    folder = tmp_path_factory.getbasetemp()
    return MigratedClusters(folder if worker_id == "master" else folder.parent)


@pytest.fixture(scope="session")
def databases(pools: asyncio.AbstractEventLoop, migrated_clusters: MigratedClusters) -> Iterator[Databases]:
    """The PostgreSQL of this test process. Not durable: a test's data need not survive the test."""
    with migrated_clusters.opened() as cluster:
        supply = Databases(cluster)
        yield supply
        supply.close()


@pytest.fixture
def database(databases: Databases) -> Iterator[FreshDatabase]:
    """A migrated database of this test's own: `.url` (web), `.worker_url`, `.owner_url`, `.superuser_url`."""
    with databases.lent() as fresh:
        yield fresh


@pytest.fixture
async def db(database: FreshDatabase) -> AsyncIterator[Any]:
    """The test's database as web processes see it: an open kit.db.Database."""
    from visavis.kit.db import Database

    opened = await Database.open(database.url)
    yield opened
    await opened.close()


@pytest.fixture
async def owner(database: FreshDatabase) -> AsyncIterator[asyncpg.Connection]:
    """A connection that passes row-level security, to arrange and to look behind the scenes."""
    connection = await borrow(database.superuser_url)
    yield connection
    await give_back(database.superuser_url, connection)


@cache
def _settings() -> Settings:
    return Settings(given_secret_key=SECRET_KEY, web_processes=1)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of one test: a home of its own, a known key, no demonstration."""
    return _settings().model_copy(update={"home": tmp_path})


@pytest.fixture
async def app(settings: Settings, database: FreshDatabase) -> AsyncIterator[Any]:
    """The running application on the test's database. Override `settings` to change it."""
    async with running(application(settings, database.url)) as started:
        yield started


@pytest.fixture
async def client(app: Any, settings: Settings) -> AsyncIterator[Callable[..., httpx.AsyncClient]]:
    """Makes clients: each call another person's browser, with cookies of its own."""
    made: list[httpx.AsyncClient] = []

    def make(**options: Any) -> httpx.AsyncClient:
        made.append(visitor(app, settings.public_url, **options))
        return made[-1]

    yield make
    for each in made:
        await each.aclose()


@pytest.fixture
def server(database: FreshDatabase, tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Makes real servers: `server(processes=2, worker=True, demo=True)` has started when it returns.

    Several on one database behave as one; all are stopped afterwards.
    """
    made: list[Server] = []

    def make(**options: Any) -> Server:
        # The worker takes the address too, and swaps the role for its own.
        options = {"database_url": database.url, "secret_key": SECRET_KEY} | options
        made.append(Server(tmp_path, **options))
        return made[-1].start()

    yield make
    for each in made:
        each.stop()


@pytest.fixture(scope="session")
def site_database(databases: Databases) -> Iterator[FreshDatabase]:
    """The database of `site`: never swept, so who asks for it counts only what their own people did."""
    with databases.migrated() as fresh:
        yield fresh


@pytest.fixture(scope="session")
def kept_site(site_database: FreshDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Two web processes for all tests of this process: seconds in the starting."""
    home = tmp_path_factory.mktemp("site")
    kept = Server(home, processes=2, database_url=site_database.url, secret_key=SECRET_KEY)
    yield kept
    kept.stop()


@pytest.fixture
def site(kept_site: Server) -> Server:
    """It runs, whatever the test before did with it."""
    return kept_site if kept_site.running else kept_site.start()


@pytest.fixture
async def site_owner(site_database: FreshDatabase) -> AsyncIterator[asyncpg.Connection]:
    """As `owner`, of the database of `site`."""
    connection = await borrow(site_database.superuser_url)
    yield connection
    await give_back(site_database.superuser_url, connection)


@pytest.fixture(scope="session")
def stripes() -> Iterator[Stripes]:
    """The Stripe of this test process: localstripe, a second in the starting."""
    with open_stripes() as opened:
        yield opened


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Program]:
    """The browser program of this test process: seconds in the starting, and all profiles have room in it."""
    program = Program()
    yield program
    await program.end()


@pytest.fixture
async def people(browser: Program, request: pytest.FixtureRequest) -> AsyncIterator[People]:
    """Opens browsers: `page = await people.open(server.url)`. A script error in one fails the test."""
    opened = People(await browser.running())
    yield opened
    failed = request.node.stash.get(FAILED, False)
    if failed:
        await opened.tell()
    await opened.leave(well=not failed)
    assert opened.complaints == []
