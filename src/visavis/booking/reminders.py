"""Reminders by e-mail: whoever wants one gets one, once, while the session still stands."""

from datetime import datetime

from visavis.accounts.reminder_choices import CHOICES
from visavis.booking.queries import reminders as queries
from visavis.booking.queries.reminders import ReminderRow
from visavis.kit.actor import Actor
from visavis.kit.alone import each_alone
from visavis.kit.db import Db
from visavis.kit.format import format_clock, format_when, format_zone
from visavis.kit.letters import Fact, Letter, Way, Written, write
from visavis.kit.sealing import Keyring
from visavis.kit.sql import Tx
from visavis.kit.words import _, translations
from visavis.notifications.mail_links import BEFORE, unsubscribe_url
from visavis.operations.mail import enqueue


async def send_reminders(db: Db, system: Actor, site: str, keys: Keyring, now: datetime) -> int:
    """Queue the mails whose moment came since the last look; how many. `site` is the public address, `keys`
    seal the way out.

    A moment that had passed when a session was confirmed, moved, or wished to be reminded of, is gone.
    """
    sent = 0
    async with db.transaction(system) as tx:
        since: datetime = await queries.reminded_until.value(tx)
        if since >= now:
            return 0
        due = await queries.due_reminders.all(tx, since, now, list(CHOICES))

        async def remind(reminder: ReminderRow) -> None:  # one that cannot be written is left out
            nonlocal sent
            async with db.transaction(system):
                sent += await _remind(tx, reminder, site, keys, now)

        await each_alone(due, remind)
        await queries.set_reminded_until.run(tx, now)
    return sent


async def _remind(tx: Tx, reminder: ReminderRow, site: str, keys: Keyring, now: datetime) -> bool:
    used = await queries.insert_reminder.value(
        tx, reminder.session_id, reminder.account_id, reminder.before_minutes, reminder.starts_at, now
    )
    if used is not None:
        out = unsubscribe_url(keys, site, reminder.account_id, BEFORE)
        await enqueue(tx, reminder.email, mail_of(reminder, site, out), out)
    return used is not None


def mail_of(reminder: ReminderRow, site: str, out: str) -> Written:
    """The mail as it travels; `out` is where reminders can be turned off."""
    say = translations(reminder.locale).gettext
    when = format_when(reminder.starts_at, reminder.time_zone, reminder.locale)
    until = format_clock(reminder.ends_at, reminder.time_zone, reminder.locale)
    zone = format_zone(reminder.time_zone, reminder.starts_at, reminder.locale)
    letter = Letter(
        subject=say(_("Your session on %(when)s")) % {"when": when},
        heading=say(_("A reminder of your session")),
        words=[],
        facts=[
            Fact(say(_("When")), [f"{when}–{until}", say(_("Times in %(zone)s")) % {"zone": zone}]),
            Fact(say(_("With")), [reminder.other_name, reminder.offering_name]),
        ],
        button=say(_("See the session")),
        link=f"{site}/sessions/{reminder.session_id}",
        ways=[
            Way(say(_("You chose to be reminded.")), say(_("Change it")), f"{site}/account/preferences"),
            Way("", say(_("Remind me no more")), out),
        ],
        locale=reminder.locale,
    )
    return write(letter)
