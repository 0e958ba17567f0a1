"""Each way of paying is booked in the step that makes it true, once, and comes back by the policy."""

from typing import Any

import asyncpg
import pytest

from tests.money.world import Till, now
from tests.support.world import tomorrow_at
from visavis.booking import actions
from visavis.booking.taking import Wish, book_slot
from visavis.credits.actions import expire
from visavis.kit.actor import SYSTEM
from visavis.kit.db import Database
from visavis.kit.errors import ForbiddenError
from visavis.money.errors import RefundSentError
from visavis.money.refunds import send_refund


async def test_a_transfer_is_in_the_practitioners_hands_and_its_commission_is_owed(till: Till) -> None:
    session = await till.paid()
    assert await till.balance() == -2400
    assert await till.balance("platform") == 2400
    assert await till.balance("client") == 0
    assert await till.owner.fetchval("select commission_bp from session where id = $1", session) == 3000


async def test_what_is_settled_elsewhere_books_nothing(till: Till) -> None:
    session = await till.to_approve(0, 8000, payment="none")
    await actions.approve(till.db, till.client.actor, session, now())
    assert await till.owner.fetchval("select count(*) from money_posting") == 0


async def test_bought_credits_are_owed_until_they_are_spent(till: Till) -> None:
    await till.bought(many=3, price=10000)
    assert (await till.balance("client"), await till.balance()) == (10000, 0)
    assert await till.balance("prepaid") == -10000
    for left in (6667, 3333, 0):  # of which the last credit takes the rest
        await till.spent()
        assert await till.balance("client") == left
    assert await till.balance("platform") == 1000 + 1000 + 1000
    assert await till.balance() == -3000


async def test_credits_of_the_platform_are_the_practitioners_when_spent(till: Till) -> None:
    await till.bought(platform=True)
    assert (await till.balance("bank"), await till.balance()) == (-35000, 0)
    await till.spent(2)
    assert (await till.balance(), await till.balance("platform")) == (9800, 4200)


async def test_what_is_certain_at_once_is_booked_at_once(till: Till) -> None:
    await till.bought(platform=True)
    await till.owner.execute(
        """update offering set policy = policy || '{"payment": "credits", "approval": "automatic"}'"""
    )
    wish = Wish(offering_id=till.offering, starts_at=tomorrow_at(10, 4), length_minutes=60)
    seat = await book_slot(till.db, till.client.actor, wish, now())
    assert seat.session.status == "confirmed"
    assert (await till.balance(), await till.balance("platform")) == (4900, 2100)


async def test_credits_that_were_given_are_worth_nothing(till: Till) -> None:
    await till.owner.execute(
        """with lot as (insert into credit_lot (client_id, practitioner_id, source, name, credits, expires_at)
            values ($1, $2, 'granted', 'A gift', 5, now() + interval '1 year') returning *)
        insert into credit_entry (lot_id, client_id, delta, reason, at)
        select id, client_id, credits, 'granted', now() from lot""",
        till.client.id, till.practitioner.id,
    )  # fmt: skip
    await till.cancel(await till.spent(2), till.client)
    assert await till.owner.fetchval("select count(*) from money_posting") == 0


@pytest.mark.parametrize("soon", [False, True])
async def test_credits_that_come_back_bring_their_worth(till: Till, soon: bool) -> None:
    lot = await till.bought(many=3, price=10000)
    session = await till.spent(2)
    if soon:  # then they come back as another lot
        await till.owner.execute(
            "update credit_lot set expires_at = now() + interval '1 day' where id = $1", lot
        )
    await till.cancel(session, till.practitioner)
    assert (await till.balance("client"), await till.balance("platform")) == (10000, 0)
    lots = await till.owner.fetchval("select count(distinct lot_id) from money_line where lot_id is not null")
    assert lots == (2 if soon else 1)


async def test_credits_that_expire_stay_with_the_seller(till: Till, database: Any) -> None:
    for platform in (False, True):
        await till.bought(platform=platform, many=2, price=5000)
    await till.spent()
    await till.owner.execute("update credit_lot set expires_at = now()")
    worker = await Database.open(database.worker_url)
    assert await expire(worker.handle(), SYSTEM, now()) == 2
    await worker.close()
    assert (await till.balance("client"), await till.balance("platform")) == (0, 750 + 5000)
    assert await till.balance() == -5000 + 2500 - 750 + 2500


@pytest.mark.parametrize(
    ("who", "late", "policy", "back"),
    [
        ("practitioner", True, {"late_fee_percent": 100}, 8000),
        ("client", False, {}, 8000),
        ("client", False, {"cancel_fee_percent": 25}, 6000),
        ("client", True, {}, 0),
        ("client", True, {"late_fee_percent": 50}, 4000),
    ],
)
async def test_refunds_follow_the_policy(till: Till, who: str, late: bool, policy: Any, back: int) -> None:
    session = await till.paid(**policy)
    if late:
        await till.late(session)
    await till.cancel(session, till.client if who == "client" else till.practitioner)
    assert await till.balance("refunds") == back
    assert await till.balance("platform") == (8000 - back) * 3 // 10
    assert await till.balance() == -(8000 - back) * 3 // 10
    assert await till.balance("prepaid") == -back
    refund = await till.owner.fetchval("select amount_minor from refund where session_id = $1", session)
    assert (refund or 0) == back


async def test_a_refund_is_sent_once_by_who_owes_it(till: Till) -> None:
    session = await till.paid()
    await till.cancel(session, till.practitioner)
    with pytest.raises(ForbiddenError):
        await send_refund(till.db, till.client.actor, session, "", now())
    sent = await send_refund(till.db, till.practitioner.actor, session, "Ref 7", now())
    assert (sent.note, await till.balance("refunds"), await till.balance()) == ("Ref 7", 0, 0)
    with pytest.raises(RefundSentError):
        await send_refund(till.db, till.practitioner.actor, session, "again", now())
    assert await till.balance() == 0


async def test_a_path_that_forgets_to_book_fails(till: Till) -> None:
    session = await till.to_verify()
    await till.owner.execute(f"begin; set local visavis.account = '{till.practitioner.id}'")
    await till.owner.execute("update session set status = 'confirmed' where id = $1", session)
    with pytest.raises(asyncpg.CheckViolationError, match="not in the ledger"):
        await till.owner.execute("commit")


async def test_other_rates_are_kept_by_the_session(till: Till) -> None:
    before = await till.to_verify()
    await till.owner.execute("update installation set commission_bp = 1000")
    await till.owner.execute(
        "insert into commission_rate (practitioner_id, basis_points) values ($1, 1500)", till.practitioner.id
    )
    own = await till.to_verify()
    await till.owner.execute(
        "insert into commission_rate values ($1, $2, 0)", till.practitioner.id, till.offering
    )
    none = await till.to_verify()
    rates = {
        row["id"]: row["commission_bp"]
        for row in await till.owner.fetch("select id, commission_bp from session")
    }
    assert (rates[before], rates[own], rates[none]) == (3000, 1500, 0)
