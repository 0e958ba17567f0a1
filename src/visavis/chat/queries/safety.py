"""SQL of blocking and reporting."""

from datetime import datetime
from uuid import UUID

import msgspec

from visavis.kit.sql import Query, Statement


class ReportRow(msgspec.Struct, frozen=True):
    """A report as operators see it: who, whom, why; and the reported message as it was then, if it is about
    one. Of files only their number is known."""

    id: UUID
    reporter_id: UUID
    reporter_name: str
    reporter_email: str
    reported_id: UUID
    reported_name: str
    reported_email: str
    said: str
    files: int
    about_message: bool
    reason: str
    created_at: datetime
    settled_at: datetime | None
    settled_by_name: str | None


insert_block = Statement(
    "Nobody writes between these two until the first takes it back; how many are new.",
    """
    insert into chat_block (blocker_id, blocked_id, created_at) values ($1, $2, $3)
    on conflict (blocker_id, blocked_id) do nothing
    """,
)
delete_block = Statement(
    "The first of these takes it back; how many.",
    "delete from chat_block where blocker_id = $1 and blocked_id = $2",
)
insert_report = Statement(
    "Keep why the account $1 reports $2; the database adds what was said. Its id.",
    """
    insert into chat_report (reporter_id, reported_id, room_id, message_id, reason, created_at)
    values ($1, $2, $3, $4, $5, $6) returning id
    """,
)
settle_report = Statement(
    "An operator has looked after it; the two whom it concerns, when it was open.",
    """
    update chat_report set settled_at = $3, settled_by = $2 where id = $1 and settled_at is null returning id
    """,
)
report_exists = Statement(
    "Whether there is such a report.", "select exists (select from chat_report where id = $1)"
)
reports = Query(
    ReportRow,
    "For operators: open reports, the longest waiting first; then settled ones. $1 of them, from $2 on.",
    "select * from chat_reports($1, $2)",
)
