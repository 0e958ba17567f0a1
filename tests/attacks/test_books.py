"""The books against those in them: amounts that are sent, others' payouts and refunds, steps by hand."""

from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from tests.money.world import Till, make_till
from tests.support.meetings import Browsers
from tests.support.tabs import Tab
from tests.support.world import make_practitioner
from visavis.kit.db import Database


@pytest.fixture
async def till(owner: Any, db: Any) -> Till:
    return await make_till(owner, db)


# Each is refused by the database itself, whatever a page forgot (ASVS 8.2.1, 8.3.1).
BY_HAND = [
    ("client", "select book_payment('{session}', now())"),
    ("other", "select book_payment('{session}', now())"),
    ("other", "select book_refund('{session}', now())"),
    ("client", "select send_refund('{refunded}', '', now())"),
    ("other", "select send_refund('{refunded}', '', now())"),
    ("practitioner", "select make_payouts(gen_random_uuid(), 'GBP', 0, now())"),
    ("practitioner", "select settle_payout('{payout}', 'paid', '', now())"),
    ("other", "select settle_payout('{payout}', 'failed', '', now())"),
    ("operator", "select settle_payout('{payout}', 'begun', '', now())"),
    ("practitioner", "select set_commission('{practitioner}', null, 0)"),
    ("practitioner", "select set_commission(null, null, 0)"),
    ("practitioner", "select settle_debt(gen_random_uuid(), '{practitioner}', 'GBP', 5, '', now())"),
    ("client", "select book_purchase('{purchase}', now())"),
]


async def test_no_step_is_taken_by_hand(till: Till, db: Database, owner: Any) -> None:
    session, refunded = await till.paid(), await till.paid()
    await till.cancel(refunded, till.practitioner)
    await till.bought(platform=True)
    await till.over(await till.spent(4))
    [payout] = await till.run() if await till.balance() > 0 else [uuid4()]
    other = await make_practitioner(owner, "Dr. Mallory")
    people = {name: getattr(till, name) for name in ("client", "practitioner", "operator")} | {"other": other}
    ids = {"session": session, "refunded": refunded, "payout": payout, "practitioner": till.practitioner.id}
    ids["purchase"] = await owner.fetchval("select id from credit_purchase")
    before = await owner.fetchval("select count(*) from money_line")
    for who, statement in BY_HAND:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with db.handle().transaction(people[who].actor) as tx:
                await tx.execute(statement.format(**ids))
    assert await owner.fetchval("select count(*) from money_line") == before


async def test_the_same_step_twice_books_once(till: Till, db: Database, owner: Any) -> None:
    """F2: no double charge, no double refund, whatever is called again."""
    session = await till.paid()
    async with db.handle().transaction(till.practitioner.actor) as tx:
        assert await tx.fetchval("select book_payment($1, now())", session) is False
    await till.cancel(session, till.client)
    async with db.handle().transaction(till.practitioner.actor) as tx:
        assert await tx.fetchval("select book_refund($1, now())", session) == 0
    assert (await till.balance("refunds"), await till.balance("platform")) == (8000, 0)
    with pytest.raises(asyncpg.UniqueViolationError):
        await owner.execute(
            """insert into refund (session_id, practitioner_id, client_id, currency, price_minor,
                amount_minor, owed_at)
            select session_id, practitioner_id, client_id, currency, 1, 1, now() from refund"""
        )


async def test_amounts_that_are_sent_are_not_believed(till: Till, client: Browsers, owner: Any) -> None:
    """CVE-2026-105256: amount set by the client."""
    session = await till.paid()
    await till.cancel(session, till.practitioner)
    sarah = Tab(till.practitioner, client())
    forged = {"note": "Ref", "amount": "1", "amount_minor": "-8000", "currency": "JPY"}
    answer = await sarah.post(f"/sessions/{session}/refund", forged)
    assert answer.status_code == 303
    assert (await till.balance("refunds"), await till.balance()) == (0, 0)
    assert (await sarah.post(f"/sessions/{session}/refund", forged)).status_code == 409

    await till.bought(platform=True)
    await till.over(await till.spent())
    olive = Tab(till.operator, client())
    form = {"form": str(uuid4()), "currency": "GBP", "least": "0", "amount": "999999", "amount_minor": "99"}
    for wrong in ({"least": "-5"}, {"least": "NaN"}):
        assert (await olive.post("/operator/money/payouts", form | wrong)).status_code == 422
    for wrong in ({"currency": "gbp"}, {"form": "x"}):
        assert (await olive.post("/operator/money/payouts", form | wrong)).status_code == 404
    assert (await olive.post("/operator/money/payouts", form | {"currency": "XTS"})).status_code == 409
    assert (await olive.post("/operator/money/payouts", form)).status_code == 303
    assert await owner.fetchval("select sum(amount_minor) from payout") == 4900


async def test_nobody_sees_anothers_money(till: Till, db: Database, owner: Any) -> None:
    """C7: people read their own lines, an operator those of the platform; nobody a client's."""
    await till.paid()
    mallory = await make_practitioner(owner, "Dr. Mallory")
    seen = "select count(*) from money_line"
    for actor, lines in ((mallory.actor, 0), (till.client.actor, 2), (till.practitioner.actor, 3)):
        async with db.handle().transaction(actor) as tx:
            assert await tx.fetchval(seen) == lines
            assert await tx.fetchval("select count(*) from money_totals()") == 0
    async with db.handle().transaction(mallory.actor) as tx:
        found = "select count(*) from money_of_practitioners($1, null, 10, 0)"
        assert await tx.fetchval(found, till.practitioner.id) == 0
    async with db.handle().transaction(till.chief) as tx:
        assert await tx.fetchval(seen) == 1
