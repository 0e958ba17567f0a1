"""Who has to check a payment, and who waits for the answer, gets a mail: once, and only if they want it."""

from typing import Any
from uuid import UUID

import pytest

from tests.credits.test_pages import SLIP, bought, sold
from tests.support.tabs import Meeting
from visavis.credits.mails import MAIL, PurchaseAsked, send
from visavis.kit.clock import utc_now
from visavis.kit.db import Database
from visavis.operations.jobs import Work
from visavis.settings import Settings


@pytest.fixture
async def work(database: Any, settings: Settings) -> Any:
    worker = await Database.open(database.worker_url)
    yield Work(worker, settings, utc_now())
    await worker.close()


async def test_each_step_is_told_to_whoever_has_to_know(meeting: Meeting, owner: Any, work: Work) -> None:
    await meeting.practitioner.get("/credits")
    path = await bought(meeting.client, await sold(meeting, owner))
    asked = PurchaseAsked(UUID(path.rpartition("/")[2]))
    steps = (
        (meeting.client, "payment", {}, "A payment for credits to check"),
        (
            meeting.practitioner,
            "refusal",
            {"reason": "Not here"},
            "Your credits need another proof of payment",
        ),
        (meeting.client, "payment", {}, "A payment for credits to check"),
        (meeting.practitioner, "verification", {}, "Your credits are there"),
    )
    for number, (tab, step, typed, subject) in enumerate(steps, 1):
        await tab.post(f"{path}/{step}", typed, SLIP if step == "payment" else None)
        for _ in range(2):  # a job runs at least once
            await send(work, asked)
        mails = await owner.fetch(
            "select * from outbox_mail where subject not like 'Welcome%' order by created_at"
        )
        assert (len(mails), mails[-1]["subject"]) == (number, subject)
        assert path in mails[-1]["text_body"]
        assert "Not here" not in mails[-1]["text_body"]
    entrypoints = await owner.fetch("select entrypoint from jobs.pgqueuer")
    assert [row[0] for row in entrypoints].count(MAIL.name) == len(steps)


async def test_who_wants_no_mail_about_credits_gets_none(meeting: Meeting, owner: Any, work: Work) -> None:
    await owner.execute(
        "insert into notification_choice (account_id, mail_off) values ($1, '{credits}')",
        meeting.practitioner.person.id,
    )
    path = await bought(meeting.client, await sold(meeting, owner))
    await meeting.client.post(f"{path}/payment", {}, SLIP)
    await send(work, PurchaseAsked(UUID(path.rpartition("/")[2])))
    assert await owner.fetchval("select count(*) from outbox_mail") == 0
