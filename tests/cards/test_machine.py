"""Random lives of card payments on the real database, with a provider that answers late, twice, in any order
or not at all, and a worker that dies between the provider's answer and the commit. In every state the books
are right; no session is certain without money, no money is kept without a purpose, nobody pays twice."""

import asyncio
import os
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.cards.world import ASTRAY, UNPAID, Counter, make_counter
from tests.money.world import now
from tests.support.databases import Databases, connect
from visavis.cards.deciding import send_by_hand
from visavis.cards.provider import Intent
from visavis.cards.rules import OfPurchase, OfSession, Payable
from visavis.cards.settling import settle
from visavis.kit.actor import SYSTEM
from visavis.kit.db import Database
from visavis.kit.errors import ConflictError, InvalidInputError, NotFoundError, UnavailableError

LIVES = int(os.environ.get("VISAVIS_CARD_LIVES", "6"))
STEPS = 30
SIDES = st.sampled_from(["client", "practitioner"])
PERCENT = st.sampled_from([0, 33, 100])
DATA = st.data()


class Died(Exception):  # noqa: N818 - no error, an end
    """The worker is gone before its commit."""


class CardLives(RuleBasedStateMachine):
    """One practitioner, one client, one provider; amounts that leave halves."""

    databases: Databases

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.fresh = self.databases.migrated()
        self.counter: Counter
        self.payable: list[Payable] = []
        self.words: list[Intent] = []  # what the provider said, and when it was true
        self.payouts: list[UUID] = []

    def wait(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(work)

    def refused(self, work: Coroutine[Any, Any, Any]) -> Any:
        """What comes of it; a refusal is an answer."""
        try:
            return self.wait(work)
        except (ConflictError, InvalidInputError, NotFoundError, UnavailableError):
            return None

    @initialize(rate=st.sampled_from([0, 3000, 3333]), currency=st.sampled_from(["GBP", "JPY", "KWD"]))
    def begin(self, rate: int, currency: str) -> None:
        urls = self.fresh.__enter__()
        self.owner = self.wait(connect(urls.superuser_url))
        self.db = self.wait(Database.open(urls.url))
        self.worker = self.wait(Database.open(urls.worker_url))
        self.counter = self.wait(make_counter(self.owner, self.db, self.worker, currency))
        self.wait(self.owner.execute("update installation set commission_bp = $1", rate))
        self.step = 10 if currency == "KWD" else 1  # of what a card can be charged

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
        self.words.append(self.counter.cards.intents[intent])

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
            intent = self.counter.cards.intents[data.draw(st.sampled_from(self.words)).id]
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

    @rule(lost=st.booleans())
    def refunds_are_sent(self, lost: bool) -> None:
        self.counter.cards.loses = int(lost)
        self.refused(self.counter.send_refunds())
        self.counter.cards.loses = 0

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

    def _shown(self) -> list[str]:
        """What a page could show: an intent whose answer got lost has no secret that anybody knows."""
        return list(dict.fromkeys(self.counter.shown)) if hasattr(self, "counter") else []

    def _intents(self) -> list[str]:
        return list(self.counter.cards.intents) if hasattr(self, "counter") else []

    @invariant()
    def nothing_is_lost(self) -> None:
        if not hasattr(self, "counter"):
            return
        self.wait(self.counter.till.balance())
        assert (
            self.wait(self.owner.fetchval("select coalesce(sum(balance_minor), 0) from money_account")) == 0
        )
        assert self.wait(self.owner.fetchval(ASTRAY)) == 0
        assert self.wait(self.owner.fetchval(UNPAID)) == 0
        of = [each.payment_id for each in self.counter.cards.charges()]
        assert len(of) == len(set(of)), "one charge for each session"
        for charge in self.counter.cards.charges():
            assert self.counter.cards.sent_back(charge.charge or "") <= charge.amount_minor

    def teardown(self) -> None:
        if hasattr(self, "counter"):
            self._settle_everything()
            self.wait(self.db.close())
            self.wait(self.worker.close())
            self.wait(self.owner.close(timeout=20))
            self.fresh.__exit__(None, None, None)
        self.loop.close()

    def _settle_everything(self) -> None:
        """In the end every charge has an outcome, and the provider holds what the books say."""
        for _twice in range(2):
            self.wait(self.counter.look_at_all(now() + timedelta(hours=3)))
        self.wait(self.counter.send_refunds())
        self.wait(self.counter.watch())
        self.nothing_is_lost()
        settled = self.wait(
            self.owner.fetchval("select count(*) from card_payment where outcome is not null")
        )
        assert settled == len(self.counter.cards.charges())
        came = sum(each.amount_minor for each in self.counter.cards.charges())
        went = sum(self.counter.cards.sent_back(each.charge or "") for each in self.counter.cards.charges())
        directly = self.counter.cards.with_practitioners()
        assert self.wait(self.counter.till.balance("provider")) == went - came + directly


@pytest.mark.filterwarnings("ignore::hypothesis.errors.NonInteractiveExampleWarning")
def test_card_lives(databases: Databases) -> None:
    """VISAVIS_CARD_LIVES=200 for a long look."""
    CardLives.databases = databases
    run_state_machine_as_test(
        CardLives,
        settings=settings(
            max_examples=LIVES,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=True,
            phases=[Phase.generate],  # a failing life is told as it was: making it shorter takes minutes
            suppress_health_check=list(HealthCheck),
        ),
    )
