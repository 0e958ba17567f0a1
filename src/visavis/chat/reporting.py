"""Telling the operators about somebody."""

from datetime import datetime
from uuid import UUID

from visavis.chat import rules
from visavis.chat.access import load_message, room_in
from visavis.chat.queries import safety
from visavis.chat.safety import REPORTS
from visavis.kit import audit, throttle
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError
from visavis.kit.words import _
from visavis.notifications.actions import tell


async def report(
    db: Db, actor: Actor, room_id: UUID, reason: str, now: datetime, *, message_id: UUID | None = None
) -> None:
    """Tell the operators about the other person, or about one message of theirs, which is kept as it is now
    and as it was before. The other person does not learn of it. What is reported waits to be settled before
    it is reported again.

    Raises InvalidInputError, NotFoundError, TooManyRequestsError.
    """
    reason = rules.check_reason(reason)
    await throttle.count(db, "chat report", actor.known_id, most=10, seconds=3600)
    async with db.transaction(actor) as tx:
        room = await room_in(tx, actor, room_id)
        if message_id is not None:
            message = await load_message(tx, room_id, message_id)
            if message.author_id != room.other.id or message.session_id is not None:
                raise InvalidInputError(fields={"message_id": _("Only what they wrote can be reported.")})
        what = room.other.id, room_id, message_id, reason, now
        report_id = await safety.insert_report.value(tx, actor.account_id, *what)
        if report_id is None:
            sentence = _("You have reported this already, and somebody will look at it.")
            raise InvalidInputError(fields={"reason": sentence})
        operators = await safety.operators.values(tx)
        concerns = [
            actor.known_id,
            *(each for each in operators if each not in (actor.account_id, room.other.id)),
        ]
        event = await audit.record(tx, actor, "report", ("chat_report", report_id), concerns, at=now)
        await tell(tx, event, about=[REPORTS])
