"""Reminders by e-mail: whoever wants one gets one, once, while the session still stands."""

from datetime import datetime
from functools import cache

from jinja2 import Environment

from visavis.accounts.reminder_choices import CHOICES
from visavis.booking.queries import reminders as queries
from visavis.booking.queries.reminders import ReminderRow
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.format import format_clock, format_when, format_zone
from visavis.kit.pages import environment
from visavis.kit.sql import Tx
from visavis.kit.words import _, translations
from visavis.operations.mail import enqueue


async def send_reminders(db: Db, system: Actor, site: str, now: datetime) -> int:
    """Queue the mails whose moment came since the last look; how many. `site` is the public address.

    A moment that had passed when a session was confirmed, moved, or wished to be reminded of, is gone.
    """
    async with db.transaction(system) as tx:
        since: datetime = await queries.reminded_until.value(tx)
        if since >= now:
            return 0
        due = await queries.due_reminders.all(tx, since, now, list(CHOICES))
        sent = [await _remind(tx, reminder, site, now) for reminder in due]
        await queries.set_reminded_until.run(tx, now)
    return sum(sent)


async def _remind(tx: Tx, reminder: ReminderRow, site: str, now: datetime) -> bool:
    used = await queries.insert_reminder.value(
        tx, reminder.session_id, reminder.account_id, reminder.before_minutes, reminder.starts_at, now
    )
    if used is not None:
        await enqueue(tx, reminder.email, *mail_of(reminder, site))
    return used is not None


def mail_of(reminder: ReminderRow, site: str) -> tuple[str, str, str]:
    """Subject, text and HTML. The subject names nobody: it may be read over a shoulder."""
    when = format_when(reminder.starts_at, reminder.time_zone, reminder.locale)
    sentence = translations(reminder.locale).gettext(_("Your session on %(when)s"))
    subject = sentence % {"when": when}
    context = {
        "subject": subject,
        "name": reminder.other_name,
        "offering": reminder.offering_name,
        "when": when,
        "until": format_clock(reminder.ends_at, reminder.time_zone, reminder.locale),
        "zone": format_zone(reminder.time_zone, reminder.starts_at, reminder.locale),
        "link": f"{site}/sessions/{reminder.session_id}",
        "preferences": f"{site}/account/preferences",
    }
    text = _plain().get_template("booking/mail_reminder.txt").render(context)
    return subject, text, environment().get_template("booking/mail_reminder.html").render(context)


@cache
def _plain() -> Environment:
    """The same templates, where & is & and not &amp;."""
    return environment().overlay(autoescape=False)
