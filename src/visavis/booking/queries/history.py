"""SQL of what happened: a session's history and public feedback."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from visavis.kit.sql import Query


class EventRow(msgspec.Struct, frozen=True):
    """One line of a session's history; `actor_name` is empty when the system acted."""

    at: datetime
    verb: str
    actor_name: str
    details: dict[str, Any]
    actor_id: UUID | None


history = Query(
    EventRow,
    "What happened to a session, oldest first.",
    """
    select e.at, e.verb, coalesce(p.name, '') as actor_name, e.details, e.actor_id
    from audit_event e left join person p on p.id = e.actor_id
    where e.subject_id = $1 and e.subject_type = 'session' order by e.id
    """,
)


class ReviewRow(msgspec.Struct, frozen=True):
    """Public feedback: it carries no name."""

    rating: int
    text: str
    created_at: datetime


reviews = Query(
    ReviewRow,
    "The latest feedback on a practitioner.",
    """
    select rating, text, created_at from feedback where practitioner_id = $1 order by created_at desc limit $2
    """,
)
