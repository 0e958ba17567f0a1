"""Mail from the outbox to a real SMTP server."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import aiosmtplib
import asyncpg
import pytest

from tests.support.databases import FreshDatabase
from tests.support.postbox import Postbox, open_postbox
from visavis.kit.actor import SYSTEM
from visavis.kit.clock import utc_now
from visavis.kit.db import Database
from visavis.kit.letters import Written
from visavis.operations import mail
from visavis.operations.jobs import Work
from visavis.settings import Settings


@pytest.fixture
def postbox() -> Iterator[tuple[Postbox, str]]:
    with open_postbox() as opened:
        yield opened


@pytest.fixture
def box(postbox: tuple[Postbox, str]) -> Postbox:
    return postbox[0]


@pytest.fixture
async def unsent(database: FreshDatabase, settings: Settings) -> AsyncIterator[Work]:
    """The worker of an installation without a mail server."""
    opened = await Database.open(database.worker_url)
    yield Work(opened, settings.model_copy(update={"smtp_url": None}), utc_now())
    await opened.close()


@pytest.fixture
def work(unsent: Work, postbox: tuple[Postbox, str]) -> Work:
    """The worker of one whose mail server is the postbox."""
    sending = unsent.settings.model_copy(update={"smtp_url": postbox[1]})
    return Work(unsent.database, sending, unsent.now)


async def put(db: Database, owner: asyncpg.Connection, **words: str) -> mail.MailId:
    written = Written(words.get("subject", "Grüße"), "Hello", words.get("html", ""))
    async with db.handle().transaction(SYSTEM) as tx:
        await mail.enqueue(tx, words.get("to", "ann@example.org"), written)
    return mail.MailId(await owner.fetchval("select id from outbox_mail order by created_at desc"))


async def test_sent_once_and_remembered(
    db: Database, owner: asyncpg.Connection, work: Work, box: Postbox
) -> None:
    asked = await put(db, owner, html="<p>Hello</p>")
    assert (
        await owner.fetchval("select count(*) from jobs.pgqueuer where entrypoint = 'operations.send_mail'")
        == 1
    )
    await mail.SEND.work(work, asked)
    await mail.SEND.work(work, asked)
    (letter,) = box.letters
    assert letter["To"] == "ann@example.org"
    assert letter["From"] == "Visavis <visavis@localhost>"
    assert letter["Subject"] == "Grüße"
    assert letter["Message-ID"] == f"<{asked.mail_id}@localhost>"
    assert letter.get_body(("html",)).get_content().strip() == "<p>Hello</p>"
    assert letter.get_body(("plain",)).get_content().strip() == "Hello"
    assert await owner.fetchval("select sent_at is not null and attempts = 1 from outbox_mail")


async def test_refused_mail_says_why_and_is_tried_again(
    db: Database, owner: asyncpg.Connection, work: Work, box: Postbox
) -> None:
    box.answer = "451 come back later"
    asked = await put(db, owner)
    with pytest.raises(aiosmtplib.SMTPException):
        await mail.SEND.work(work, asked)
    row = await owner.fetchrow("select attempts, last_error, sent_at from outbox_mail")
    assert row["attempts"] == 1
    assert "come back later" in row["last_error"]
    assert row["sent_at"] is None
    box.answer = "250 taken"
    await mail.SEND.work(work, asked)
    assert len(box.letters) == 1


async def test_an_address_that_does_not_exist_is_not_asked_for_again(
    db: Database, owner: asyncpg.Connection, work: Work, box: Postbox
) -> None:
    box.unknown.add("ann@example.org")
    asked = await put(db, owner)
    await mail.SEND.work(work, asked)
    box.unknown.clear()
    await mail.SEND.work(work, asked)
    row = await owner.fetchrow("select attempts, last_error, given_up_at from outbox_mail")
    assert (row["attempts"], row["given_up_at"]) == (1, work.now)
    assert "no such person" in row["last_error"]
    assert box.letters == []


async def test_two_workers_send_one_mail(
    db: Database, owner: asyncpg.Connection, work: Work, box: Postbox
) -> None:
    """The slower one does not wait: it looks again later, in case the other dies."""
    asked = await put(db, owner)
    both = await asyncio.gather(*(mail.SEND.work(work, asked) for _ in range(2)), return_exceptions=True)
    assert {type(each) for each in both} <= {type(None), mail.InHandError}
    assert len(box.letters) == 1
    in_hand = "update outbox_mail set sent_at = null, sending_until = $1"
    await owner.execute(in_hand, work.now + timedelta(minutes=1))
    with pytest.raises(mail.InHandError):
        await mail.SEND.work(work, asked)
    await owner.execute(in_hand, work.now)
    await mail.SEND.work(work, asked)  # whoever had it in hand died
    assert len(box.letters) == 2
    assert box.letters[0]["Message-ID"] == box.letters[1]["Message-ID"]


async def test_without_a_server_it_stays_in_the_outbox(
    db: Database, owner: asyncpg.Connection, unsent: Work
) -> None:
    asked = await put(db, owner)
    await mail.SEND.work(unsent, asked)
    assert await owner.fetchval("select sent_at is null and attempts = 0 from outbox_mail")


async def test_subject_cannot_add_headers(
    db: Database, owner: asyncpg.Connection, work: Work, box: Postbox
) -> None:
    asked = await put(db, owner, subject="Hello\r\nBcc: everybody@example.org")
    with pytest.raises(ValueError, match="linefeed"):
        await mail.SEND.work(work, asked)
    assert box.letters == []


async def test_old_mail_is_forgotten(db: Database, owner: asyncpg.Connection, unsent: Work) -> None:
    await put(db, owner)
    asked = await put(db, owner)
    await owner.execute(
        "update outbox_mail set created_at = now() - interval '31 days' where id = $1", asked.mail_id
    )
    (schedule,) = mail.SCHEDULES
    await schedule.work(unsent)
    assert await owner.fetchval("select count(*) from outbox_mail") == 1
