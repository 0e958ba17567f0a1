"""Random lives of money on the real database: pay, spend, call off, send back, pay out, settle, expire, in
any order, also twice. In every state the books are right, and nobody has what nobody paid."""

import asyncio
from collections.abc import Coroutine
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    invariant,
    precondition,
    rule,
)

from tests.money.world import Till, make_till, now
from tests.support.databases import Databases
from tests.support.machines import Machine, live
from visavis.credits.actions import expire
from visavis.credits.refunding import send_refund as send_credits_refund
from visavis.kit.actor import SYSTEM
from visavis.kit.errors import ConflictError, InvalidInputError
from visavis.money import operating
from visavis.money.late import answer_transfer
from visavis.money.refunds import send_refund

SIDES = st.sampled_from(["client", "practitioner"])
PERCENT = st.sampled_from([0, 1, 33, 50, 100])


class Lives(Machine):
    """One practitioner, one client, one operator; amounts that leave halves."""

    def __init__(self) -> None:
        super().__init__()
        self.till: Till
        self.paid: list[UUID] = []
        self.certain: list[UUID] = []
        self.refunds: list[UUID] = []
        self.payouts: list[UUID] = []
        self.bought: list[tuple[Any, UUID]] = []

    def refused(self, work: Coroutine[Any, Any, Any]) -> Any:
        """What comes of it; a refusal is an answer."""
        try:
            return self.wait(work)
        except (ConflictError, InvalidInputError):
            return None

    @initialize(
        rate=st.sampled_from([0, 3000, 3333, 10_000]), currency=st.sampled_from(["GBP", "JPY", "KWD"])
    )
    def begin(self, rate: int, currency: str) -> None:
        self.connect()
        self.till = self.wait(make_till(self.owner, self.db, currency))
        self.wait(self.owner.execute("update installation set commission_bp = $1", rate))

    @rule(price=st.integers(1, 9999), fee=PERCENT, late_fee=PERCENT)
    def transfer(self, price: int, fee: int, late_fee: int) -> None:
        policy = {"cancel_fee_percent": fee, "late_fee_percent": late_fee}
        self.certain.append(self.wait(self.till.paid(price, **policy)))

    @rule(price=st.integers(1, 9999), fee=PERCENT)
    def cash(self, price: int, fee: int) -> None:
        self.certain.append(self.wait(self.till.in_cash(price, cancel_fee_percent=fee)))

    @rule(price=st.integers(1, 9999), fee=PERCENT, who=SIDES, answers=st.lists(st.booleans(), max_size=3))
    def called_off_too_early(self, price: int, fee: int, who: str, answers: list[bool]) -> None:
        """Before anybody had found its transfer."""
        session = self.wait(self.till.to_verify(price, cancel_fee_percent=fee))
        self.wait(self.till.cancel(session, getattr(self.till, who)))
        for came in answers:
            self.refused(
                answer_transfer(self.db.handle(), self.till.practitioner.actor, session, came, now())
            )
        self.refunds.append(session)

    @rule(many=st.integers(1, 4), price=st.integers(1, 9999), platform=st.booleans())
    def buy(self, many: int, price: int, platform: bool) -> None:
        lot = self.wait(self.till.bought(platform=platform, many=many, price=price))
        of = self.owner.fetchrow("select practitioner_id, purchase_id from credit_lot where id = $1", lot)
        self.bought.append(tuple(self.wait(of)))

    @precondition(lambda self: self.bought)
    @rule(data=st.data(), sent=st.booleans())
    def take_credits_back(self, data: Any, sent: bool) -> None:
        practitioner, purchase = data.draw(st.sampled_from(self.bought))
        self.refused(self.till.take_back(purchase))
        if sent and self.wait(self.owner.fetchval("select 1 from refund where purchase_id = $1", purchase)):
            seller = self.till.practitioner.actor if practitioner else self.till.chief
            self.refused(send_credits_refund(self.db.handle(), seller, purchase, "", now()))

    @rule(cost=st.integers(1, 3))
    def spend(self, cost: int) -> None:
        session = self.refused(self.till.spent(cost))
        if session:
            self.certain.append(session)

    @precondition(lambda self: self.certain)
    @rule(data=st.data(), who=SIDES, late=st.booleans())
    def call_off(self, data: Any, who: str, late: bool) -> None:
        session = data.draw(st.sampled_from(self.certain))
        self.certain.remove(session)
        if late:
            self.wait(self.till.late(session))
        self.wait(self.till.cancel(session, getattr(self.till, who)))
        self.refunds.append(session)

    @precondition(lambda self: self.refunds)
    @rule(data=st.data())
    def send_back(self, data: Any) -> None:
        session = data.draw(st.sampled_from(self.refunds))
        if self.wait(self.owner.fetchval("select 1 from refund where session_id = $1", session)):
            self.refused(send_refund(self.db.handle(), self.till.practitioner.actor, session, "", now()))

    @precondition(lambda self: self.certain)
    @rule(data=st.data())
    def takes_place(self, data: Any) -> None:
        session = data.draw(st.sampled_from(self.certain))
        self.certain.remove(session)
        self.wait(self.till.over(session))

    @rule()
    def pay_out(self) -> None:
        self.payouts += self.refused(self.till.run()) or []

    @precondition(lambda self: self.payouts)
    @rule(data=st.data(), to=st.sampled_from(["paid", "failed"]))
    def decide(self, data: Any, to: Any) -> None:
        payout = data.draw(st.sampled_from(self.payouts))
        actor = self.till.chief
        self.refused(operating.settle_payout(self.db.handle(), actor, payout, to, "So it is", now()))

    @rule(amount=st.integers(-5, 9999))
    def settle(self, amount: int) -> None:
        whose = self.till.practitioner.id, self.till.currency
        owed = self.wait(
            self.owner.fetchval("select -balance_minor from money_account where kind = 'practitioner'")
        )
        if owed is not None:
            self.refused(
                operating.settle_debt(self.db.handle(), self.till.chief, uuid4(), *whose, amount, "", now())
            )

    @rule()
    def run_out(self) -> None:
        self.wait(
            self.owner.execute(
                """update credit_lot set expires_at = now() where id = (select id from credit_lot
                where remaining > 0 limit 1)"""
            )
        )
        self.wait(expire(self.worker.handle(), SYSTEM, now()))

    @invariant()
    def the_books_are_right(self) -> None:
        if hasattr(self, "till"):
            self.wait(self.till.balance())
            assert (
                self.wait(self.owner.fetchval("select coalesce(sum(balance_minor), 0) from money_account"))
                == 0
            )
            kept = "select coalesce(min(balance_minor), 0) from money_account where kind = 'platform'"
            assert self.wait(self.owner.fetchval(kept)) >= 0


@pytest.mark.filterwarnings("ignore::hypothesis.errors.NonInteractiveExampleWarning")
def test_money_lives(databases: Databases, pools: asyncio.AbstractEventLoop) -> None:
    live(Lives, databases, pools, lives=8, steps=25)
