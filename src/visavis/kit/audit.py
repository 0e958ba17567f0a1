"""Who did what to which thing, when and from where: one row for every state change, never altered."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from visavis.kit.actor import Actor
from visavis.kit.sql import Query, Tx


class Event(msgspec.Struct, frozen=True):
    """One audit row: what happened, and the accounts that may know; `actor_id` is None for the system."""

    id: int
    at: datetime
    verb: str
    actor_id: UUID | None
    subject_type: str
    subject_id: UUID
    concerns: list[UUID]


_insert = Query(
    Event,
    "Keep that an account (or the system) did `verb` to a thing; the accounts in `concerns` may read it.",
    """
    insert into audit_event (actor_id, verb, subject_type, subject_id, concerns, details, address, at)
    values ($1, $2, $3, $4, $5, $6, $7, coalesce($8, clock_timestamp()))
    returning id, at, verb, actor_id, subject_type, subject_id, concerns
    """,
)


async def record(
    tx: Tx,
    actor: Actor,
    verb: str,
    subject: tuple[str, UUID],
    concerns: list[UUID],
    details: dict[str, Any] | None = None,
    at: datetime | None = None,
) -> Event:
    """Write the audit row of the change made in this transaction; `at` is when it happened, else now.

    Who acts is always one of those concerned: it is their own doing.
    """
    kind, subject_id = subject
    return await _insert.one(
        tx, actor.account_id, verb, kind, subject_id, concerns, details or {}, actor.address, at
    )
