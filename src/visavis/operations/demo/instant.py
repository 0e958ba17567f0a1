"""The instant sessions of a demonstration: one that lapsed, and one that is open, anew with each start."""

from datetime import datetime, timedelta

import msgspec

from visavis.booking import actions
from visavis.booking.access import load_offer
from visavis.booking.inserting import NewSession, insert_session, sold
from visavis.kit import audit
from visavis.kit.actor import SYSTEM, Actor
from visavis.kit.db import Db
from visavis.kit.errors import NotFoundError
from visavis.kit.sql import Tx
from visavis.notifications.actions import tell
from visavis.operations.demo import queries
from visavis.operations.demo.people import EMMA, KENJI

_LENGTH = 20  # minutes
_OFFERING = "First talk"
_HELLO = "I have half an hour. Shall we talk at once?"
_LAPSES = timedelta(minutes=15)


async def tell_lapsed(db: Db, tx: Tx, now: datetime) -> None:
    """Kenji invited Emma two days ago, and she was not there."""
    then = now - timedelta(days=2)
    await invite(tx, then)
    await actions.expire_overdue(db, SYSTEM, then + _LAPSES)


async def invite(tx: Tx, now: datetime) -> None:
    """Kenji invites Emma to a session now, unless he has done so already or does not offer it any more."""
    found = await queries.to_invite.maybe(tx, KENJI.email, EMMA.email, _OFFERING, now)
    if found is None:
        return
    try:
        offer = await load_offer(tx, found.offering_id)
    except NotFoundError:  # the practice was closed meanwhile
        return
    made = NewSession(
        sold=msgspec.structs.replace(sold(offer, _LENGTH), price_minor=0),
        client_id=found.client_id,
        created_by="practitioner",
        length_minutes=_LENGTH,
        instant=True,
        notes=_HELLO,
    )
    if session_id := await insert_session(tx, made, now):
        kenji = Actor(account_id=found.practitioner_id, name=KENJI.name, via="cookie")
        people = [found.practitioner_id, found.client_id]
        event = await audit.record(tx, kenji, "invite", ("session", session_id), people, at=now)
        await tell(tx, event, about=["dashboard", f"session:{session_id}"])
