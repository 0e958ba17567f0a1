"""The worker process: takes jobs from the queue and runs schedules, as the role visavis_worker.

It keeps nothing to itself: when the database goes away it ends, and the supervisor starts another. A job that
it had begun is taken up again by whoever comes next, at the latest after `_SILENCE`.
"""

import asyncio
import signal
from collections.abc import Iterator
from datetime import timedelta
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

import asyncpg
import msgspec
import structlog
from pgqueuer import AsyncpgPoolDriver, DatabaseRetryEntrypointExecutor, PgQueuer, Queries
from pgqueuer.adapters.persistence.qb import (
    QueryBuilderEnvironment,
    QueryQueueBuilder,
    QuerySchedulerBuilder,
)
from pgqueuer.core.executors import EntrypointExecutorParameters
from pgqueuer.models import Job as QueuedJob
from pgqueuer.models import Schedule as DueSchedule

from visavis.kit.clock import utc_now
from visavis.kit.db import Database
from visavis.operations.jobs import QUEUE, Job, Schedule, Work
from visavis.operations.roles import WORKER, url_for
from visavis.settings import Settings

DOMAINS = ("accounts", "practices", "availability", "booking", "payments", "live")
_SILENCE = timedelta(seconds=15)  # after this long without a sign of life a job counts as abandoned
_STOP_WITHIN = 5.0  # seconds
_LOOK_EVERY = 1.0  # seconds

_log = structlog.get_logger(__name__)


async def run_worker(settings: Settings, database_url: str) -> None:
    """Work until SIGTERM or SIGINT. Raises ConnectionError when the database goes away."""
    url = url_for(database_url, WORKER, settings.secret_key)
    async with asyncpg.create_pool(url, min_size=2, max_size=4, command_timeout=30) as pool:
        database = await Database.open(url, max_size=8)
        try:
            queuer = make_queuer(pool, database, settings)
            _stop_on_signals(queuer.shutdown)
            await _run_while_connected(queuer, pool)
        finally:
            await database.close()


def make_queuer(pool: asyncpg.Pool, database: Database, settings: Settings) -> PgQueuer:
    """The queue with every domain's jobs and schedules registered."""
    driver = AsyncpgPoolDriver(pool)
    queries = Queries(
        driver,
        QueryBuilderEnvironment(settings=QUEUE),
        QueryQueueBuilder(settings=QUEUE),
        QuerySchedulerBuilder(settings=QUEUE),
    )
    queuer = PgQueuer(driver, queries=queries)
    for module in job_modules():
        for job in getattr(module, "JOBS", []):
            _register_job(queuer, job, database, settings)
        for schedule in getattr(module, "SCHEDULES", []):
            _register_schedule(queuer, schedule, database, settings)
    return queuer


def job_modules() -> Iterator[ModuleType]:
    """The modules that may have JOBS and SCHEDULES: our own mail and each domain's `jobs`."""
    yield import_module("visavis.operations.mail")
    for domain in DOMAINS:
        if find_spec(f"visavis.{domain}.jobs"):
            yield import_module(f"visavis.{domain}.jobs")


def _register_job(queuer: PgQueuer, job: Job[Any], database: Database, settings: Settings) -> None:
    async def run(queued: QueuedJob) -> None:
        payload = msgspec.json.decode(queued.payload or b"", type=job.payload)
        await job.work(Work(database, settings, utc_now()), payload)

    def executor(parameters: EntrypointExecutorParameters) -> DatabaseRetryEntrypointExecutor:
        return DatabaseRetryEntrypointExecutor(
            parameters,
            max_attempts=job.attempts - 1,
            initial_delay=timedelta(seconds=2),
            max_delay=timedelta(hours=1),
        )

    queuer.entrypoint(job.name, on_failure="hold", accepts_context=False, executor_factory=executor)(run)


def _register_schedule(queuer: PgQueuer, schedule: Schedule, database: Database, settings: Settings) -> None:
    async def run(_due: DueSchedule) -> None:
        await schedule.work(Work(database, settings, utc_now()))

    queuer.schedule(schedule.name, schedule.cron, clean_old=True, accepts_context=False)(run)


async def _run_while_connected(queuer: PgQueuer, pool: asyncpg.Pool) -> None:
    run = asyncio.create_task(
        queuer.run(
            dequeue_timeout=timedelta(seconds=10),
            heartbeat_timeout=_SILENCE,
            shutdown_on_listener_failure=True,
        )
    )
    watch = asyncio.create_task(_await_loss(pool, queuer.shutdown))
    await asyncio.wait({run, watch}, return_when=asyncio.FIRST_COMPLETED)
    queuer.shutdown.set()
    await asyncio.wait({run}, timeout=_STOP_WITHIN)
    run.cancel()
    for task in (watch, run):
        if task.done() and not task.cancelled() and (error := task.exception()):
            raise ConnectionError(f"the worker lost its database: {error}") from error


async def _await_loss(pool: asyncpg.Pool, stopping: asyncio.Event) -> None:
    """Return when told to stop; raise when the database does not answer any more."""
    async with pool.acquire() as connection:
        while not stopping.is_set():
            await connection.execute("select 1", timeout=10)
            await _sleep(stopping, _LOOK_EVERY)


async def _sleep(stopping: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stopping.wait(), seconds)
    except TimeoutError:
        return


def _stop_on_signals(stopping: asyncio.Event) -> None:
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, stopping.set)
