"""Jobs on the real queue, worked off by the real PgQueuer."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import asyncpg
import msgspec
import pytest
from pgqueuer.adapters.persistence.qb import QueryQueueBuilder

from tests.support.databases import FreshDatabase
from tests.support.pools import shelf
from visavis.kit.actor import SYSTEM
from visavis.kit.clock import utc_now
from visavis.kit.db import Database
from visavis.operations import upkeep, worker
from visavis.operations.jobs import Job, Schedule, Work
from visavis.operations.queries import enqueue
from visavis.operations.worker import QUEUE
from visavis.settings import Settings


class Number(msgspec.Struct, frozen=True):
    value: int


Runs = list[int]
Start = Callable[..., Awaitable[None]]


@pytest.fixture
async def start(
    database: FreshDatabase, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Start]:
    """Starts a worker that knows these jobs and schedules."""
    tasks: list[asyncio.Task[Any]] = []

    async def begin(*jobs: Job[Any], schedules: tuple[Schedule, ...] = ()) -> None:
        module = SimpleNamespace(JOBS=list(jobs), SCHEDULES=list(schedules))
        monkeypatch.setattr(worker, "job_modules", lambda: [module])
        tasks.append(asyncio.create_task(worker.run_worker(settings, database.worker_url)))

    yield begin
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def until(what: Callable[[], bool | Awaitable[bool]]) -> None:
    async with asyncio.timeout(60):
        while True:
            seen = what()
            if seen if isinstance(seen, bool) else await seen:
                return
            await asyncio.sleep(0.02)


def counting(runs: Runs, name: str = "test.count") -> Job[Number]:
    async def count(_work: Work, number: Number) -> None:
        runs.append(number.value)

    return Job(name, Number, count)


async def test_runs_with_the_commit_of_its_transaction(db: Database, start: Start) -> None:
    runs: Runs = []
    job = counting(runs)
    await start(job)
    async with db.handle().transaction(SYSTEM) as tx:
        await job.ask(tx, Number(1))
        await asyncio.sleep(0.3)
        assert runs == []
    await until(lambda: runs == [1])


async def test_rolled_back_job_never_was(db: Database, start: Start) -> None:
    runs: Runs = []
    job = counting(runs)

    async def change_of_mind() -> None:
        async with db.handle().transaction(SYSTEM) as tx:
            await job.ask(tx, Number(1))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await change_of_mind()
    async with db.handle().transaction(SYSTEM) as tx:
        await job.ask(tx, Number(2))
    await start(job)
    await until(lambda: runs == [2])


async def test_waits_for_its_time(db: Database, start: Start) -> None:
    ran: dict[int, datetime] = {}

    async def note(_work: Work, number: Number) -> None:
        ran[number.value] = utc_now()

    job = Job("test.note", Number, note)
    await start(job)
    soon = utc_now() + timedelta(seconds=1.5)
    async with db.handle().transaction(SYSTEM) as tx:
        await job.ask(tx, Number(1), at=soon)
        await job.ask(tx, Number(2))
        await job.ask(tx, Number(3), at=utc_now() - timedelta(days=1))
        await job.ask(tx, Number(4), at=utc_now() + timedelta(hours=1))
    await until(lambda: set(ran) >= {1, 2, 3})
    assert ran[1] >= soon
    assert 4 not in ran


async def test_failing_job_runs_again(db: Database, start: Start) -> None:
    runs: Runs = []

    async def stumble(_work: Work, number: Number) -> None:
        runs.append(number.value)
        if len(runs) == 1:
            raise ConnectionError("the first time")

    job = Job("test.stumble", Number, stumble)
    await start(job)
    async with db.handle().transaction(SYSTEM) as tx:
        await job.ask(tx, Number(7))
    await until(lambda: runs == [7, 7])


async def test_hopeless_job_is_held(db: Database, start: Start, owner: asyncpg.Connection) -> None:
    async def fail(_work: Work, _number: Number) -> None:
        raise ValueError("always")

    job = Job("test.fail", Number, fail, attempts=1)
    await start(job)
    async with db.handle().transaction(SYSTEM) as tx:
        await job.ask(tx, Number(1))
    held = "select status = 'failed' from jobs.pgqueuer"
    await until(lambda: owner.fetchval(held))


async def test_works_as_the_worker_role(db: Database, start: Start) -> None:
    seen: list[str] = []

    async def look(work: Work, _number: Number) -> None:
        async with work.database.handle().transaction(SYSTEM) as tx:
            seen.append(await tx.fetchval("select current_user"))
        assert work.now.utcoffset() == timedelta(0)

    job = Job("test.look", Number, look)
    await start(job)
    async with db.handle().transaction(SYSTEM) as tx:
        await job.ask(tx, Number(1))
    await until(lambda: seen == ["visavis_worker"])


async def test_schedule_runs_by_the_clock(start: Start) -> None:
    ticks: Runs = []

    async def tick(_work: Work) -> None:
        ticks.append(1)

    # The sixth field of this parser is seconds.
    await start(schedules=(Schedule("test.tick", "* * * * * */1", tick),))
    await until(lambda: len(ticks) >= 2)


async def test_lost_database_ends_the_worker(
    database: FreshDatabase, settings: Settings, owner: asyncpg.Connection
) -> None:
    shelf.clear()  # of the connections below, all are this worker's
    running = asyncio.create_task(worker.run_worker(settings, database.worker_url))
    working = """select count(*) >= 2 from pg_stat_activity
        where datname = current_database() and usename = 'visavis_worker'"""
    await until(lambda: owner.fetchval(working))
    await owner.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'visavis_worker'"
    )
    with pytest.raises(worker.LostDatabaseError, match="The worker lost its database"):
        async with asyncio.timeout(60):
            await running


async def test_old_log_is_forgotten(
    database: FreshDatabase, db: Database, start: Start, owner: asyncpg.Connection
) -> None:
    job = counting([])
    await start(job)
    async with db.handle().transaction(SYSTEM) as tx:
        await job.ask(tx, Number(1))
    done = "select count(*) filter (where status = 'successful') = 1 from jobs.pgqueuer_log"
    await until(lambda: owner.fetchval(done))
    await owner.execute("update jobs.pgqueuer_log set aggregated = true, created = now() - interval '8 days'")
    (schedule,) = upkeep.SCHEDULES
    opened = await Database.open(database.worker_url)
    await schedule.work(Work(opened, Settings(), utc_now()))
    await opened.close()
    assert await owner.fetchval("select count(*) from jobs.pgqueuer_log") == 0


async def test_web_role_sees_no_payload(database: FreshDatabase, db: Database) -> None:
    for forbidden in (
        "select payload from jobs.pgqueuer",
        "delete from jobs.pgqueuer",
        "select * from jobs.pgqueuer_log",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with db.handle().transaction(SYSTEM) as tx:
                await tx.execute(forbidden)


def test_every_domain_job_has_its_own_name() -> None:
    names = [each.name for module in worker.job_modules() for each in getattr(module, "JOBS", [])]
    names += [each.name for module in worker.job_modules() for each in getattr(module, "SCHEDULES", [])]
    assert len(names) == len(set(names))
    assert "operations.send_mail" in names


def test_jobs_are_queued_as_the_queue_does_it() -> None:
    theirs = QueryQueueBuilder(settings=QUEUE).build_enqueue_query("skip")
    without_comments = re.sub(r"--.*", "", theirs)
    assert _plain(enqueue.sql) == _plain(without_comments)


def _plain(sql: str) -> str:
    return re.sub(r"\s+", "", sql).lower()
