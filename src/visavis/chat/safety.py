"""Not wanting to hear from somebody, and what operators do with reports."""

from datetime import datetime
from uuid import UUID

from visavis.accounts.access import require_operator
from visavis.chat.access import FileRow, room_in
from visavis.chat.actions import LIST, room_token
from visavis.chat.queries import safety
from visavis.chat.queries.safety import ReportRow
from visavis.kit import audit
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import NotFoundError
from visavis.live.actions import hint

__all__ = ["REPORTS", "ReportRow", "block", "load_kept", "load_reports", "settle", "unblock"]

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
