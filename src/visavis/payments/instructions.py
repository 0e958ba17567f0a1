"""How a practitioner wants to be paid: bank details and the like, shown only to who has to pay."""

from datetime import datetime

from visavis.kit import audit
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError
from visavis.kit.words import _
from visavis.live.actions import hint
from visavis.payments import queries
from visavis.practices.access import load_own_practice

MOST_WORDS = 1000  # characters


async def set_instructions(db: Db, actor: Actor, words: str, now: datetime) -> None:
    """Say how to pay, from now on; an empty text takes it away. Raises InvalidInputError, NoPracticeError."""
    words = words.strip()
    if len(words) > MOST_WORDS:
        raise InvalidInputError(fields={"words": _("Please keep this to 1000 characters.")})
    async with db.transaction(actor) as tx:
        practice_id = (await load_own_practice(tx, actor)).practitioner_id
        if words:
            await queries.put_instructions.run(tx, practice_id, words)
        else:
            await queries.clear_instructions.run(tx, practice_id)
        await audit.record(
            tx, actor, "set_payment_instructions", ("practice", practice_id), [practice_id], at=now
        )
        clients = await queries.clients_to_pay.values(tx, practice_id)
        await hint(tx, to=[practice_id, *clients], about=["dashboard", f"practice:{practice_id}"])
