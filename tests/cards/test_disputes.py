"""What a bank takes back is gone from the books, too: once, and from who had it; no client has it twice."""

from datetime import timedelta
from typing import Any

import pytest

from tests.cards.test_after import troubles
from tests.cards.test_mails import delivered
from tests.cards.world import Counter
from tests.credits.test_mails import work
from tests.money.world import now
from tests.support.tabs import words
from visavis.cards.provider import ProviderUnreachableError
from visavis.credits.refunding import take_back
from visavis.money.errors import NothingToPayOutError
from visavis.operations.jobs import Work

__all__ = ["work"]


async def taken(counter: Counter, amount: int = 8000, status: Any = "lost", fee: int = 0) -> None:
    """The bank decides about the latest charge, and the worker hears of it twice."""
    counter.cards.dispute(counter.cards.charges()[-1].charge or "", amount, status, fee)
    for _twice in range(2):
        await counter.watch()


async def test_what_is_lost_is_taken_from_who_had_it(counter: Counter, work: Work) -> None:
    """The share although it was paid out, the commission in proportion; the fee is the platform's."""
    session = await counter.paid()
    await counter.till.over(session)
    [payout] = await counter.till.run()
    assert payout
    await taken(counter, fee=1500)
    left = {"practitioner": -5600, "platform": -1500, "provider": 1500, "payouts": 5600}
    assert await counter.balances() == left
    [found] = await troubles(counter)
    assert (found.state, found.lost_minor, found.taken_minor, found.cost_minor) == ("lost", 8000, 8000, 1500)
    assert "The payment for" in " ".join(await delivered(counter, work, counter.till.practitioner))
    assert await counter.told("lose_dispute") == [None]


async def test_a_part_and_then_what_is_left(counter: Counter) -> None:
    """Called off after it, the client has only what the bank did not give them."""
    session = await counter.paid()
    await taken(counter, 3000)
    assert await counter.balances() == {"practitioner": 3500, "platform": 1500, "provider": -5000}
    await counter.till.cancel(session, counter.till.practitioner)
    await counter.send_refunds()
    assert await counter.balances() == {}
    assert counter.cards.gone(counter.cards.charges()[0].charge or "") == 8000


async def test_called_off_after_all_of_it_was_taken(counter: Counter) -> None:
    session = await counter.paid()
    await taken(counter)
    await counter.till.cancel(session, counter.till.practitioner)
    await counter.send_refunds()
    assert await counter.balances() == {}
    assert await counter.till.owner.fetchval("select count(*) from refund") == 0


ALL_GONE = "All that was paid went back through the bank. Nothing more does."


@pytest.mark.parametrize(
    ("amount", "client_reads", "practitioner_reads"),
    [
        (0, "All that you paid, £80.00, goes back to your card", "paid, £80.00, goes back to the card"),
        (3000, "your bank has not taken back, £50.00, goes back", "has not taken back, £50.00, goes back"),
        (8000, ALL_GONE, ALL_GONE),
    ],
)
async def test_whoever_calls_off_reads_what_is_left(
    counter: Counter, client: Any, amount: int, client_reads: str, practitioner_reads: str
) -> None:
    session = await counter.paid()
    if amount:
        await taken(counter, amount)
    for who, reads in ((counter.till.client, client_reads), (counter.till.practitioner, practitioner_reads)):
        page = await who.sign_in(client()).get(f"/sessions/{session}/cancellation")
        assert reads in words(page)


@pytest.mark.parametrize("direct", [False, True])
async def test_a_refund_that_waits_is_settled_by_it(counter: Counter, direct: bool) -> None:
    """The provider refuses it while the bank is asked; nobody sends it besides."""
    if direct:
        await counter.connected()
    session = await counter.paid()
    await taken(counter, status="open")
    await counter.till.cancel(session, counter.till.practitioner)
    await counter.send_refunds()
    assert (await counter.balances())["refunds"] == 8000
    await taken(counter)
    kept = {"practitioner": -5600, "provider": 5600} if direct else {}
    assert await counter.balances() == kept
    assert counter.cards.with_practitioners() == (5600 if direct else 0)


@pytest.mark.parametrize("fee", [0, 1500])
async def test_what_is_won_changes_nothing_but_what_is_kept_for_it(counter: Counter, fee: int) -> None:
    await counter.till.over(await counter.paid())
    await taken(counter, status="open", fee=1500)
    with pytest.raises(NothingToPayOutError):  # until it is decided
        await counter.till.run()
    await taken(counter, status="won", fee=fee)
    assert await counter.balances() == {
        "practitioner": 5600, "platform": 2400 - fee, "provider": fee - 8000,
    }  # fmt: skip
    assert len(await counter.till.run()) == 1


