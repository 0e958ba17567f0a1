"""Whose unspent credits come back as money reads of it by mail: once for each step."""

from typing import Any
from uuid import UUID

from tests.credits.test_mails import work
from tests.money.test_credits_back import purchase_of
from tests.money.world import Till, make_till, now
from visavis.credits.refund_mails import RefundAsked, send
from visavis.credits.refunding import send_refund, take_back
from visavis.operations.jobs import Work

__all__ = ["work"]


async def test_owed_and_sent(owner: Any, db: Any, work: Work) -> None:
    till = await make_till(owner, db)
    purchase = await purchase_of(till, await till.bought(many=3, price=1000))
    seller = till.practitioner.actor
    await take_back(till.db, seller, purchase, 3, now())
    assert await _sent(till, work, purchase) == ["Unspent credits of yours come back as money"]
    await send_refund(till.db, seller, purchase, "Ref 7", now())
    assert (await _sent(till, work, purchase))[1:] == ["Your refund was sent"]
    first, second = await owner.fetch("select * from outbox_mail order by created_at")
    address = await owner.fetchval("select email from account where id = $1", till.client.id)
    number = await owner.fetchval("select number from paper where kind = 'credit_note'")
    for each in (first, second):
        assert each["to_address"] == address
        assert "£10.00" in each["text_body"]
        assert number in each["text_body"]
        assert "Ref 7" not in each["text_body"]


async def _sent(till: Till, work: Work, purchase: UUID) -> list[str]:
    for _ in range(2):  # a job runs at least once
        await send(work, RefundAsked(purchase))
    rows = await till.owner.fetch("select subject from outbox_mail order by created_at")
    return [row["subject"] for row in rows]
