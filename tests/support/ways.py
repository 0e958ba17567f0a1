"""Sessions made in other ways than by taking a slot, arranged for tests."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from tests.support.world import Somebody
from visavis.booking.access import SessionRow, load_offer, load_session
from visavis.booking.errors import SlotTakenError
from visavis.booking.inserting import NewSession, insert_session, sold
from visavis.kit.db import Database


async def introduce(owner: Any, practitioner: Somebody, client: Somebody) -> None:
    """Let the practitioner propose sessions to somebody they have never met."""
    await owner.execute(
        "insert into introduction (practitioner_id, client_id) values ($1, $2)", practitioner.id, client.id
    )


async def made(
    db: Database,
    maker: Somebody,
    client: Somebody,
    offering: UUID,
    starts_at: datetime | None = None,
    now: datetime | None = None,
    **more: Any,
) -> SessionRow:
    """A session that `maker` makes for `client`, an hour long; without a start its time is open.

    SlotTakenError when another one stands in its way.
    """
    async with db.handle().transaction(maker.actor) as tx:
        new = NewSession(
            sold=sold(await load_offer(tx, offering), 60),
            client_id=client.id,
            created_by="client" if maker is client else "practitioner",
            length_minutes=60,
            starts_at=starts_at,
            blocked=(starts_at, starts_at + timedelta(hours=1)) if starts_at else None,
            **more,
        )
        session_id = await insert_session(tx, new, now or datetime.now(UTC))
        if session_id is None:
            raise SlotTakenError("another session stands in its way", [])
        return (await load_session(tx, maker.actor, session_id)).session
