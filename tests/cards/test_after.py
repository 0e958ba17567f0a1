"""Refunds that bounce, and refunds and disputes made on the provider's own pages: nothing of it is lost."""

from datetime import timedelta
from typing import Any

import pytest

from tests.cards.test_mails import delivered
from tests.cards.world import Counter
from tests.credits.test_mails import work
from tests.money.world import now
from visavis.booking.access import load_session
from visavis.cards import actions
from visavis.cards.access import load_stuck, load_troubles
from visavis.cards.deciding import send_by_hand, settle_trouble
from visavis.cards.provider import Aftermath, ProviderRefusedError
from visavis.cards.watching import watch_again
from visavis.credits.refunding import take_back
from visavis.kit.actor import SYSTEM
from visavis.kit.errors import InvalidInputError, NotFoundError
from visavis.money.access import find_refund
from visavis.money.errors import RefundSentError
from visavis.operations.jobs import Work

__all__ = ["work"]
CLEAN: dict[str, int] = {}


async def called_off(counter: Counter) -> Any:
    """A session that was paid, called off and refunded: the refund's id."""
    session = await counter.paid()
    await counter.till.cancel(session, counter.till.practitioner)
    await counter.send_refunds()
    return await counter.till.owner.fetchval("select id from refund where session_id = $1", session)


async def stuck(counter: Counter) -> list[Any]:
    async with counter.till.db.transaction(counter.till.chief) as tx:
        return await load_stuck(tx, counter.till.chief)


async def troubles(counter: Counter) -> list[Any]:
    async with counter.till.db.transaction(counter.till.chief) as tx:
        return await load_troubles(tx, counter.till.chief)


async def test_a_refund_that_bounces_is_owed_again_and_sent_by_hand(counter: Counter, work: Work) -> None:
    refund = await called_off(counter)
    assert await counter.balances() == CLEAN
    counter.cards.bounce(refund)
    for _twice in range(2):
        await counter.watch()
    assert await counter.balances() == {"refunds": 8000, "provider": -8000}
    await counter.send_refunds()  # never again by itself
    [found] = await stuck(counter)
    assert (found.id, found.failure, found.client_name) == (refund, "lost_or_stolen_card", "Emma Clarke")
    assert any("could not go back to your card" in each for each in await delivered(counter, work))
    await send_by_hand(counter.till.db, counter.till.chief, refund, "Ref 7", now())
    with pytest.raises(NotFoundError):
        await send_by_hand(counter.till.db, counter.till.chief, refund, "Ref 7", now())
    await counter.watch()
    assert await counter.balances() == {"bank": 8000, "provider": -8000}
    assert await stuck(counter) == []
    subjects = await delivered(counter, work)
    assert sum("was sent" in each for each in subjects) == 1
    client = counter.till.client.actor
    async with counter.till.db.transaction(client) as tx:
        session = await counter.till.owner.fetchval("select session_id from refund")
        await load_session(tx, client, session)
        seen = await find_refund(tx, session)
    assert seen is not None
    assert (seen.bounced, seen.note, seen.sent_at is not None) == (True, "Ref 7", True)


async def test_one_that_fails_at_once_and_one_of_credits(counter: Counter, work: Work) -> None:
    purchase = await counter.bought(many=2, price=7000)
    await take_back(counter.till.db, counter.till.practitioner.actor, purchase, 2, now())
    refund = await counter.till.owner.fetchval("select id from refund")
    counter.cards.bounce(refund)
    for _twice in range(2):
        await counter.send_refunds()
    assert len(await stuck(counter)) == 1
    assert await counter.balances() == {"refunds": 7000, "provider": -7000}
    await send_by_hand(counter.till.db, counter.till.chief, refund, "", now())
    subjects = await delivered(counter, work)
    assert {"Your refund could not go back to your card", "Your refund was sent"} <= set(subjects)
    told = await counter.till.owner.fetchval(
        """select count(*) from audit_event e join notification n on n.event_id = e.id
        where e.verb = 'find_bounced_refund' and n.account_id = $1""",
        counter.till.operator.id,
    )
    assert told == 1


async def test_what_is_still_tried_is_shown_and_not_sent_by_hand(counter: Counter) -> None:
    session = await counter.paid()
    await counter.till.cancel(session, counter.till.practitioner)
    counter.cards.refuses = 1
    await counter.send_refunds()
    [found] = await stuck(counter)
    assert (found.failure, found.bounced_at) == ("insufficient_funds", None)
    with pytest.raises(RefundSentError):
        await send_by_hand(counter.till.db, counter.till.chief, found.id, "", now())
    for stranger in (counter.till.practitioner.actor, counter.till.client.actor):
        with pytest.raises(NotFoundError):
            await send_by_hand(counter.till.db, stranger, found.id, "", now())
    await counter.send_refunds()
    assert await stuck(counter) == []
    assert await counter.balances() == CLEAN


