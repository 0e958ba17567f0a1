"""Random lives of card payments on the real database, with a provider that answers late, twice, in any order
or not at all, and a worker that dies between the provider's answer and the commit. In every state the books
are right; no session is certain without money, no money is kept without a purpose, nobody pays twice."""

import asyncio
import os
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import Phase
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.cards.lives import Life
from tests.money.world import now
from tests.support.databases import Databases
from tests.support.machines import live
from visavis.cards.deciding import send_by_hand
from visavis.cards.rules import OfPurchase, OfSession
from visavis.cards.settling import settle
from visavis.kit.actor import SYSTEM

LIVES = int(os.environ.get("VISAVIS_CARD_LIVES", "6"))
STEPS = 30
SIDES = st.sampled_from(["client", "practitioner"])
PERCENT = st.sampled_from([0, 33, 100])
DATA = st.data()


class Died(Exception):  # noqa: N818 - no error, an end
    """The worker is gone before its commit."""


class CardLives(Life):
    """What people, banks, the provider and the clock do; amounts that leave halves."""

    @rule(price=st.integers(1, 9999), fee=PERCENT, late_fee=PERCENT)
    def book(self, price: int, fee: int, late_fee: int) -> None:
        policy = {"cancel_fee_percent": fee, "late_fee_percent": late_fee}
        self.payable.append(OfSession(self.wait(self.counter.awaited(price * self.step, **policy))))

    @rule(price=st.integers(1, 9999), platform=st.booleans(), many=st.integers(1, 3))
    def buy(self, price: int, platform: bool, many: int) -> None:
        price *= self.step
        self.payable.append(OfPurchase(self.wait(self.counter.to_buy(price, platform=platform, many=many))))

    @precondition(lambda self: self.payable)
    @rule(data=DATA, lost=st.booleans())
    def open_the_page(self, data: Any, lost: bool) -> None:
        self.counter.cards.loses = int(lost)
        self.refused(self.counter.begin(data.draw(st.sampled_from(self.payable))))
        self.counter.cards.loses = 0

    @precondition(lambda self: self._shown())
    @rule(data=DATA, how=st.sampled_from(["pay", "pay", "pay", "decline", "decide"]))
    def at_the_bank(self, data: Any, how: str) -> None:
        intent = data.draw(st.sampled_from(self._shown()))
        getattr(self.counter.cards, how)(intent)
        if intent in self.counter.cards.intents:
            self.words.append(self.counter.cards.intents[intent])

    @precondition(lambda self: self._unpaid())
    @rule(data=DATA, noticed=st.booleans())
    def the_keys_change(self, data: Any, noticed: bool) -> None:
        """The provider knows an intent no more, which nobody can pay then."""
        self.counter.cards.forget(data.draw(st.sampled_from(self._unpaid())))
        if noticed:
            self.wait(self.counter.look_at_all(now() + timedelta(minutes=2)))

    @precondition(lambda self: self._intents())
    @rule(data=DATA)
    def a_word_arrives(self, data: Any) -> None:
        """Any, again, in any order: it only leads to a look."""
        self.refused(self.counter.look(data.draw(st.sampled_from(self._intents()))))

    @precondition(lambda self: self.words)
    @rule(data=DATA)
    def the_worker_dies(self, data: Any) -> None:
        """After the provider's answer, before the commit."""

        async def die() -> None:
            db = self.worker.handle()
            known = [each for each in self.words if each.id in self.counter.cards.intents]
            if not known:
                raise Died
            intent = self.counter.cards.intents[data.draw(st.sampled_from(known)).id]
            async with db.transaction(SYSTEM):
                await settle(db, SYSTEM, intent, now())
                raise Died

        with pytest.raises(Died):
            self.wait(die())

    @rule(minutes=st.sampled_from([1, 16, 80]))
    def time_passes(self, minutes: int) -> None:
        at = now() + timedelta(minutes=minutes)
        self.wait(self.counter.look_at_all(at))
        self.wait(self.counter.lapse(at))

    @precondition(lambda self: self.payable)
    @rule(data=DATA)
    def somebody_takes_the_time(self, data: Any) -> None:
        it = data.draw(st.sampled_from(self.payable))
        if isinstance(it, OfSession) and self.wait(self.counter.status(it.id)) == "expired":
            taken = (
                "select exists (select from session s, session x where x.id = $1 and s.blocked && x.blocked "
                "and s.id <> x.id and s.status = 'approved')"
            )
            if not self.wait(self.owner.fetchval(taken, it.id)):
                self.wait(self.counter.somebody_takes(it.id))

    @precondition(lambda self: self.payable)
    @rule(data=DATA, who=SIDES, late=st.booleans())
    def call_off(self, data: Any, who: str, late: bool) -> None:
        it = data.draw(st.sampled_from(self.payable))
        if isinstance(it, OfSession):
            if late:
                self.wait(self.counter.till.late(it.id))
            self.refused(self.counter.till.cancel(it.id, getattr(self.counter.till, who)))

    @rule(how=st.sampled_from(["", "", "loses", "refuses_for_good"]))
    def refunds_are_sent(self, how: str) -> None:
        """Or the answer gets lost, or the first is refused for good."""
        if how:
            setattr(self.counter.cards, how, 1)
        self.refused(self.counter.send_refunds())
        self.counter.cards.loses = self.counter.cards.refuses_for_good = 0

    @precondition(lambda self: hasattr(self, "counter") and self.counter.cards.charges())
    @rule(data=DATA, how=st.sampled_from(["open", "won", "lost", "lost"]), part=st.integers(1, 3))
    def the_bank_is_asked(self, data: Any, how: Any, part: int) -> None:
        """For all of a charge that is left, or a part of it; what is lost stays lost."""
        charge = data.draw(st.sampled_from(self.counter.cards.charges())).charge
        left = self.counter.cards.paid(charge) - self.counter.cards.sent_back(charge)
        amount = left // part // self.step * self.step
        if amount and not self.counter.cards.taken_by_banks(charge):
            self.counter.cards.dispute(charge, amount, how, fee=3)
            self.wait(self.counter.watch())

    @precondition(lambda self: hasattr(self, "counter") and self.counter.cards.refunds)
    @rule(data=DATA, sent=st.booleans())
    def a_refund_bounces(self, data: Any, sent: bool) -> None:
        refund = data.draw(st.sampled_from(list(self.counter.cards.refunds)))
        self.counter.cards.bounce(refund)
        self.wait(self.counter.watch())
        if sent:
            self.refused(send_by_hand(self.db.handle(), self.counter.till.chief, refund, "", now()))

    @rule(cost=st.integers(1, 2))
    def spend(self, cost: int) -> None:
        self.refused(self.counter.till.spent(cost))

    @precondition(lambda self: self.payable)
    @rule(data=DATA)
    def take_credits_back(self, data: Any) -> None:
        it = data.draw(st.sampled_from(self.payable))
        if isinstance(it, OfPurchase):
            self.refused(self.counter.till.take_back(it.id))

    @rule(how=st.sampled_from(["ready", "ready", "wanting", "gone"]))
    def the_practitioner_is_paid_directly(self, how: Any) -> None:
        """Or is not, any more."""
        self.wait(self.counter.connected(how))

    @rule()
    def pay_out(self) -> None:
        self.payouts += self.refused(self.counter.till.run()) or []


@pytest.mark.filterwarnings("ignore::hypothesis.errors.NonInteractiveExampleWarning")
def test_card_lives(databases: Databases, pools: asyncio.AbstractEventLoop) -> None:
    """VISAVIS_CARD_LIVES=200 for a long look."""
    # A failing life is told as it was: making it shorter takes minutes.
    live(CardLives, databases, pools, lives=LIVES, steps=STEPS, phases=[Phase.generate])
