"""Mail about what happened: to a real SMTP server, read with other libraries than those that wrote it."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any
from uuid import UUID

import aiosmtplib
import asyncpg
import pytest

from tests.support.postbox import Postbox, open_postbox
from tests.support.tabs import Meeting, now, picture, words
from tests.support.world import make_offering
from visavis.booking import actions
from visavis.booking.rescheduling import answer_time, propose_time
from visavis.kit.db import Database
from visavis.notifications.mail import MAIL, MailAsked
from visavis.operations.jobs import Work
from visavis.payments.actions import Proof, reject_payment, submit_payment, verify_payment
from visavis.settings import Settings

if TYPE_CHECKING:
    from ical.calendar import Calendar

SITE = "https://sessions.example.org"
DAY = timedelta(days=1)
TIME = r"\w{3} \d+ \w{3} \d{4}, \d\d:\d\d"


class Postman:
    """The worker: does every job about a notification, again and again, and shows what arrived."""

    def __init__(self, worker: Database, owner: asyncpg.Connection, settings: Settings, box: Postbox) -> None:
        self.worker, self.owner, self.settings, self.box = worker, owner, settings, box

    async def asked(self) -> list[MailAsked]:
        rows = await self.owner.fetch(
            "select payload from jobs.pgqueuer where entrypoint = 'notifications.mail' order by id"
        )
        return [MailAsked(UUID(str(_decoded(row["payload"])))) for row in rows]

    async def goes(self, times: int = 1) -> list[tuple[str, str]]:
        """Who got which subject, without the time in it."""
        for each in await self.asked():
            for _ in range(times):
                await MAIL.work(Work(self.worker, self.settings, datetime.now(UTC)), each)
        await self.owner.execute("delete from jobs.pgqueuer")
        self.came = self.box.empty()
        return [(_who(letter), re.sub(TIME, "…", letter["Subject"])) for letter in self.came]


def _who(letter: EmailMessage) -> str:
    return "client" if letter["To"].startswith("emma") else "practitioner"


def _decoded(payload: bytes) -> str:
    return payload.decode().split('"')[3]


@pytest.fixture
async def post(database: Any, owner: Any, settings: Settings) -> AsyncIterator[Postman]:
    with open_postbox() as (box, url):
        worker = await Database.open(database.worker_url)
        how = settings.model_copy(update={"smtp_url": url, "public_url": SITE})
        yield Postman(worker, owner, how, box)
        await worker.close()


def calendar_of(letter: EmailMessage) -> "Calendar":
    """The calendar file as another library reads it; the same one stands beside text and HTML."""
    from ical.calendar_stream import IcsCalendarStream  # a second in the reading

    mixed, alternative = letter, letter.get_payload()[0]
    assert mixed.get_content_type() == "multipart/mixed"
    assert alternative.get_content_type() == "multipart/alternative"
    kinds = [part.get_content_type() for part in alternative.iter_parts()]
    assert kinds == ["text/plain", "text/html", "text/calendar"]
    (attached,) = mixed.iter_attachments()
    assert (attached.get_content_type(), attached.get_filename()) == ("application/ics", "session.ics")
    content = attached.get_content()
    shown = list(alternative.iter_parts())[2]
    assert shown.get_payload(decode=True).strip() == content.strip()
    assert content.replace(b"\r\n", b"").count(b"\n") == 0
    calendar = IcsCalendarStream.calendar_from_ics(content.decode())
    assert shown.get_param("method") == attached.get_param("method") == calendar.method
    return calendar


def text_of(letter: EmailMessage) -> str:
    return str(letter.get_body(("plain",)).get_content())


async def pay(meeting: Meeting, session_id: UUID) -> None:
    proof = Proof(data=picture(), reference="Ref 77", note="Sent today")
    await submit_payment(meeting.db, meeting.as_client, meeting.store, session_id, proof, now())


async def test_a_life_in_letters(meeting: Meeting, post: Postman) -> None:
    db, client, practitioner = meeting.db, meeting.as_client, meeting.as_practitioner
    session = await meeting.booked(hour=18, days=4)
    assert await post.goes() == [("practitioner", "A request for …")]
    await actions.approve(db, practitioner, session.id, now())
    assert await post.goes() == [("client", "Your session on …: please pay to keep it")]
    assert "£80.00" in text_of(post.came[0])
    await pay(meeting, session.id)
    assert await post.goes() == [("practitioner", "A payment to check for …")]
    await reject_payment(db, practitioner, session.id, "The amount is missing", now())
    assert await post.goes() == [("client", "Your session on … needs another proof of payment")]
    assert "The amount" not in post.came[0].as_string()
    await pay(meeting, session.id)
    await verify_payment(db, practitioner, session.id, now())
    confirmed = "Your session on … is confirmed"
    # The check is done before the mail about it leaves: it is not true any more.
    assert await post.goes() == [("client", confirmed), ("practitioner", confirmed)]
    files = [calendar_of(letter) for letter in post.came]
    to = session.starts_at + DAY
    await propose_time(db, client, session.id, to, "", now())
    assert await post.goes() == [("practitioner", "Another time is proposed for your session on …")]
    await answer_time(db, practitioner, session.id, True, now(), seen=to)
    moved = "Your session is on … now"
    assert await post.goes() == [("client", moved), ("practitioner", moved)]
    files += [calendar_of(letter) for letter in post.came]
    await actions.cancel(db, client, session.id, "I am ill", now())
    cancelled = "Your session on … is cancelled"
    assert await post.goes() == [("practitioner", cancelled), ("client", cancelled)]
    files += [calendar_of(letter) for letter in post.came]
    events = [file.events[0] for file in files]
    assert {event.uid for event in events} == {f"{session.id}@sessions.example.org"}
    assert [file.method for file in files] == ["REQUEST"] * 4 + ["CANCEL"] * 2
    assert [event.status.value for event in events] == ["CONFIRMED"] * 4 + ["CANCELLED"] * 2
    first, second, third = (event.sequence for event in events[::2])
    assert first < second < third
    assert [event.sequence for event in events[1::2]] == [first, second, third]
    assert [event.dtstart for event in events] == [session.starts_at] * 2 + [to] * 4
    assert all(event.dtend - event.dtstart == timedelta(hours=1) for event in events)


async def test_who_books_what_is_certain_at_once_has_it_in_their_calendar(
    meeting: Meeting, post: Postman
) -> None:
    meeting.offering = await make_offering(post.owner, meeting.practitioner.person, "nothing_to_pay")
    session = await meeting.booked(days=4)
    assert await post.goes() == [("practitioner", "A new session on …"), ("client", "A new session on …")]
    starts = [calendar_of(letter).events[0].dtstart for letter in post.came]
    assert starts == [session.starts_at] * 2
    assert "You booked it" in text_of(post.came[1])


async def test_a_proof_that_comes_after_the_end_is_still_told(meeting: Meeting, post: Postman) -> None:
    session = await meeting.approved(days=4)
    await pay(meeting, session.id)
    (asked,) = (await post.asked())[-1:]
    post.box.empty()
    await MAIL.work(Work(post.worker, post.settings, session.ends_at + timedelta(minutes=10)), asked)
    assert [letter["Subject"][:18] for letter in post.box.empty()] == ["A payment to check"]


async def test_nobody_learns_the_other_ones_address(meeting: Meeting, post: Postman) -> None:
    session = await meeting.confirmed(days=4)
    await post.goes()
    for letter, raw in zip(post.came, post.box.raw[-2:], strict=True):
        (event,) = calendar_of(letter).events
        assert str(event.organizer.uri) == "mailto:visavis@localhost"
        (attendee,) = event.attendees
        assert str(attendee.uri) == f"mailto:{letter['To']}"
        addresses = set(
            re.findall(rb"[\w.]+@example\.org", raw.replace(b"=\r\n", b"").replace(b"\r\n ", b""))
        )
        assert addresses == {letter["To"].encode()}
        for name in ("Johnson", "Emma", "Clarke"):
            assert name not in letter["Subject"]
            assert name not in text_of(letter).splitlines()[0]
    assert str(session.id) in text_of(letter)


async def test_mail_leaves_once(meeting: Meeting, post: Postman) -> None:
    await meeting.booked(days=4)
    assert len(await post.goes(times=3)) == 1


async def test_what_is_not_true_any_more_does_not_leave(meeting: Meeting, post: Postman) -> None:
    session = await meeting.booked(days=4)
    post.box.answer = "451 come back later"
    (asked,) = await post.asked()
    work = Work(post.worker, post.settings, now())
    with pytest.raises(aiosmtplib.SMTPException):
        await MAIL.work(work, asked)
    assert await post.owner.fetchval("select attempts from outbox_mail") == 1
    await actions.cancel(meeting.db, meeting.as_client, session.id, "", now())
    post.box.answer = "250 taken"
    await MAIL.work(work, asked)
    assert await post.owner.fetchval("select count(*) from outbox_mail") == 0
    assert post.box.letters == []


async def test_each_says_what_they_want_no_mail_of(meeting: Meeting, post: Postman) -> None:
    await post.owner.execute(
        "insert into notification_choice (account_id, mail_off) values ($1, '{requests}')",
        meeting.practitioner.person.id,
    )
    session = await meeting.booked(days=4)
    assert await post.goes() == []
    await post.owner.execute("update account set disabled_at = now() where id = $1", meeting.client.person.id)
    await actions.approve(meeting.db, meeting.as_practitioner, session.id, now())
    assert await post.goes() == []


async def test_every_mail_has_a_way_out(meeting: Meeting, post: Postman, client: Any) -> None:
    await meeting.booked(days=4)
    await post.goes()
    (letter,) = post.came
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    way_out = letter["List-Unsubscribe"].strip("<>")
    assert f"List-Unsubscribe: <{way_out}>".encode() in post.box.raw[0].replace(b"\r\n ", b" ")
    assert way_out in text_of(letter)
    path = way_out.removeprefix(SITE)
    machine = client()  # knows no cookie
    page = await machine.get(path)
    assert "“Requests”" in words(page)
    assert await post.owner.fetchval("select count(*) from notification_choice") == 0
    for _ in range(2):
        answer = await machine.post(path, data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
    choices = await post.owner.fetch("select account_id, mail_off from notification_choice")
    assert [tuple(row) for row in choices] == [(meeting.practitioner.person.id, ["requests"])]
    done = "select actor_id, details ->> 'group' from audit_event where verb = 'unsubscribe'"
    assert [tuple(row) for row in await post.owner.fetch(done)] == [
        (meeting.practitioner.person.id, "requests")
    ]
