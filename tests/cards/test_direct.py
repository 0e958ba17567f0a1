"""Who is paid directly has their share and no claim to it; what goes back is each one's part; where a payment
goes, the database says."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from tests.cards.world import Counter, make_counter
from tests.money.world import now
from visavis.cards.direct import actions as direct
from visavis.cards.direct.looking import look_at_accounts
from visavis.cards.provider import ProviderRefusedError
from visavis.cards.rules import OfPurchase
from visavis.cards.settling import settle
from visavis.kit.actor import SYSTEM
from visavis.kit.errors import NotFoundError
from visavis.money.errors import NothingToPayOutError


@pytest.mark.parametrize(
    ("who", "policy", "back"),
    [
        ("practitioner", {"cancel_fee_percent": 100}, 8000),
        ("client", {"cancel_fee_percent": 33}, 5360),
        ("client", {"cancel_fee_percent": 100}, 0),
    ],
)
async def test_a_share_is_paid_once_and_goes_back_in_part(
    counter: Counter, who: str, policy: dict[str, Any], back: int
) -> None:
    await counter.till.owner.execute("update installation set commission_bp = 3333")
    await counter.connected()
    session = await counter.paid(await counter.awaited(**policy), cost=140)
    assert counter.cards.with_practitioners() == 8000 - 2666
    assert await counter.balances() == {"platform": 2666 - 140, "provider": 140 - 2666}
    with pytest.raises(NothingToPayOutError):
        await counter.till.run()

    await counter.till.cancel(session, getattr(counter.till, who))
    for _twice in range(2):
        await counter.send_refunds()
    kept = 8000 - back
    fee = (kept * 3333 + 5000) // 10000
    assert counter.cards.sent_back(counter.cards.charges()[0].charge or "") == back
    assert counter.cards.with_practitioners() == kept - fee
    left = {"platform": fee - 140, "provider": 140 - fee}
    assert await counter.balances() == left
    with pytest.raises(NothingToPayOutError):
        await counter.till.run()


@pytest.mark.parametrize("how", ["wanting", "checked", "refused", "gone"])
async def test_only_who_is_ready_is_paid_directly(counter: Counter, how: Any) -> None:
    await counter.connected(how)
    await counter.paid()
    assert counter.cards.with_practitioners() == 0
    assert await counter.balances() == {"practitioner": 5600, "platform": 2400, "provider": -8000}


async def test_an_account_that_cannot_receive_any_more(counter: Counter) -> None:
    """The next try goes to the platform; what was decided before stays."""
    account = await counter.connected()
    session = await counter.awaited()
    before = await counter.begin(await counter.awaited())
    counter.cards.become(account, "wanting")
    with pytest.raises(ProviderRefusedError):
        await counter.begin(session)
    asked = "select count(*) from jobs.pgqueuer where entrypoint = 'cards.look_at_account'"
    assert await counter.till.owner.fetchval(asked) == 1
    assert await counter.look_at_account() == "wanting"
    await counter.paid(session)
    assert counter.cards.intents[before].account == account
    assert await counter.balances() == {"practitioner": 5600, "platform": 2400, "provider": -8000}


async def test_an_intent_that_leads_elsewhere_pays_nothing(counter: Counter) -> None:
    await counter.connected()
    session = await counter.awaited()
    intent = await counter.begin(session)
    paid = msgspec.structs.replace(counter.cards.intents[intent], status="succeeded", charge="ch_1")
    for changes in ({"account": None}, {"account": "acct_mine"}, {"commission_minor": 0}):
        forged = msgspec.structs.replace(paid, **changes)
        await settle(counter.worker.handle(), SYSTEM, forged, now())
        assert await counter.status(session) == "approved", changes
    payment = await counter.till.owner.fetchval("select id from card_payment")
    async with counter.till.db.transaction(counter.till.client.actor) as tx:
        assert not await tx.fetchval("select keep_card_intent($1, $2, 'acct_mine')", payment, intent)


async def test_what_comes_too_late_goes_back_whole(counter: Counter) -> None:
    await counter.connected()
    session = await counter.awaited()
    intent = await counter.begin(session)
    await counter.till.cancel(session, counter.till.practitioner)
    assert counter.cards.pay(intent)
    await counter.look_at_all(now() + timedelta(minutes=2))
    assert await counter.balances() == {"provider": -8000, "refunds": 8000}
    await counter.send_refunds()
    assert counter.cards.with_practitioners() == 0
    assert list(counter.cards.fees_back.values()) == [2400]
    assert await counter.balances() == {}


async def test_credits_of_the_practitioner_are_theirs_at_once(counter: Counter) -> None:
    """Like those paid by transfer: they hold them for the client, and owe the commission of what is spent."""
    await counter.connected()
    purchase = await counter.bought(many=5, price=35000)
    assert counter.cards.with_practitioners() == 35000
    assert await counter.balances() == {"client": 35000, "prepaid": -35000}
    await counter.till.spent(2)
    assert await counter.balances() == {
        "client": 21000, "prepaid": -21000, "practitioner": -4200, "platform": 4200,
    }  # fmt: skip
    await counter.till.take_back(purchase)
    for _twice in range(2):
        await counter.send_refunds()
    assert counter.cards.with_practitioners() == 14000
    assert await counter.balances() == {"practitioner": -4200, "platform": 4200}


async def test_credits_of_the_platform_and_late_ones(counter: Counter) -> None:
    await counter.connected()
    await counter.bought(platform=True)
    assert counter.cards.with_practitioners() == 0
    late = await counter.to_buy()
    intent = await counter.begin(OfPurchase(late))
    await counter.till.owner.execute("update credit_purchase set status = 'withdrawn' where id = $1", late)
    assert counter.cards.pay(intent)
    await counter.look_at_all(now() + timedelta(minutes=2))
    await counter.send_refunds()
    assert counter.cards.with_practitioners() == 0
    assert await counter.balances() == {"client": 35000, "provider": -35000}


async def test_thousandths_are_not_sent_directly(counter: Counter, owner: Any, db: Any) -> None:
    counter.till = (await make_counter(owner, db, counter.worker, "KWD")).till
    await counter.connected()
    await counter.paid(await counter.awaited(price=5050))  # of which 30 % are 1.515
    assert await counter.balances() == {"practitioner": 3535, "platform": 1515, "provider": -5050}


async def test_what_the_operator_has_not_set_up_is_not_there(counter: Counter) -> None:
    await counter.connected()
    await counter.till.owner.execute("update installation set pays_directly = false")
    with pytest.raises(NotFoundError):
        await direct.begin_account(counter.till.db, counter.till.practitioner.actor, counter.cards, now())
    await counter.paid()
    assert (await counter.balances())["practitioner"] == 5600


async def test_the_clock_looks_and_an_answer_that_was_overtaken_changes_nothing(counter: Counter) -> None:
    account = await counter.connected("wanting")
    counter.cards.become(account, "ready")
    db = counter.worker.handle()
    assert await look_at_accounts(db, SYSTEM, counter.cards, now() + timedelta(minutes=30)) == 0
    assert await look_at_accounts(db, SYSTEM, counter.cards, now() + timedelta(hours=2)) == 1
    counter.cards.become(account, "wanting")
    assert await counter.look_at_account() == "ready"  # asked before what is known
    assert await look_at_accounts(db, SYSTEM, counter.cards, now() + timedelta(hours=20)) == 0
    assert await look_at_accounts(db, SYSTEM, counter.cards, now() + timedelta(hours=30)) == 1
    assert await counter.till.owner.fetchval("select status from card_account") == "wanting"
