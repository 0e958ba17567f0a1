"""What accounts forget by themselves."""

from datetime import UTC, datetime
from typing import Any

from tests.accounts.visits import join, sign_in, submit
from visavis.accounts.jobs import SCHEDULES
from visavis.kit.db import Database
from visavis.operations.jobs import Work
from visavis.settings import Settings


async def test_what_has_ended_is_forgotten_and_nothing_else(
    client: Any, owner: Any, database: Any, settings: Settings
) -> None:
    await join(client(), owner)
    await owner.execute("update sign_in set expires_at = now() - interval '1 second'")
    await owner.execute("update account_token set expires_at = now() - interval '8 days'")
    await owner.execute("update rate_limit set window_ends_at = now() - interval '1 second'")
    await sign_in(client(), password="not the password")
    await sign_in(client())
    await submit(client(), "/forgot-password", {"email": "ada@example.net"})
    worker = await Database.open(database.worker_url)
    for schedule in SCHEDULES:
        await schedule.work(Work(worker, settings, datetime.now(UTC)))
    await worker.close()
    assert await owner.fetchval("select count(*) from sign_in") == 1
    assert await owner.fetchval("select count(*) from account_token") == 1
    assert await owner.fetchval("select bool_and(window_ends_at > now()) from rate_limit")
