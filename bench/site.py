"""What is measured: a durable PostgreSQL, a migrated database, real web processes, and many people.

People have ids and tokens that follow from their number, so that pgbench can compute them too.
"""

import asyncio
import hashlib
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import asyncpg
import msgspec
import uvloop
from tests.support.databases import SECRET_KEY, Databases, FreshDatabase, connect, short_folder
from tests.support.servers import Server

from visavis.booking.policies import PRESETS
from visavis.operations.cluster import Cluster

CLIENTS, PRACTITIONERS = 4800, 120  # of one crowd


class Crowd(msgspec.Struct, frozen=True):
    """One set of people; `letter` (a hex digit) keeps crowds apart."""

    letter: str

    def client(self, number: int) -> UUID:
        return UUID(self.pattern("c") + f"{number:010}")

    def practitioner(self, number: int) -> UUID:
        return UUID(self.pattern("d") + f"{number:010}")

    def offering(self, number: int) -> UUID:
        return UUID(self.pattern("e") + f"{number:010}")

    def token(self, number: int) -> str:
        """Of client `number`: sign-in cookie and API key."""
        return f"{self.letter}-{number}"

    def pattern(self, kind: str) -> str:
        """An id without its last ten digits, which are the number."""
        return f"00000000-0000-7000-8000-{self.letter}{kind}"


class Site:
    """The database and what runs on it."""

    def __init__(self, home: Path, cluster: Cluster, database: FreshDatabase) -> None:
        self.home = home
        self.cluster = cluster
        self.database = database

    @contextmanager
    def server(self, processes: int = 2, **options: object) -> Iterator[Server]:
        """Web processes on a free port."""
        options = {"database_url": self.database.url, "secret_key": SECRET_KEY} | options
        server = Server(self.home, processes=processes, **options)  # type: ignore[arg-type]
        server.start()
        try:
            yield server
        finally:
            server.stop()

    async def owner(self) -> asyncpg.Connection:
        """A connection that sees and may do everything."""
        return await connect(self.database.superuser_url)

    @property
    def programs(self) -> Path:
        """Where pgbench is."""
        return Path(self.cluster.server.programs.folder)


@contextmanager
def site() -> Iterator[Site]:
    """A site of its own, durable as in production; gone afterwards."""
    with short_folder() as home, Cluster(home, durable=True) as cluster:
        supply = Databases(cluster)
        try:
            with supply.migrated() as fresh:
                yield Site(home, cluster, fresh)
        finally:
            supply.close()


async def settle(site: Site, crowd: Crowd) -> None:
    """Let a crowd live here: published practices that work around the clock, confirmed clients."""
    owner = await site.owner()
    clients = [crowd.client(number) for number in range(CLIENTS)]
    practitioners = [crowd.practitioner(number) for number in range(PRACTITIONERS)]
    hashes = [hashlib.sha256(crowd.token(number).encode()).digest() for number in range(CLIENTS)]
    offerings = [crowd.offering(number) for number in range(PRACTITIONERS)]
    policy = msgspec.to_builtins(PRESETS["approve_then_transfer"].policy)
    async with owner.transaction():
        await owner.execute(_ACCOUNTS, clients + practitioners)
        await owner.execute(_SIGN_INS, clients, hashes)
        await owner.execute(_PRACTICES, practitioners)
        await owner.execute(_OFFERINGS, offerings, practitioners, policy)
    await owner.execute("vacuum analyze")
    await owner.close()


_ACCOUNTS = """
    with made as (insert into account (id, email, email_confirmed_at)
        select id, id || '@example.org', now() from unnest($1::uuid[]) id returning id)
    insert into person (id, name, time_zone) select id, 'Person', 'Europe/London' from made
"""
_SIGN_INS = """
    with keys as (insert into api_key (account_id, name, hint, token_hash, last_used_at)
        select id, 'bench', 'x', hash, now() from unnest($1::uuid[], $2::bytea[]) each (id, hash))
    insert into sign_in (account_id, token_hash, expires_at)
    select id, hash, now() + interval '1 day' from unnest($1::uuid[], $2::bytea[]) each (id, hash)
"""
_PRACTICES = """
    with made as (insert into practice
            (practitioner_id, title, time_zone, rate_minor, notice_minutes, published_at)
        select id, 'Psychologist', 'Europe/London', 8000, 0, now() from unnest($1::uuid[]) id
        returning practitioner_id),
    marked as (update account set is_practitioner = true, is_client = false where id = any ($1))
    insert into working_hours (practitioner_id, day_of_week, starts_minute, ends_minute)
    select practitioner_id, day, 0, 1440 from made, generate_series(0, 6) day
"""
_OFFERINGS = """
    insert into offering (id, practitioner_id, name, lengths_minutes, pricing, policy)
    select id, practitioner, 'Talking session', '{60}', 'rate', $3
    from unnest($1::uuid[], $2::uuid[]) each (id, practitioner)
"""


T = TypeVar("T")


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine on uvloop, as the servers do: the load must cost little."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)
