"""Out of mail with one click, without signing in: the link itself says whose mail, and which."""

from datetime import datetime

from visavis.accounts.access import load_account
from visavis.accounts.actions.profile import stop_reminders
from visavis.kit import audit
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.words import _
from visavis.live.actions import hint
from visavis.notifications import queries
from visavis.notifications.mail_links import BEFORE, WayOut
from visavis.notifications.words import GROUPS


def name_of(group: str) -> str:
    """What mail of this group is about, as people read it."""
    if group == BEFORE:
        return _("Reminders before a session")
    return next((names[0] for name, names in GROUPS.items() if name == group), _("What happened"))


async def unsubscribe(db: Db, out: WayOut, address: str, now: datetime) -> None:
    """No more mail of this group for this account; once is enough. NotFoundError when it is gone.

    Whoever has the link can do this and no more: nothing is shown, and nothing is turned on.
    """
    owner = Actor(account_id=out.account_id, via="cookie", address=address)
    async with db.transaction(owner) as tx:
        await load_account(tx, owner)
        if out.group == BEFORE:
            await stop_reminders(tx, owner, now)
            return
        if await queries.turn_mail_off.value(tx, out.account_id, out.group) is None:
            return
        subject = ("account", out.account_id)
        await audit.record(tx, owner, "unsubscribe", subject, [out.account_id], {"group": out.group}, now)
        await hint(tx, to=[out.account_id], about=["account"])
