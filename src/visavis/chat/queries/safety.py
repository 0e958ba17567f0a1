"""SQL of blocking and reporting."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from visavis.chat.queries.messages import FileRow
from visavis.kit.sql import Query, Statement


class ReportRow(msgspec.Struct, frozen=True):
    """A report as operators see it: who, whom, why; and the reported message as it was then, if it is about
    one: its words, those `before` they were changed, and its files, of which `kept` are the ones of then."""

    id: UUID
    reporter_id: UUID
    reporter_name: str
    reporter_email: str
    reported_id: UUID
    reported_name: str
    reported_email: str
    said: str
    before: list[str]
    files: int
    kept: list[dict[str, Any]]
    about_message: bool
    reason: str
    created_at: datetime
    settled_at: datetime | None
    settled_by_name: str | None


blocker_between = Statement(
    "Who of these two blocks the other one; one of them where both do, $1 first.",
    """
    select blocker_id from chat_block where blocker_id in ($1, $2) and blocked_id in ($1, $2)
    order by blocker_id <> $1 limit 1
    """,
)
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
    """Keep why the account $1 reports $2; the database adds what was said. Its id; none when the same is
    reported and not settled.""",
    """
    insert into chat_report (reporter_id, reported_id, room_id, message_id, reason, created_at)
    values ($1, $2, $3, $4, $5, $6) on conflict do nothing returning id
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
operators = Statement("Who looks after reports.", "select operators_to_tell()")
kept_file = Query(
    FileRow,
    "The file $2 that a report keeps; for operators.",
    """
    select (k ->> 'id')::uuid as id, k ->> 'key' as key, k ->> 'name' as name,
        k ->> 'media_type' as media_type, (k ->> 'bytes')::int as bytes
    from chat_report r, jsonb_array_elements(r.kept) k
    where r.id = $1 and (k ->> 'id')::uuid = $2 and r.settled_at is null and (select acting_operator())
    """,
)
reports = Query(
    ReportRow,
    "For operators: open reports, the longest waiting first; then settled ones. $1 of them, from $2 on.",
    "select * from chat_reports($1, $2)",
)
