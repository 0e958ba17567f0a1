"""Letters about what was not read: one while somebody is away, not one for each message.

Nothing that was said stands in them: mail lies in many places.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby

from visavis.chat.queries import mails as queries
from visavis.chat.queries.mails import UnreadRow
from visavis.kit.actor import Actor
from visavis.kit.alone import each_alone
from visavis.kit.clock import zone
from visavis.kit.db import Db
from visavis.kit.letters import Fact, Letter, Written, write
from visavis.kit.sealing import Keyring
from visavis.kit.words import _, translations
from visavis.notifications.mail_links import unsubscribe_url, ways_out
from visavis.notifications.rules import Choice, is_quiet
from visavis.notifications.words import GROUPS, Group
from visavis.operations.mail import enqueue

AFTER = timedelta(minutes=10)
"""So long something is unread, by somebody who is not here, before there is a letter."""
AT_LAST = timedelta(hours=1)
"""And so long by somebody whose page is open."""
AGAIN = timedelta(days=1)
"""When what a letter spoke of stays unread, the next one may come."""
_GROUP: Group = "messages"


async def tell_unread(db: Db, system: Actor, site: str, keys: Keyring, now: datetime) -> int:
    """Queue a letter to each who has waited long enough and is not in quiet hours; how many.

    `site` is the public address, `keys` seal the way out.
    """
    async with db.transaction(system) as tx:
        rows = await queries.unread.all(tx, now - AFTER, now - AT_LAST, now - AGAIN)
    readers = [list(rooms) for _one, rooms in groupby(rows, lambda row: row.account_id)]
    told = 0

    async def tell(rooms: Sequence[UnreadRow]) -> None:
        nonlocal told
        told += is_due(rooms, now) and await _tell(db, system, rooms, site, keys, now)

    await each_alone(readers, tell)
    return told


def is_due(rooms: Sequence[UnreadRow], now: datetime) -> bool:
    """Whether a letter about these rooms of one reader leaves at `now`. Pure."""
    first = rooms[0]
    quiet = is_quiet(Choice(quiet_from=first.quiet_from, quiet_to=first.quiet_to), zone(first.time_zone), now)
    return first.since <= now - AFTER and not quiet


async def _tell(
    db: Db, system: Actor, rooms: Sequence[UnreadRow], site: str, keys: Keyring, now: datetime
) -> bool:
    """One letter in one transaction, of what is still unread and untold then."""
    reader = rooms[0]
    async with db.transaction(system) as tx:
        marked = await queries.mark_told.values(tx, reader.account_id, [each.room_id for each in rooms], now)
        told = [each for each in rooms if each.room_id in marked]
        if told:
            out = unsubscribe_url(keys, site, reader.account_id, _GROUP)
            await enqueue(tx, reader.email, letter_of(told, site, out), out)
    return bool(told)


def letter_of(rooms: Sequence[UnreadRow], site: str, out: str) -> Written:
    """The letter to the reader of these rooms; `out` is where such letters can be turned off. Pure."""
    reader = rooms[0]
    locale = translations(reader.locale)
    say, several = locale.gettext, locale.ngettext
    lines = [
        several("%(name)s: %(num)s message", "%(name)s: %(num)s messages", each.unread)
        % {"name": each.other_name, "num": "99+" if each.unread > 99 else each.unread}
        for each in rooms
    ]
    letter = Letter(
        subject=say(_("You have unread messages")),
        heading=say(_("You have unread messages")),
        words=[say(_("Somebody wrote to you while you were away."))],
        facts=[Fact(say(_("From")), lines)],
        button=say(_("Read and answer")),
        link=f"{site}/chat/{reader.room_id}" if len(rooms) == 1 else f"{site}/chat",
        small=[say(_("There is one letter like this while you are away, not one for each message."))],
        ways=ways_out(GROUPS[_GROUP][0], out, reader.locale, site),
        locale=reader.locale,
    )
    return write(letter)
