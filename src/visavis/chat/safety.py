"""Not wanting to hear from somebody, and telling the operator."""

from datetime import datetime
from uuid import UUID

from visavis.accounts.access import require_operator
from visavis.chat import rules
from visavis.chat.access import FileRow, load_message, room_in
from visavis.chat.actions import LIST, room_token
from visavis.chat.queries import safety
from visavis.chat.queries.safety import ReportRow
from visavis.kit import audit, throttle
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError, NotFoundError
from visavis.kit.words import _
from visavis.live.actions import hint
from visavis.notifications.actions import tell

__all__ = ["REPORTS", "ReportRow", "block", "load_kept", "load_reports", "report", "settle", "unblock"]

REPORTS = "reports"  # what a hint is about when an operator settled one


async def block(db: Db, actor: Actor, room_id: UUID, now: datetime) -> None:
    """Nobody writes in this room until the actor takes it back, and no new session begins. Both still read
    it, sessions that there are go on, and the other one no longer sees how far the actor has read.

    Raises NotFoundError.
    """
    async with db.transaction(actor) as tx:
        room = await room_in(tx, actor, room_id)
        if await safety.insert_block.run(tx, actor.account_id, room.other.id, now):
            await audit.record(tx, actor, "block", ("chat_room", room_id), [actor.known_id], at=now)
            await hint(tx, to=room.people, about=[room_token(room_id), LIST])


async def unblock(db: Db, actor: Actor, room_id: UUID, now: datetime) -> None:
    """Take one's own block back. Raises NotFoundError."""
    async with db.transaction(actor) as tx:
        room = await room_in(tx, actor, room_id)
        if await safety.delete_block.run(tx, actor.account_id, room.other.id):
            await audit.record(tx, actor, "unblock", ("chat_room", room_id), [actor.known_id], at=now)
            await hint(tx, to=room.people, about=[room_token(room_id), LIST])


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


async def settle(db: Db, actor: Actor, report_id: UUID, now: datetime) -> None:
    """An operator has looked after a report; once is enough. NotFoundError for everybody else."""
    require_operator(actor)
    async with db.transaction(actor) as tx:
        if not await safety.report_exists.value(tx, report_id):
            raise NotFoundError
        if await safety.settle_report.value(tx, report_id, actor.account_id, now):
            subject = ("chat_report", report_id)
            await audit.record(tx, actor, "settle_report", subject, [actor.known_id], at=now)
            await hint(tx, to=[actor.known_id], about=[REPORTS])


async def load_kept(db: Db, actor: Actor, report_id: UUID, file_id: UUID) -> FileRow:
    """A file of a reported message, while the report is open. NotFoundError for everybody but operators."""
    require_operator(actor)
    async with db.transaction(actor) as tx:
        return await safety.kept_file.one(tx, report_id, file_id)


async def load_reports(db: Db, actor: Actor, most: int = 50, skip: int = 0) -> list[ReportRow]:
    """What was reported: open ones first, the longest waiting first. NotFoundError for who is no operator."""
    require_operator(actor)
    async with db.transaction(actor) as tx:
        return await safety.reports.all(tx, most, skip)
