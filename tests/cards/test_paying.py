"""A session is paid by card: once, for what it costs, whatever is said how often."""

from datetime import timedelta

import pytest

from tests.cards.world import Counter
from tests.money.world import now
from visavis.booking import jobs
from visavis.cards.errors import NothingToPayError
from visavis.cards.provider import Intent, ProviderUnreachableError
from visavis.cards.rules import OfPurchase
from visavis.credits.purchasing import withdraw
from visavis.operations.jobs import Work
from visavis.settings import Settings


async def test_who_pays_has_a_certain_session_and_the_books_know(counter: Counter) -> None:
    session = await counter.paid(cost=140)
    assert await counter.status(session) == "confirmed"
    assert await counter.balances() == {"practitioner": 5600, "platform": 2400 - 140, "provider": -8000 + 140}
    kept = await counter.till.owner.fetchrow("select * from card_payment")
    assert (kept["brand"], kept["last4"], kept["outcome"], kept["amount_minor"]) == (
        "visa",
        "4242",
        "settled",
        8000,
    )
    assert kept["charge_id"] == await counter.till.owner.fetchval(
        "select provider_ref from money_posting where step = 'paid'"
    )


async def test_the_same_word_again_changes_nothing(counter: Counter) -> None:
    session = await counter.paid()
    before = await counter.till.owner.fetch("select * from money_line order by id")
    intent = next(iter(counter.cards.intents))
    for _again in range(3):
        await counter.look(intent)
    assert await counter.till.owner.fetch("select * from money_line order by id") == before
    with pytest.raises(NothingToPayError):
        await counter.begin(session)


async def test_two_tabs_have_one_payment(counter: Counter) -> None:
    session = await counter.awaited()
    assert await counter.begin(session) == await counter.begin(session)
    assert len(counter.cards.intents) == 1


async def test_an_answer_that_got_lost_leads_to_the_same_payment(counter: Counter) -> None:
    session = await counter.awaited()
    counter.cards.loses = 1
    with pytest.raises(ProviderUnreachableError):
        await counter.begin(session)
    intent = await counter.begin(session)
    assert list(counter.cards.intents) == [intent]


async def test_a_refused_card_keeps_the_session_and_can_be_tried_again(counter: Counter) -> None:
    session = await counter.awaited()
    intent = await counter.begin(session)
    counter.cards.decline(intent, "insufficient_funds")
    await counter.look(intent)
    assert await counter.status(session) == "approved"
    told = await counter.till.owner.fetchval(
        "select verb from audit_event where subject_id = $1 order by id desc limit 1", session
    )
    assert told == "fail_card_payment"
    assert await counter.begin(session) == intent
    await counter.paid(session)
    assert await counter.status(session) == "confirmed"


@pytest.mark.parametrize("what", ["session", "credits"])
async def test_please_try_again_is_said_once_and_not_of_what_is_paid(counter: Counter, what: str) -> None:
    other = await counter.begin(await counter.awaited())
    counter.cards.decline(other)
    await counter.look(other)
    thing = await counter.awaited() if what == "session" else OfPurchase(await counter.to_buy())
    intent = await counter.begin(thing)
    for why in ("declined", "insufficient_funds", "declined"):
        counter.cards.decline(intent, why)
        await counter.look(intent)
        assert (await counter.told("fail_card_payment"))[1:] == [why]
    assert counter.cards.pay(intent)
    await counter.look(intent)
    assert await counter.told("fail_card_payment") == ["declined"], "of the other payment"
    assert await counter.told("pay_by_card" if what == "session" else "buy_credits_by_card") == [None]


@pytest.mark.parametrize("how", ["lapses", "is_called_off", "is_withdrawn", "is_forgotten"])
async def test_nobody_is_asked_to_try_again_what_is_over(counter: Counter, how: str) -> None:
    thing = await counter.awaited() if how != "is_withdrawn" else OfPurchase(await counter.to_buy())
    intent = await counter.begin(thing)
    counter.cards.decline(intent)
    await counter.look(intent)
    assert await counter.told("fail_card_payment") == ["declined"]
    if isinstance(thing, OfPurchase):
        await withdraw(counter.till.db, counter.till.client.actor, thing.id, now())
    elif how == "lapses":
        await counter.lapse(now() + timedelta(minutes=16))
    elif how == "is_called_off":
        await counter.till.cancel(thing, counter.till.client)
    else:
        counter.cards.forget(intent)
    await counter.look_at_all(now() + timedelta(minutes=20))
    assert await counter.told("fail_card_payment") == []


