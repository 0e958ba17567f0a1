"""What did not work with providers of rooms, for operators."""

from visavis.accounts.access import require_operator
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.video.queries import rooms
from visavis.video.queries.rooms import TroubleRow

__all__ = ["TroubleRow", "load_troubles"]


async def load_troubles(db: Db, actor: Actor, most: int, skip: int = 0) -> list[TroubleRow]:
    """The latest first. NotFoundError for who is no operator."""
    require_operator(actor)
    async with db.transaction(actor) as tx:
        return await rooms.troubles.all(tx, most, skip)
