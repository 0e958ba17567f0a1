"""A real PostgreSQL for the tests of one process, and for each test a migrated database as good as new."""

import asyncio
import itertools
import os
import shutil
import tempfile
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
import msgspec

from tests.support.emptying import Broom
from tests.support.pools import shelf
from visavis.operations.cluster import DATABASE, OWNER, SUPERUSER, Cluster
from visavis.operations.migrate import prepare_database
from visavis.operations.roles import WEB, WORKER, url_for

SECRET_KEY = "a key for tests, long enough for anybody"
T = TypeVar("T")


@dataclass(frozen=True)
class FreshDatabase:
    """The addresses of one test's database, one for each role."""

    name: str
    owner_url: str
    superuser_url: str

    @property
    def url(self) -> str:
        """As visavis_web."""
        return url_for(self.owner_url, WEB, SECRET_KEY.encode())

    @property
    def worker_url(self) -> str:
        """As visavis_worker."""
        return url_for(self.owner_url, WORKER, SECRET_KEY.encode())


class Databases:
    """The cluster of one test process, and its supply of databases cloned from a migrated template."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        # A loop of its own, so that tests with and without a running loop can ask.
        self._loop = asyncio.new_event_loop()
        self._numbers = itertools.count(1)
        self._superuser = self._wait(
            asyncpg.connect(cluster.url("postgres", SUPERUSER), timeout=60, command_timeout=60)
        )
        self._template_ready = False
        self._swept: tuple[FreshDatabase, Broom] | None = None

    @contextmanager
    def empty(self) -> Iterator[FreshDatabase]:
        """A database without any table, dropped afterwards."""
        yield from self._database("template1")

    @contextmanager
    def migrated(self) -> Iterator[FreshDatabase]:
        """A database with every migration applied, dropped afterwards."""
        self._ensure_template()
        yield from self._database(DATABASE)

    @contextmanager
    def copied(self, filled: FreshDatabase) -> Iterator[FreshDatabase]:
        """A database like another one, to which nobody may be connected; dropped afterwards."""
        yield from self._database(filled.name)

    @contextmanager
    def lent(self) -> Iterator[FreshDatabase]:
        """The same as `migrated`, for one at a time: swept between its users instead of made for each."""
        fresh, broom = self._swept or self._with_broom()
        self._swept = None
        try:
            yield fresh
        finally:
            if self._wait(broom.sweep()):
                self._swept = fresh, broom
            else:
                self._discard(fresh, broom)

    def _with_broom(self) -> tuple[FreshDatabase, Broom]:
        self._ensure_template()
        fresh = self._create(DATABASE)
        return fresh, self._wait(Broom.of(fresh.superuser_url))

    def _discard(self, fresh: FreshDatabase, broom: Broom) -> None:
        self._wait(broom.close())
        self._drop(fresh)

    def shut(self, database: FreshDatabase) -> None:
        """Let nobody connect to a database any more, and end who is connected: as if it were lost.

        From another thread than the loop's, which has to hear of it; what rests is the loop's to drop.
        """
        self._run(f"alter database {database.name} allow_connections false")
        self._run(f"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{database.name}'")

    def close(self) -> None:
        """Let go of everything; the cluster ends next."""
        shelf.clear()
        if self._swept is not None:
            self._discard(*self._swept)
        self._wait(self._superuser.close())
        self._loop.close()

    def _ensure_template(self) -> None:
        if not self._template_ready:
            self._wait(prepare_database(self.cluster.url(), SECRET_KEY.encode()))
            self._template_ready = True

    def _database(self, template: str) -> Iterator[FreshDatabase]:
        fresh = self._create(template)
        try:
            yield fresh
        finally:
            self._drop(fresh)

    def _create(self, template: str) -> FreshDatabase:
        name = f"test_{next(self._numbers)}"
        self._run(f"create database {name} template {template} strategy file_copy owner {OWNER}")
        # What a database may do is not cloned with it.
        self._run(f"revoke all on database {name} from public")
        self._run(f"do $$ begin grant connect on database {name} to {WEB}, {WORKER}; "
                  "exception when undefined_object then null; end $$")  # fmt: skip
        return FreshDatabase(name, self.cluster.url(name), self.cluster.url(name, SUPERUSER))

    def _drop(self, fresh: FreshDatabase) -> None:
        self._run(f"drop database {fresh.name} with (force)")

    def _run(self, statement: str) -> None:
        self._wait(self._superuser.execute(statement))

    def _wait(self, work: Coroutine[Any, Any, T]) -> T:
        return self._loop.run_until_complete(work)


_MEMORY = Path("/dev/shm")
_ENOUGH = 2 << 30  # bytes


@contextmanager
def short_folder() -> Iterator[Path]:
    """A folder with a path short enough for sockets (pytest's own are long), removed afterwards.

    In memory where there is enough of it: a new database is hundreds of small files, half a second on a disk.
    """
    roomy = os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ENOUGH
    folder = Path(tempfile.mkdtemp(prefix="visavis-", dir=_MEMORY if roomy else None))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def borrow(url: str) -> asyncpg.Connection:
    """The same as `connect`, for who gives it back: somebody may have used it before."""
    found: asyncpg.Connection = shelf.take((url,)) or await connect(url)
    return found


async def give_back(url: str, connection: asyncpg.Connection) -> None:
    """Leave it to the next one, as it was, unless it is closed."""
    if not connection.is_closed():
        await connection.reset(timeout=20)
        shelf.put((url,), connection)


async def connect(url: str) -> asyncpg.Connection:
    """A plain connection that reads and writes jsonb as Python values."""
    # Whoever waits for a lock that a failed test still holds gives up.
    connection = await asyncpg.connect(url, timeout=60, server_settings={"lock_timeout": "60s"})
    await connection.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        encoder=lambda value: msgspec.json.encode(value).decode(),
        decoder=msgspec.json.decode,
    )
    return connection


async def deadlocks(owner: asyncpg.Connection) -> int:
    """How many there have been in the database: by all its users, so a test compares before and after."""
    query = "select deadlocks from pg_stat_database where datname = current_database()"
    found: int = await owner.fetchval(query)
    return found