async def test_a_refund_at_the_provider_is_a_difference_until_it_is_settled(counter: Counter) -> None:
    await counter.paid()
    before, charge = await counter.balances(), counter.cards.charges()[0].charge or ""
    made = counter.cards.refund_elsewhere(charge, 3000)
    for _twice in range(2):
        await counter.watch()
    [found] = await troubles(counter)
    assert (found.id, found.kind, found.amount_minor, found.state) == (made, "refund", 3000, "succeeded")
    assert (found.client_name, found.name) == ("Emma Clarke", "Talking session")
    assert found.starts_at is not None
    assert await counter.balances() == before, "the books change by nobody's word but ours"
    with pytest.raises(InvalidInputError):
        await settle_trouble(counter.till.db, counter.till.chief, made, " ", now())
    with pytest.raises(NotFoundError):
        await settle_trouble(counter.till.db, counter.till.practitioner.actor, made, "Fine", now())
    await settle_trouble(counter.till.db, counter.till.chief, made, "Agreed with both", now())
    await counter.watch()
    assert await troubles(counter) == []


async def test_a_dispute_is_shown_again_when_it_is_decided(counter: Counter) -> None:
    await counter.paid()
    charge = counter.cards.charges()[0].charge or ""
    counter.cards.dispute(charge, 8000)
    await counter.watch()
    [found] = await troubles(counter)
    assert (found.kind, found.state, found.reason) == ("dispute", "open", "fraudulent")
    await settle_trouble(counter.till.db, counter.till.chief, found.id, "Answered at the provider", now())
    counter.cards.dispute(charge, 8000, "lost")
    await counter.watch()
    [again] = await troubles(counter)
    assert (again.id, again.state) == (found.id, "lost")
    told = "select count(*) from audit_event where verb = 'find_card_trouble'"
    assert await counter.till.owner.fetchval(told) == 2


async def test_an_event_about_a_return_asks_for_a_watch_and_nothing_else(counter: Counter) -> None:
    session = await counter.awaited()
    intent = await counter.begin(session)
    kinds = ["refund.failed", "charge.refunded", "charge.refund.updated", "charge.dispute.created"]
    for number, kind in enumerate([*kinds, "charge.succeeded"]):
        assert await actions.keep_event(counter.till.db, f"evt_{number}", kind, intent, now())
    rows = await counter.till.owner.fetch("select entrypoint from jobs.pgqueuer order by id")
    assert [row["entrypoint"] for row in rows] == ["cards.watch"] * len(kinds) + ["cards.look"]
    await counter.watch()  # nothing was paid: nothing to see
    assert await counter.status(session) == "approved"


async def test_without_any_event_the_clock_asks(counter: Counter) -> None:
    refund = await called_off(counter)
    await counter.paid()
    counter.cards.bounce(refund)
    counter.cards.refund_elsewhere(counter.cards.charges()[1].charge or "", 1)
    db = counter.worker.handle()
    assert await watch_again(db, SYSTEM, counter.cards, now() + timedelta(hours=1)) == 0
    assert await watch_again(db, SYSTEM, counter.cards, now() + timedelta(hours=25)) == 1
    assert len(await stuck(counter)) == 1
    assert await watch_again(db, SYSTEM, counter.cards, now() + timedelta(days=9)) == 2
    assert len(await troubles(counter)) == 1
    assert await watch_again(db, SYSTEM, counter.cards, now() + timedelta(days=300)) == 0


async def test_what_the_provider_refuses_to_say_lets_others_have_their_turn(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As of payments that were made with other keys: fifty of them would be asked about first for ever."""
    for _ in range(2):
        await counter.paid()
    real, unknown = counter.cards.aftermath, counter.cards.charges()[0].charge

    async def aftermath(charge: str, currency: str) -> Aftermath:
        if charge == unknown:
            raise ProviderRefusedError("resource_missing")
        return await real(charge, currency)

    monkeypatch.setattr(counter.cards, "aftermath", aftermath)
    db, then = counter.worker.handle(), now() + timedelta(days=9)
    asked = [await watch_again(db, SYSTEM, counter.cards, then + timedelta(hours=hours)) for hours in (0, 1)]
    assert asked == [2, 0]
