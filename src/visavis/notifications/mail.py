"""Mail about what happened: written and sent by a job, for what is still true when it leaves.

The mail's id is the notification's, so a job that runs twice writes the same mail, and it is sent once. Each
attempt looks again: what has become untrue meanwhile is taken back, what has changed is written anew.
"""

from collections.abc import Sequence
from uuid import UUID, uuid5

import msgspec

from visavis.booking.access import Seat, load_session
from visavis.booking.calendar_file import invitation
from visavis.kit.actor import SYSTEM, Actor
from visavis.kit.letters import Written, write
from visavis.kit.sql import Tx
from visavis.notifications import queries
from visavis.notifications.mail_kinds import COPIED, MAILED, MailKind, in_calendar, kind_of
from visavis.notifications.mail_letters import Told, letter_of
from visavis.notifications.mail_links import unsubscribe_url
from visavis.notifications.queries import ReaderRow, ToMailRow
from visavis.notifications.words import GROUPS, Side, words_for
from visavis.operations import mail
from visavis.operations.jobs import Job, Work
from visavis.papers.access import papers_of_session
from visavis.papers.letters import with_papers

_PAID_OR_BACK = frozenset(
    {MailKind.BOOKED, MailKind.CONFIRMED, MailKind.RETAKEN, MailKind.BEGUN, MailKind.CANCELLED}
)


class MailAsked(msgspec.Struct, frozen=True):
    """A notification that may be worth a mail."""

    notification_id: UUID


async def mail_later(tx: Tx, verb: str, notification_ids: Sequence[UUID] | None) -> None:
    """After the caller's transaction, whoever was told that `verb` was done gets a mail, if they want one."""
    if verb in MAILED and notification_ids:
        await MAIL.ask_each(tx, [MailAsked(each) for each in notification_ids])


async def send_mail(work: Work, asked: MailAsked) -> None:
    """Write and send the mails of one notification. Raises what sending raises; then it runs again."""
    async with work.database.handle().transaction(SYSTEM) as tx:
        row = await queries.to_mail.maybe(tx, asked.notification_id)
        if row is None:  # it was withdrawn: so is a mail that could not leave yet
            await mail.take_back(tx, asked.notification_id)
            return
        written = await _write_all(tx, work, asked.notification_id, row)
    for mail_id in written:
        await mail.send(work, mail_id)


async def _write_all(tx: Tx, work: Work, notification_id: UUID, row: ToMailRow) -> list[UUID]:
    """The ids of what is to be sent: the mail, and the copy for the calendar of whoever did it."""
    written = []
    if await _write(tx, work, notification_id, row, row.account_id):
        written.append(notification_id)
    copy_id = uuid5(notification_id, "copy")
    if row.actor_id is not None and await _write(tx, work, copy_id, row, row.actor_id):
        written.append(copy_id)
    return written


async def _write(tx: Tx, work: Work, mail_id: UUID, row: ToMailRow, account_id: UUID) -> bool:
    """Put one mail into the outbox, or take it back; whether it is to be sent."""
    reader = await queries.find_reader.maybe(tx, account_id)
    made = None if reader is None else await _mail_of(tx, work, row, reader)
    if reader is None or made is None:
        await mail.take_back(tx, mail_id)
        return False
    await mail.put(tx, mail_id, reader.email, *made)
    return True


async def _mail_of(
    tx: Tx, work: Work, row: ToMailRow, reader: ReaderRow
) -> tuple[Written, mail.Extras] | None:
    actor = Actor(
        account_id=reader.account_id, name=reader.name, time_zone=reader.time_zone, locale=reader.locale
    )
    seat = await load_session(tx, actor, row.session_id)
    told = _told(work, row, reader, seat)
    if told is None:
        return None
    site, calendar = work.settings.public_url, {}
    if told.dated:
        how = site, work.settings.mail_from, work.now
        method, file = invitation(seat, actor, reader.email, *how)
        calendar = {"calendar": file.decode(), "calendar_method": method}
    papers = await papers_of_session(tx, row.session_id) if told.kind in _PAID_OR_BACK else []
    letter = with_papers(letter_of(told, actor, site), papers, site)
    return write(letter), mail.Extras(**calendar, unsubscribe_url=told.out)


def _told(work: Work, row: ToMailRow, reader: ReaderRow, seat: Seat) -> Told | None:
    """What this reader hears; None when it is not true any more, nothing to write about, or not wanted."""
    kind = kind_of(row.verb, row.details, seat, work.now)
    if kind is None:
        return None
    own, dated = reader.account_id == row.actor_id, in_calendar(kind, row.details, seat)
    if own and not (dated and kind in COPIED):
        return None
    side: Side = "client" if reader.account_id == seat.session.client_id else "practitioner"
    group = words_for(row.verb, side).group
    if group in reader.mail_off:
        return None
    out = unsubscribe_url(work.settings.unsubscribe_keys, work.settings.public_url, reader.account_id, group)
    return Told(
        kind=kind,
        verb=row.verb,
        details=row.details,
        seat=seat,
        own=own,
        dated=dated,
        group=GROUPS[group][0],
        out=out,
    )


MAIL = Job("notifications.mail", MailAsked, send_mail, attempts=mail.ATTEMPTS)
