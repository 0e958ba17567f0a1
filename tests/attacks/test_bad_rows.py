"""The worker's round: what fails for one session fails for that one alone."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from tests.support.tabs import Meeting
from visavis.booking import actions, reminders
from visavis.kit.actor import SYSTEM
from visavis.kit.db import Database
from visavis.kit.sealing import Keyring

DAY = timedelta(days=1)


@pytest.fixture
async def worker(database: Any) -> AsyncIterator[Database]:
    opened = await Database.open(database.worker_url)
    yield opened
    await opened.close()


async def test_one_that_cannot_lapse_keeps_no_other_from_it(
    meeting: Meeting, worker: Database, owner: asyncpg.Connection
) -> None:
    first, second = await meeting.booked(hour=10), await meeting.booked(hour=12)
    # As what is checked with the commit would fail: its own transaction alone knows.
    await owner.execute(
        f"""create function fails() returns trigger language plpgsql as
            $$ begin raise exception 'a row that fails' using errcode = 'check_violation'; end $$;
        create constraint trigger fails after update on session deferrable initially deferred
            for each row when (new.id = '{first.id}') execute function fails()"""
    )
    try:
        late = max(first.due_at, second.due_at) + DAY
        assert await actions.expire_overdue(worker.handle(), SYSTEM, late) == 1
    finally:
        await owner.execute("drop trigger fails on session; drop function fails()")
    found = dict(await owner.fetch("select id, status from session"))
    assert found == {first.id: "pending_approval", second.id: "expired"}
    assert await actions.expire_overdue(worker.handle(), SYSTEM, late) == 1


async def test_one_letter_that_cannot_be_written_keeps_no_other_back(
    meeting: Meeting, worker: Database, owner: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = (await meeting.confirmed(days=4)).starts_at - DAY
    real, emma = reminders.mail_of, meeting.client.person.id

    def write(reminder: reminders.ReminderRow, *how: str) -> Any:
        if reminder.account_id == emma:
            raise LookupError("no such language")
        return real(reminder, *how)

    monkeypatch.setattr(reminders, "mail_of", write)
    keys = Keyring(b"k" * 32, purpose="test")
    for looked, sent in ((moment, 1), (moment + timedelta(minutes=1), 0)):
        how = "https://sessions.example.org", keys, looked
        assert await reminders.send_reminders(worker.handle(), SYSTEM, *how) == sent
    assert await owner.fetchval("select count(*) from reminder_sent where account_id = $1", emma) == 0