async def test_who_was_paid_directly_owes_it(counter: Counter) -> None:
    await counter.connected()
    await counter.paid()
    await taken(counter)
    assert await counter.balances() == {"practitioner": -5600, "provider": 5600}
    assert counter.cards.with_practitioners() == 5600


@pytest.mark.parametrize("platform", [False, True])
async def test_credits_go_with_their_payment(counter: Counter, work: Work, platform: bool) -> None:
    """Also one that comes back of a session later; what was spent is their seller's loss."""
    await counter.bought(many=5, price=35000, platform=platform)
    session, _kept = await counter.till.spent(1), await counter.till.spent(1)
    before = await counter.balances()
    await taken(counter, 35000)
    remaining = "select sum(remaining) from credit_lot"
    assert await counter.till.owner.fetchval(remaining) == 0
    seller = "platform" if platform else "practitioner"
    loss = 14000 if platform else 35000  # of practitioners, what was sold had been added
    after = await counter.balances()
    assert after.get(seller, 0) == before.get(seller, 0) - loss
    assert {"client", "prepaid"}.isdisjoint(after)
    await counter.till.cancel(session, counter.till.practitioner)
    assert await counter.till.owner.fetchval(remaining) == 0
    assert {"client", "prepaid"}.isdisjoint(await counter.balances())
    assert "Your bank has taken back your payment for credits" in await delivered(counter, work)


async def test_a_part_of_a_package(counter: Counter) -> None:
    """As many credits as it is worth; of the rest never more goes back than there is."""
    purchase = await counter.bought(many=5, price=35000)
    await taken(counter, 10000)
    assert await counter.balances() == {
        "client": 28000, "prepaid": -28000, "practitioner": 25000, "provider": -25000,
    }  # fmt: skip
    await take_back(counter.till.db, counter.till.practitioner.actor, purchase, 4, now())
    await counter.send_refunds()
    assert await counter.balances() == {}


async def test_a_refund_of_a_direct_payment_that_is_refused_for_good(counter: Counter) -> None:
    """Nothing left the practitioner's account: they owe their share to who sends it by hand."""
    await counter.connected()
    session = await counter.paid()
    await counter.till.cancel(session, counter.till.practitioner)
    counter.cards.refuses_for_good = 1
    await counter.send_refunds()
    assert counter.cards.with_practitioners() == 5600
    assert await counter.balances() == {"practitioner": -5600, "provider": -2400, "refunds": 8000}


async def test_one_that_came_too_late_and_cannot_go_back(counter: Counter) -> None:
    await counter.connected()
    session = await counter.awaited()
    intent = await counter.begin(session)
    await counter.till.cancel(session, counter.till.practitioner)
    assert counter.cards.pay(intent)
    await counter.look_at_all(now() + timedelta(minutes=2))
    counter.cards.refuses_for_good = 1
    await counter.send_refunds()
    assert await counter.balances() == {"practitioner": -5600, "provider": -2400, "refunds": 8000}


async def test_an_intent_of_other_keys_is_begun_anew(counter: Counter) -> None:
    """And what was made first can pay nothing any more."""
    session = await counter.awaited()
    old = await counter.begin(session)
    counter.cards.decline(old)
    await counter.look(old)
    counter.cards.forget(old)
    with pytest.raises(ProviderUnreachableError):  # the worker has not looked yet
        await counter.begin(session)
    asked = "select count(*) from jobs.pgqueuer where entrypoint = 'cards.look'"
    assert await counter.till.owner.fetchval(asked) == 1
    await counter.look_at_all(now() + timedelta(minutes=2))
    new = await counter.begin(session)
    assert new != old
    await counter.look(old)  # of nobody
    assert counter.cards.pay(new)
    await counter.look(new)
    assert await counter.status(session) == "confirmed"
    assert len(counter.cards.charges()) == 1


async def test_what_lapses_meanwhile_lapses(counter: Counter) -> None:
    session = await counter.awaited()
    counter.cards.forget(await counter.begin(session))
    await counter.lapse(now() + timedelta(minutes=16))
    assert await counter.status(session) == "expired"
    assert await counter.look_at_all(now() + timedelta(hours=2)) == 0
