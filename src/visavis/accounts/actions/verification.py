"""The verified mark: an operator has looked at a practitioner's papers."""

from datetime import datetime
from uuid import UUID

from visavis.accounts import queries
from visavis.kit import audit
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import NotFoundError
from visavis.live.actions import hint_everyone


async def set_verified(db: Db, actor: Actor, practitioner_id: UUID, verified: bool, now: datetime) -> None:
    """Give or take the mark. NotFoundError when there is no such practice, or no operator acts."""
    async with db.transaction(actor) as tx:
        if not await queries.set_verified.value(tx, practitioner_id, verified):
            raise NotFoundError
        verb = "verify" if verified else "unverify"
        people = [actor.known_id, practitioner_id]
        await audit.record(tx, actor, verb, ("practice", practitioner_id), people, at=now)
        await hint_everyone(tx, about=["practices", "practitioners", f"practitioner:{practitioner_id}"])
