"""What was paid by card goes back by card, by the session's policy, once; credits can be bought by card."""

from datetime import timedelta
from typing import Any

import pytest

from tests.cards.world import Counter
from tests.money.world import make_till, now
from visavis.cards.provider import ProviderUnreachableError
from visavis.cards.rules import OfPurchase
from visavis.credits.refunding import send_refund as send_credits_refund
from visavis.credits.refunding import take_back
from visavis.kit.errors import ForbiddenError
from visavis.money.refunds import send_refund


@pytest.mark.parametrize(
    ("who", "late", "policy", "back"),
    [
        ("practitioner", True, {"late_fee_percent": 100}, 8000),
        ("client", False, {}, 8000),
        ("client", False, {"cancel_fee_percent": 25}, 6000),
        ("client", True, {"late_fee_percent": 50}, 4000),
        ("client", True, {"late_fee_percent": 100}, 0),
    ],
)
async def test_the_policy_says_what_goes_back(
    counter: Counter, who: str, late: bool, policy: dict[str, Any], back: int
) -> None:
    session = await counter.paid(await counter.awaited(**policy))
    if late:
        await counter.till.late(session)
    await counter.till.cancel(session, getattr(counter.till, who))
    for _twice in range(2):
        await counter.send_refunds()
    charge = counter.cards.charges()[0].charge or ""
    assert counter.cards.sent_back(charge) == back
    kept = 8000 - back
    fee = kept * 3 // 10
    left = {"practitioner": kept - fee, "platform": fee, "provider": -kept}
    assert await counter.balances() == {kind: amount for kind, amount in left.items() if amount}


async def test_an_answer_about_a_refund_that_got_lost(counter: Counter) -> None:
    session = await counter.paid()
    await counter.till.cancel(session, counter.till.practitioner)
    counter.cards.loses = 1
    with pytest.raises(ProviderUnreachableError):
        await counter.send_refunds()
    assert (await counter.balances())["refunds"] == 8000
    await counter.send_refunds()
    assert len(counter.cards.refunds) == 1
    assert await counter.balances() == {}


async def test_a_refund_that_is_refused_stays_owed(counter: Counter) -> None:
    session = await counter.paid()
    await counter.till.cancel(session, counter.till.practitioner)
    counter.cards.refuses = 1
    await counter.send_refunds()
    assert await counter.till.owner.fetchval("select failure from refund") == "insufficient_funds"
    await counter.send_refunds()
    assert await counter.balances() == {}


async def test_nobody_says_that_they_sent_it_by_hand(counter: Counter) -> None:
    session = await counter.paid()
    await counter.till.cancel(session, counter.till.practitioner)
    with pytest.raises(ForbiddenError):
        await send_refund(counter.till.db, counter.till.practitioner.actor, session, "", now())


@pytest.mark.parametrize("platform", [False, True])
async def test_credits_are_there_with_the_payment(counter: Counter, platform: bool) -> None:
    await counter.bought(platform=platform, many=5, price=35000)
    await counter.look(counter.cards.charges()[0].id)
    there = await counter.till.owner.fetchval("select sum(remaining) from credit_lot")
    owed = {} if platform else {"practitioner": 35000, "prepaid": -35000}
    assert there == 5
    assert await counter.balances() == {"client": 35000, "provider": -35000, **owed}
    session = await counter.till.spent(2)
    assert (await counter.balances())["client"] == 21000
    assert (await counter.balances())["platform"] == 4200
    await counter.till.cancel(session, counter.till.practitioner)
    assert await counter.balances() == {"client": 35000, "provider": -35000, **owed}


@pytest.mark.parametrize("platform", [False, True])
async def test_unspent_credits_go_back_to_the_card(counter: Counter, platform: bool) -> None:
    purchase = await counter.bought(platform=platform, many=3, price=1000)
    await counter.till.spent(1)
    seller = counter.till.chief if platform else counter.till.practitioner.actor
    owed = await take_back(counter.till.db, seller, purchase, 2, now())
    assert (owed.amount_minor, owed.by_card) == (667, True)
    with pytest.raises(ForbiddenError):
        await send_credits_refund(counter.till.db, seller, purchase, "", now())
    counter.cards.loses = 1
    with pytest.raises(ProviderUnreachableError):
        await counter.send_refunds()
    await counter.send_refunds()
    assert counter.cards.sent_back(counter.cards.charges()[0].charge or "") == 667
    assert await counter.balances() == {"practitioner": 233, "platform": 100, "provider": -333}


async def test_thousandths_go_back_in_steps_and_so_they_are_booked(
    owner: Any, db: Any, counter: Counter
) -> None:
    counter.till = await make_till(owner, db, "KWD")
    session = await counter.paid(await counter.awaited(5130, cancel_fee_percent=50))
    await counter.till.cancel(session, counter.till.client)
    purchase = await counter.bought(many=3, price=1000)
    await counter.till.spent(1)
    owed = await take_back(counter.till.db, counter.till.practitioner.actor, purchase, 2, now())
    await counter.send_refunds()
    assert owed.amount_minor == 670, "667 cannot be sent: the seller bears the rest"
    sent = sorted(amount for _charge, amount in counter.cards.refunds.values())
    assert sent == [670, 2570]
    kept = 5130 - 2570 + 1000 - 670
    assert await counter.balances() == {
        "practitioner": kept - 768 - 100, "platform": 868, "provider": -kept
    }  # fmt: skip
    assert (
        await counter.till.owner.fetchval("select sum(gross_minor) from paper where kind = 'credit_note'")
        == 3240
    )


async def test_what_is_paid_for_a_withdrawn_purchase_goes_back(counter: Counter) -> None:
    purchase = await counter.to_buy()
    intent = await counter.begin(OfPurchase(purchase))
    await counter.till.owner.execute("update credit_purchase set status = 'withdrawn'")
    assert counter.cards.pay(intent)  # before anybody could cancel it
    await counter.look_at_all(now() + timedelta(minutes=2))
    await counter.send_refunds()
    assert await counter.balances() == {}
    assert await counter.till.owner.fetchval("select count(*) from credit_lot") == 0
