"""Who did what to which thing, when and from where: one row for every state change, never altered."""

from datetime import datetime
from typing import Any
from uuid import UUID

from visavis.kit.actor import Actor
from visavis.kit.sql import Statement, Tx

_insert = Statement(
    "Keep that an account (or the system) did `verb` to a thing; the accounts in `concerns` may read it.",
    """
    insert into audit_event (actor_id, verb, subject_type, subject_id, concerns, details, address, at)
    values ($1, $2, $3, $4, $5, $6, $7, coalesce($8, clock_timestamp()))
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
) -> None:
    """Write the audit row of the change made in this transaction; `at` is when it happened, else now."""
    kind, subject_id = subject
    await _insert.run(
        tx, actor.account_id, verb, kind, subject_id, concerns, details or {}, actor.address, at
    )
