"""Mail: put into the outbox with the caller's transaction, sent by a job when there is a mail server.

A mail is tried again for about a day. Only one worker has it in hand, and a server that says that an address
will never take it is not asked again.
"""

import asyncio
from datetime import timedelta
from email.headerregistry import BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
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
_TIMEOUT = 60.0  # seconds, from the first word with the server to the last
_IN_HAND = timedelta(minutes=2)
ATTEMPTS = 32
"""The pauses double up to an hour: about a day and an hour together."""


class _Whole(UnstructuredHeader, BaseHeader):
    """A header in one line. An address that is folded arrives encoded, and no mail program finds it then."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


_HEADERS = HeaderRegistry()
_HEADERS.map_to_type("list-unsubscribe", _Whole)
_POLICY = SMTP.clone(header_factory=_HEADERS)


class InHandError(RuntimeError):
    """Another worker is sending this mail just now; to be looked at again later."""


class MailId(msgspec.Struct, frozen=True):
    """Names a mail in the outbox."""

    mail_id: UUID


class Extras(msgspec.Struct, frozen=True, kw_only=True):
    """What travels with a mail: a calendar file with its method, and where to unsubscribe with one click."""

    calendar: str = ""
    calendar_method: str = ""
    unsubscribe_url: str = ""


async def enqueue(tx: Tx, to: str, written: Written, unsubscribe_url: str = "") -> None:
    """Put a mail to one address into the outbox; it leaves after the caller's commit, or never.

    Without VISAVIS_SMTP_URL it stays in the outbox, where a demonstration shows it.
    """
    mail_id = uuid4()
    await queries.add_mail.run(tx, mail_id, to, *written, unsubscribe_url)
    await SEND.ask(tx, MailId(mail_id))


async def put(tx: Tx, mail_id: UUID, to: str, written: Written, extras: Extras) -> None:
    """Write a mail, or write it anew while it was not sent; the caller's own job calls `send`."""
    more = (extras.calendar, extras.calendar_method, extras.unsubscribe_url)
    await queries.put_mail.run(tx, mail_id, to, *written, *more)


async def take_back(tx: Tx, mail_id: UUID) -> None:
    """A mail that was put and not sent is not true any more."""
    await queries.forget_mail.run(tx, mail_id)


async def send(work: Work, mail_id: UUID) -> None:
    """Send a mail of the outbox, once however often it is asked for.

    Raises what the mail server or the network said, and InHandError; then it is to be asked for again.
    """
    if work.settings.smtp_url is None:
        return
    db = work.database.handle()
    async with db.transaction(SYSTEM) as tx:
        mail = await queries.take_mail.maybe(tx, mail_id, work.now, work.now + _IN_HAND)
        if mail is None and await queries.is_waiting.value(tx, mail_id):
            raise InHandError
    if mail is None:
        return
    try:
        async with asyncio.timeout(_TIMEOUT):
            await _deliver(work, mail)
    except (aiosmtplib.SMTPException, OSError, ValueError) as error:
        never = _never(error)
        async with db.transaction(SYSTEM) as tx:
            said = f"{type(error).__name__}: {error}"[:500]
            await queries.mark_mail_failed.run(tx, mail.id, said, work.now if never else None)
        if never:
            return
        raise
    async with db.transaction(SYSTEM) as tx:
        await queries.mark_mail_sent.run(tx, mail.id, work.now)


def _never(error: Exception) -> bool:
    """Whether the server refuses this address for good (RFC 5321, 4.2.1: 5yz)."""
    if not isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        return False
    return all(refused.code >= 500 for refused in error.recipients)


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
    message = EmailMessage(policy=_POLICY)
    message["From"] = work.settings.mail_from
    message["To"] = mail.to_address
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(work.now)
    message["Message-ID"] = f"<{mail.id}@{parseaddr(work.settings.mail_from)[1].rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    if mail.unsubscribe_url:
        message["List-Unsubscribe"] = f"<{mail.unsubscribe_url}>"
    if mail.unsubscribe_url.startswith("https://"):
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(mail.text_body)
    if mail.html_body:
        message.add_alternative(mail.html_body, subtype="html")
    if mail.calendar:
        _add_calendar(message, mail)
    return message


def _add_calendar(message: EmailMessage, mail: OutgoingMail) -> None:
    """Twice, as calendars want it: beside text and HTML for those that show it there, and as a file."""
    how = {"method": mail.calendar_method}
    message.add_alternative(mail.calendar, subtype="calendar", params=how)
    message.add_attachment(
        mail.calendar.encode(), maintype="application", subtype="ics", filename="session.ics", params=how
    )


async def _send(work: Work, asked: MailId) -> None:
    await send(work, asked.mail_id)


async def _forget_old(work: Work) -> None:
    async with work.database.handle().transaction(SYSTEM) as tx:
        await queries.forget_mail_before.run(tx, work.now - _KEEP)


SEND = Job("operations.send_mail", MailId, _send, attempts=ATTEMPTS)
JOBS = [SEND]
SCHEDULES = [Schedule("operations.forget_old_mail", "17 3 * * *", _forget_old)]
