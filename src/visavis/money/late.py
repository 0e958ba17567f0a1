"""Transfers of which a proof waited when the session was called off: did they come?"""

from datetime import datetime
from uuid import UUID

from visavis.booking.access import load_session
from visavis.booking.rules import Party
from visavis.booking.stepping import announce
from visavis.kit import audit
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import ForbiddenError
from visavis.kit.words import _
from visavis.money.access import LateRow, load_late
from visavis.money.errors import TransferAnsweredError
from visavis.money.queries import booking


async def answer_transfer(db: Db, actor: Actor, session_id: UUID, arrived: bool, now: datetime) -> LateRow:
    """It came: then it is booked, and what the policy gives back is owed. Or it did not, which can be taken
    back.

    Raises NotFoundError, ForbiddenError, TransferAnsweredError.
    """
    async with db.transaction(actor) as tx:
        seat = await load_session(tx, actor, session_id)
        await load_late(tx, session_id)
        if seat.party is not Party.PRACTITIONER:
            raise ForbiddenError(_("The practitioner looks for the money."))
        back = await booking.answer_transfer.value(tx, session_id, arrived, now)
        if back is None:
            raise TransferAnsweredError
        verb, subject = "find_transfer" if arrived else "miss_transfer", ("session", session_id)
        details = {"refund_minor": back, "currency": seat.session.currency} if back else {}
        event = await audit.record(tx, actor, verb, subject, seat.session.people, details, now)
        await announce(tx, event, seat.session)
        return await load_late(tx, session_id)