async def test_what_is_not_paid_in_time_is_free_again_and_nobody_can_pay_it(counter: Counter) -> None:
    session = await counter.awaited()
    intent = await counter.begin(session)
    await counter.lapse(now() + timedelta(minutes=16))
    assert await counter.status(session) == "expired"
    assert counter.cards.intents[intent].status == "cancelled"
    assert not counter.cards.pay(intent)


async def test_who_pays_in_the_last_moment_has_paid(counter: Counter) -> None:
    session = await counter.awaited()
    assert counter.cards.pay(await counter.begin(session))
    await counter.lapse(now() + timedelta(minutes=16))
    assert await counter.status(session) == "confirmed"


async def test_a_bank_that_takes_its_time_gets_an_hour(counter: Counter) -> None:
    session = await counter.awaited()
    counter.cards.decide(await counter.begin(session))
    await counter.lapse(now() + timedelta(minutes=70))
    assert await counter.status(session) == "approved"
    await counter.lapse(now() + timedelta(minutes=80))
    assert await counter.status(session) == "expired"


async def test_what_nobody_pays_by_card_waits_for_no_provider(
    counter: Counter, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that does not answer is waited for, twenty seconds for each payment."""
    session, other = await counter.awaited(), await counter.awaited()
    await counter.begin(session)
    meanwhile: list[str] = []

    async def cancel(_: str) -> Intent:
        meanwhile.append(await counter.status(other))
        raise ProviderUnreachableError

    monkeypatch.setattr(counter.cards, "cancel", cancel)
    monkeypatch.setattr(jobs, "provider_of", lambda _: counter.cards)
    await jobs.expire(Work(counter.worker, settings, now() + timedelta(minutes=16)))
    assert (meanwhile, await counter.status(session)) == (["expired"], "approved")


async def test_who_has_paid_while_no_worker_ran_has_paid(
    counter: Counter, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = await counter.awaited()
    assert counter.cards.pay(await counter.begin(session))
    monkeypatch.setattr(jobs, "provider_of", lambda _: counter.cards)
    await jobs.expire(Work(counter.worker, settings, now() + timedelta(hours=3)))
    assert await counter.status(session) == "confirmed"


async def test_no_word_is_needed(counter: Counter) -> None:
    session = await counter.awaited()
    assert counter.cards.pay(await counter.begin(session))
    assert await counter.look_at_all(now() + timedelta(minutes=2)) == 1
    assert await counter.status(session) == "confirmed"
    assert await counter.look_at_all(now() + timedelta(minutes=9)) == 0


@pytest.mark.parametrize("taken", [False, True])
async def test_a_payment_that_comes_late_takes_the_time_again_or_goes_back(
    counter: Counter, taken: bool
) -> None:
    session = await counter.awaited()
    intent = await counter.begin(session)
    counter.cards.decide(intent)
    await counter.lapse(now() + timedelta(minutes=80))
    if taken:
        await counter.somebody_takes(session)
    assert counter.cards.pay(intent)
    await counter.look(intent)
    await counter.send_refunds()
    assert await counter.status(session) == ("expired" if taken else "confirmed")
    sent_back = 8000 if taken else 0
    assert counter.cards.sent_back(counter.cards.charges()[0].charge or "") == sent_back
    assert await counter.balances() == (
        {} if taken else {"practitioner": 5600, "platform": 2400, "provider": -8000}
    )
    verbs = await counter.till.owner.fetch(
        "select verb, concerns from audit_event where subject_id = $1 order by id", session
    )
    assert [each["verb"] for each in verbs] == (
        ["expire", "return_card_payment", "refund_card"] if taken else ["expire", "pay_by_card"]
    )
    assert all(len(each["concerns"]) == 2 for each in verbs)


async def test_a_session_that_was_called_off_is_not_paid(counter: Counter) -> None:
    session = await counter.awaited()
    intent = await counter.begin(session)
    await counter.till.cancel(session, counter.till.client)
    assert counter.cards.pay(intent)  # at the very same moment
    await counter.look_at_all(now() + timedelta(minutes=2))
    await counter.send_refunds()
    assert await counter.status(session) == "cancelled"
    assert await counter.balances() == {}
