"""SQL of reading notifications: everything a sentence needs, with the reader's rights."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from visavis.kit.sql import Query, Statement


class NotificationRow(msgspec.Struct, frozen=True):
    """One notification; `actor_name` is empty when the system acted, `other_name` is who else is in the
    session. What belongs to a session is None where there is none."""

    number: int
    kind: str
    created_at: datetime
    read_at: datetime | None
    actor_name: str
    details: dict[str, Any]
    subject_type: str
    subject_id: UUID
    session_id: UUID | None
    side: Literal["client", "practitioner"]
    other_name: str
    offering_name: str | None
    starts_at: datetime | None
    approval: str | None


_ROW = """
    select n.number, n.kind, n.created_at, n.read_at,
        coalesce(a.name, case when n.session_id is null and e.actor_id is not null
            then (select c.name from people_of_credits(array[e.actor_id]) c) end, '') as actor_name,
        e.details, e.subject_type, e.subject_id, n.session_id,
        case when n.account_id = coalesce(s.client_id, e.concerns[cardinality(e.concerns)]) then 'client'
            else 'practitioner' end as side, -- who buys comes last of those concerned
        coalesce(o.name, '') as other_name, s.offering_name, s.starts_at,
        case when s.policy ->> 'payment' = 'card' and s.policy ->> 'approval' = 'automatic'
            then 'card' else s.policy ->> 'approval' end as approval
    from notification n
    cross join lateral (select * from audit_event where id = n.event_id limit 1) e -- each by its key, always
    left join session s on s.id = n.session_id
    left join person a on a.id = e.actor_id
    left join person o
        on o.id = case n.account_id when s.client_id then s.practitioner_id else s.client_id end
    where n.account_id = $1
"""

newest = Query(
    NotificationRow,
    "An account's notifications, the latest first: $3 of them, those before number $2 when it is given.",
    f"{_ROW} and ($2::bigint is null or n.number < $2) order by n.number desc limit $3",
)
after = Query(
    NotificationRow,
    "An account's notifications after number $2, in order: $3 of them.",
    f"{_ROW} and n.number > $2 order by n.number limit $3",
)
mark_read = Statement(
    "An account has read its notifications from number $2 to $3, at $4.",
    """
    update notification set read_at = $4 where id in (select id from notification
        where account_id = $1 and number between $2 and $3 and read_at is null order by number for update)
    """,
)
forget_before = Statement(
    "Notifications are kept for a while; how many go now.", "delete from notification where created_at < $1"
)
