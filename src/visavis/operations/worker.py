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
from pgqueuer import AsyncpgDriver, DatabaseRetryEntrypointExecutor, PgQueuer, Queries
from pgqueuer.adapters.persistence.qb import (
    QueryBuilderEnvironment,
    QueryQueueBuilder,
    QuerySchedulerBuilder,
)
from pgqueuer.core.executors import EntrypointExecutorParameters
from pgqueuer.domain.settings import DBSettings
from pgqueuer.models import Job as QueuedJob
from pgqueuer.models import Schedule as DueSchedule

from visavis.kit.clock import utc_now
from visavis.kit.db import Database
from visavis.kit.errors import UnavailableError
from visavis.operations.errors import StartError
from visavis.operations.jobs import Job, Schedule, Work
from visavis.operations.roles import WORKER, url_for
from visavis.settings import Settings

QUEUE = DBSettings(db_schema="jobs")
DOMAINS = (
    "accounts",
    "practices",
    "availability",
    "booking",
    "payments",
    "chat",
    "credits",
    "cards",
    "money",
    "papers",
    "notifications",
    "video",
    "live",
    "api",
)
_SILENCE = timedelta(seconds=15)  # after this long without a sign of life a job counts as abandoned
_STOP_WITHIN = 5.0  # seconds
_LOOK_EVERY = 2.0  # seconds
_LOOK_ANYWAY = timedelta(seconds=10)  # without being notified


class LostDatabaseError(StartError):
    """The worker ends, for the supervisor to start another."""


async def run_worker(settings: Settings, database_url: str) -> None:
    """Work until SIGTERM or SIGINT. Raises LostDatabaseError when the database goes away."""
    url = url_for(database_url, WORKER, settings.secret_key)
    try:
        connection = await asyncpg.connect(url, timeout=10, command_timeout=30)
        database = await Database.open(url, max_size=8)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise LostDatabaseError(f"The worker cannot reach its database: {error}.") from error
    try:
        await _start(Work(database, settings, utc_now()))
        queuer = make_queuer(connection, database, settings)
        _stop_on_signals(queuer.shutdown)
        await _run_while_connected(queuer, connection)
    finally:
        connection.terminate()
        await database.close()


async def _start(work: Work) -> None:
    """What each domain's `jobs` does once when a worker starts (STARTS)."""
    try:
        for module in job_modules():
            for start in getattr(module, "STARTS", []):
                await start(work)
    except UnavailableError as error:
        raise LostDatabaseError(f"The worker lost its database: {error.__cause__!r}.") from error


def make_queuer(connection: asyncpg.Connection, database: Database, settings: Settings) -> PgQueuer:
    """The queue with every domain's jobs and schedules registered; all its own work is on `connection`."""
    driver = AsyncpgDriver(connection)
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
    """The modules that may have JOBS, SCHEDULES and FILES: our own, and each domain's `jobs`."""
    yield import_module("visavis.operations.mail")
    yield import_module("visavis.operations.upkeep")
    yield import_module("visavis.operations.sweep")
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


async def _run_while_connected(queuer: PgQueuer, connection: asyncpg.Connection) -> None:
    # PgQueuer's own check of its listener may ask before it listens, and takes the silence for a failure.
    run = asyncio.create_task(queuer.run(dequeue_timeout=_LOOK_ANYWAY, heartbeat_timeout=_SILENCE))
    watch = asyncio.create_task(_await_loss(queuer, connection))
    await asyncio.wait({run, watch}, return_when=asyncio.FIRST_COMPLETED)
    queuer.shutdown.set()
    await asyncio.wait({run, watch}, timeout=_STOP_WITHIN)
    for task in (watch, run):
        task.cancel()
    ended, _deaf = await asyncio.wait(
        {run, watch}, timeout=_STOP_WITHIN
    )  # what does not hear it is left behind
    for outcome in (task.exception() for task in ended if not task.cancelled()):
        if isinstance(outcome, Exception):
            raise LostDatabaseError(f"The worker lost its database: {outcome!r}.") from outcome


async def _await_loss(queuer: PgQueuer, connection: asyncpg.Connection) -> None:
    """Return when told to stop; raise when the connection ends or does not answer any more."""
    lost = asyncio.Event()
    connection.add_termination_listener(lambda _connection: lost.set())
    while not queuer.shutdown.is_set():
        await queuer.connection.execute("select 1")
        await _first_of(queuer.shutdown, lost, seconds=_LOOK_EVERY)
        if lost.is_set():
            raise ConnectionError("the connection ended")


async def _first_of(*events: asyncio.Event, seconds: float) -> None:
    waits = [asyncio.create_task(event.wait()) for event in events]
    await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    for each in waits:
        each.cancel()


def _stop_on_signals(stopping: asyncio.Event) -> None:
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, stopping.set)
