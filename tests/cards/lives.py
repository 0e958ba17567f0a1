"""What a random life of card payments has, and what must be true of it; its steps are in `test_machine`."""

from collections.abc import Coroutine
from datetime import timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant

from tests.cards.world import ASTRAY, UNPAID, Counter, make_counter
from tests.money.world import now
from tests.support.machines import Machine
from visavis.cards.provider import Intent
from visavis.cards.rules import Payable
from visavis.kit.errors import ConflictError, InvalidInputError, NotFoundError, UnavailableError


class Life(Machine):
    """One practitioner, one client, one provider; what must be true in every state, and in the end."""

    def __init__(self) -> None:
        super().__init__()
        self.counter: Counter
        self.payable: list[Payable] = []
        self.words: list[Intent] = []  # what the provider said, and when it was true
        self.payouts: list[UUID] = []

    def refused(self, work: Coroutine[Any, Any, Any]) -> Any:
        """What comes of it; a refusal is an answer."""
        try:
            return self.wait(work)
        except (ConflictError, InvalidInputError, NotFoundError, UnavailableError):
            return None

    @initialize(rate=st.sampled_from([0, 3000, 3333]), currency=st.sampled_from(["GBP", "JPY", "KWD"]))
    def begin(self, rate: int, currency: str) -> None:
        self.connect()
        self.counter = self.wait(make_counter(self.owner, self.db, self.worker, currency))
        self.wait(self.owner.execute("update installation set commission_bp = $1", rate))
        self.step = 10 if currency == "KWD" else 1  # of what a card can be charged

    def _unpaid(self) -> list[str]:
        if not hasattr(self, "counter"):
            return []
        return [each.id for each in self.counter.cards.intents.values() if not each.charge]

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
            assert self.counter.cards.gone(charge.charge or "") <= charge.amount_minor

    def teardown(self) -> None:
        try:
            if hasattr(self, "counter"):
                self._settle_everything()
        finally:
            super().teardown()

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
        charges = [each.charge or "" for each in self.counter.cards.charges()]
        went = sum(self.counter.cards.gone(each) for each in charges)
        fees = sum(self.counter.cards.kept_for_disputes(each) for each in charges)
        directly = self.counter.cards.with_practitioners()
        assert self.wait(self.counter.till.balance("provider")) == went + fees - came + directly
