"""What operators do about refunds that bounced, and about what was done on the provider's own pages."""

from datetime import datetime
from typing import Any
from uuid import UUID

from visavis.accounts.access import require_operator
from visavis.cards.access import load_stuck_one, load_trouble
from visavis.cards.bouncing import TELL, SentByHand
from visavis.cards.queries import after
from visavis.kit import audit
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.sql import Tx
from visavis.kit.words import _
from visavis.live.actions import hint
from visavis.money.errors import RefundSentError
from visavis.money.rules import checked_words


async def send_by_hand(db: Db, actor: Actor, refund_id: UUID, note: str, now: datetime) -> None:
    """An operator has sent what a card did not take; `note` is for the client.

    Raises NotFoundError, also when it was sent; RefundSentError while the provider still tries, and when two
    say it at once; InvalidInputError (note).
    """
    require_operator(actor)
    note = checked_words(note, field="note")
    async with db.transaction(actor) as tx:
        found = await load_stuck_one(tx, actor, refund_id)
        if not await after.send_by_hand.value(tx, refund_id, note, now):
            raise RefundSentError
        await TELL.ask(tx, SentByHand(found.payment_id))  # an operator has no part in the session itself
        details = {"amount_minor": found.amount_minor, "currency": found.currency}
        await _write_down(tx, actor, "send_by_hand", ("card_payment", found.payment_id), details, now)


async def settle_trouble(db: Db, actor: Actor, trouble_id: str, note: str, now: datetime) -> None:
    """An operator has dealt with a refund or a dispute of the provider's own pages, and says how; it is shown
    again when it changes there. Raises NotFoundError, also when it is settled; InvalidInputError (note)."""
    require_operator(actor)
    note = checked_words(note, field="note", needed=_("Please say what was decided."))
    async with db.transaction(actor) as tx:
        found = await load_trouble(tx, actor, trouble_id)
        await after.settle_trouble.value(tx, trouble_id, note, now)
        details = {"trouble": found.id, "amount_minor": found.amount_minor, "currency": found.currency}
        await _write_down(tx, actor, "settle_card_trouble", ("account", actor.known_id), details, now)


async def _write_down(
    tx: Tx, actor: Actor, verb: str, subject: tuple[str, UUID], details: dict[str, Any], now: datetime
) -> None:
    me = actor.known_id
    await audit.record(tx, actor, verb, subject, [me], details, now)
    await hint(tx, to=[me], about=["money"])
