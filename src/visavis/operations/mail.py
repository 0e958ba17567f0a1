"""Mail: put into the outbox with the caller's transaction, sent by a job when there is a mail server."""

from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from urllib.parse import unquote, urlsplit
from uuid import UUID, uuid4

import aiosmtplib
import msgspec

from visavis.kit.actor import SYSTEM
from visavis.kit.letters import Written
from visavis.kit.sql import Tx
from visavis.operations import queries
from visavis.operations.jobs import Job, Schedule, Work
from visavis.operations.queries import OutgoingMail

_KEEP = timedelta(days=30)
_TIMEOUT = 20.0  # seconds


class MailId(msgspec.Struct, frozen=True):
    """Names a mail in the outbox."""

    mail_id: UUID


async def enqueue(tx: Tx, to: str, written: Written) -> None:
    """Write a mail to one address; it leaves after the caller's transaction is committed, or never.

    Without VISAVIS_SMTP_URL it stays in the outbox, where a demonstration shows it.
    """
    mail_id = uuid4()
    await queries.add_mail.run(tx, mail_id, to, *written)
    await SEND.ask(tx, MailId(mail_id))


async def _send(work: Work, asked: MailId) -> None:
    if work.settings.smtp_url is None:
        return
    db = work.database.handle()
    async with db.transaction(SYSTEM) as tx:
        mail = await queries.find_unsent_mail.maybe(tx, asked.mail_id)
    if mail is None:
        return
    try:
        await _deliver(work, mail)
    except (aiosmtplib.SMTPException, OSError, ValueError) as error:
        async with db.transaction(SYSTEM) as tx:
            await queries.mark_mail_failed.run(tx, mail.id, f"{type(error).__name__}: {error}"[:500])
        raise
    async with db.transaction(SYSTEM) as tx:
        await queries.mark_mail_sent.run(tx, mail.id, work.now)


async def _deliver(work: Work, mail: OutgoingMail) -> None:
    server = urlsplit(work.settings.smtp_url or "")
    await aiosmtplib.send(
        compose(work, mail),
        hostname=server.hostname,
        port=server.port or (465 if server.scheme == "smtps" else 587),
        username=unquote(server.username) if server.username else None,
        password=unquote(server.password) if server.password else None,
        use_tls=server.scheme == "smtps",
        timeout=_TIMEOUT,
    )


def compose(work: Work, mail: OutgoingMail) -> EmailMessage:
    """The message; its Message-ID is the outbox id, so a second sending is recognised as the same."""
    message = EmailMessage()
    message["From"] = work.settings.mail_from
    message["To"] = mail.to_address
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(work.now)
    message["Message-ID"] = f"<{mail.id}@{parseaddr(work.settings.mail_from)[1].rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text_body)
    if mail.html_body:
        message.add_alternative(mail.html_body, subtype="html")
    return message


async def _forget_old(work: Work) -> None:
    async with work.database.handle().transaction(SYSTEM) as tx:
        await queries.forget_mail_before.run(tx, work.now - _KEEP)


SEND = Job("operations.send_mail", MailId, _send)
JOBS = [SEND]
SCHEDULES = [Schedule("operations.forget_old_mail", "17 3 * * *", _forget_old)]
