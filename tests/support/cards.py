"""A provider of card payments in memory, as unreliable as a test wants it."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal, TypeVar
from uuid import UUID

import msgspec

from visavis.cards.provider import (
    Account,
    AccountStatus,
    Aftermath,
    Dispute,
    Intent,
    ProviderForgotError,
    ProviderRefusedError,
    ProviderUnreachableError,
    Refunded,
    RefundSeen,
    Wanted,
)

T = TypeVar("T")


@dataclass
class PretendCards:
    """Keeps every promise of `cards.provider.Provider` and `Accounts`; `down`: nothing is heard, and nothing
    happens; `loses`: so many answers get lost although it happened; `refuses`: so many refunds are
    refused, `refuses_for_good`: likewise, and always will be."""

    intents: dict[str, Intent] = field(default_factory=dict)
    began: dict[str, str] = field(default_factory=dict)
    refunds: dict[UUID, tuple[str, int]] = field(default_factory=dict)
    fees_back: dict[UUID, int] = field(default_factory=dict)  # of charges that went to somebody directly
    accounts: dict[str, Account] = field(default_factory=dict)
    bounced: dict[UUID, str] = field(default_factory=dict)
    elsewhere: dict[str, list[RefundSeen]] = field(default_factory=dict)  # made on its own pages, by charge
    disputes: dict[str, list[Dispute]] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    down: bool = False
    loses: int = 0
    refuses: int = 0
    refuses_for_good: int = 0

    async def begin(self, wanted: Wanted) -> Intent:
        self._reach("begin")
        if wanted.account and self.accounts[wanted.account].status != "ready":
            raise ProviderRefusedError("insufficient_capabilities_for_transfer")
        once = f"{wanted.payment_id} {wanted.account} {wanted.instead_of}"
        if once not in self.began:
            made = f"pi_{wanted.payment_id.hex}_{len(self.began)}"
            self.began[once] = made
            self.intents[made] = Intent(
                id=made, status="needs_card", amount_minor=wanted.amount_minor, currency=wanted.currency,
                secret=f"{made}_secret", payment_id=wanted.payment_id, account=wanted.account,
                commission_minor=wanted.fee_minor or 0,
            )  # fmt: skip
        return self._answer(self.intents[self.began[once]])

    async def look(self, intent_id: str) -> Intent:
        self._reach("look")
        return self._answer(self._known(intent_id))

    async def cancel(self, intent_id: str) -> Intent:
        self._reach("cancel")
        if self._known(intent_id).status in ("needs_card", "needs_action"):
            self._become(intent_id, status="cancelled")
        return self._answer(self.intents[intent_id])

    async def refund(
        self, refund_id: UUID, charge: str, amount_minor: int, fee_minor: int | None = None
    ) -> Refunded:
        self._reach("refund")
        assert (fee_minor is None) == (self._of(charge).account is None), "whose money is it?"
        if self.refuses:
            self.refuses -= 1
            raise ProviderRefusedError("insufficient_funds")
        if self.refuses_for_good:
            self.refuses_for_good -= 1
            raise ProviderRefusedError("charge_already_refunded")
        if refund_id not in self.refunds:
            self._hold_disputes(charge, amount_minor)
        currency = next(each.currency for each in self.intents.values() if each.charge == charge)
        assert currency != "KWD" or amount_minor % 10 == 0, "no such part of a dinar can be sent"
        self.refunds.setdefault(refund_id, (charge, amount_minor))
        assert self.sent_back(charge) <= self.paid(charge), "more than was paid went back"
        if fee_minor is not None:
            self.fees_back[refund_id] = fee_minor
        why = self.bounced.get(refund_id)
        return self._answer(
            Refunded(
                id=f"re_{refund_id.hex}", status="failed" if why else "succeeded", failure=why,
                share_back=fee_minor is not None,
            )
        )  # fmt: skip

    async def aftermath(self, charge: str, currency: str) -> Aftermath:
        self._reach("aftermath")
        assert all(each.currency == currency for each in self.intents.values() if each.charge == charge)
        own = [
            RefundSeen(
                id=f"re_{refund_id.hex}", refund_id=refund_id, amount_minor=amount,
                status="failed" if refund_id in self.bounced else "succeeded",
                failure=self.bounced.get(refund_id), share_back=refund_id in self.fees_back,
            )
            for refund_id, (of, amount) in self.refunds.items() if of == charge
        ]  # fmt: skip
        found = Aftermath(own + self.elsewhere.get(charge, []), self.disputes.get(charge, []))
        return self._answer(found)

    async def open_account(self, row_id: UUID, practitioner_id: UUID) -> str:
        self._reach("open_account")
        account = f"acct_{row_id.hex}"
        self.accounts.setdefault(account, Account(status="wanting", practitioner_id=practitioner_id))
        return self._answer(account)

    async def onboarding(self, account: str, back: str, again: str) -> str:
        self._reach("onboarding")
        return self._answer(f"https://stripe.example/{account}?{back}&{again}")

    async def look_at_account(self, account: str) -> Account:
        self._reach("look_at_account")
        return self._answer(self.accounts.get(account, Account(status="gone")))

    # What people and banks do.

    def become(self, account: str, how: AccountStatus) -> None:
        """What the provider thinks of an account from now on."""
        self.accounts[account] = msgspec.structs.replace(self.accounts[account], status=how)

    def pay(self, intent_id: str, cost: int | None = None) -> bool:
        """The card is charged; False when this cannot be paid."""
        found = self.intents.get(intent_id)
        if found is None or found.status not in ("needs_card", "needs_action", "processing"):
            return False
        charge = f"ch_{intent_id}"
        self._become(intent_id, status="succeeded", charge=charge, failure=None, fee_minor=cost,
                     brand="visa", last4="4242")  # fmt: skip
        return True

    def decline(self, intent_id: str, code: str = "declined") -> None:
        """The bank says no."""
        if intent_id in self.intents and self.intents[intent_id].status == "needs_card":
            self._become(intent_id, failure=code)

    def decide(self, intent_id: str) -> None:
        """The bank takes its time."""
        if intent_id in self.intents and self.intents[intent_id].status == "needs_card":
            self._become(intent_id, status="processing")

    def bounce(self, refund_id: UUID, why: str = "lost_or_stolen_card") -> None:
        """The bank does not take a refund after all."""
        self.bounced[refund_id] = why

    def refund_elsewhere(self, charge: str, amount_minor: int) -> str:
        """Somebody sends money back on the provider's own pages: its id."""
        of = self.elsewhere.setdefault(charge, [])
        of.append(RefundSeen(id=f"re_{charge}_{len(of)}", refund_id=None, amount_minor=amount_minor,
                             status="succeeded"))  # fmt: skip
        return of[-1].id

    def dispute(
        self, charge: str, amount_minor: int, status: Literal["open", "won", "lost"] = "open", fee: int = 0
    ) -> None:
        """The payer asks their bank for the money, or it is decided; the provider keeps a fee."""
        self.disputes[charge] = [
            Dispute(id=f"dp_{charge}", amount_minor=amount_minor, status=status, reason="fraudulent",
                    fee_minor=fee)
        ]  # fmt: skip

    def forget(self, intent_id: str) -> None:
        """It is of other keys: nobody can pay it."""
        self.intents.pop(intent_id)

    def _known(self, intent_id: str) -> Intent:
        if intent_id not in self.intents:
            raise ProviderForgotError("resource_missing")
        return self.intents[intent_id]

    def _hold_disputes(self, charge: str, amount_minor: int) -> None:
        """Nothing is refunded of what a bank may take, nor more than is left."""
        of = self.disputes.get(charge, [])
        if any(each.status == "open" for each in of):
            raise ProviderRefusedError("charge_disputed")
        if self.sent_back(charge) + self.taken_by_banks(charge) + amount_minor > self.paid(charge):
            raise ProviderRefusedError("InvalidRequestError" if self.sent_back(charge) else "charge_disputed")

    def taken_by_banks(self, charge: str) -> int:
        """What disputes took, without what is kept for them."""
        return sum(each.amount_minor for each in self.disputes.get(charge, []) if each.status == "lost")

    def kept_for_disputes(self, charge: str) -> int:
        """What is kept for those that were decided."""
        return sum(each.fee_minor for each in self.disputes.get(charge, []) if each.status != "open")

    def charges(self) -> list[Intent]:
        return [each for each in self.intents.values() if each.charge]

    def with_practitioners(self) -> int:
        """What accounts of practitioners have in all."""
        came = sum(each.amount_minor - each.commission_minor for each in self.charges() if each.account)
        went = sum(self.refunds[each][1] - fee for each, fee in self.fees_back.items())
        return came - went

    def _of(self, charge: str) -> Intent:
        return next(each for each in self.intents.values() if each.charge == charge)

    def paid(self, charge: str) -> int:
        return sum(each.amount_minor for each in self.intents.values() if each.charge == charge)

    def sent_back(self, charge: str) -> int:
        return sum(
            amount for each, (of, amount) in self.refunds.items() if of == charge and each not in self.bounced
        )

    def gone(self, charge: str) -> int:
        """What the payer has again of it."""
        return self.sent_back(charge) + self.taken_by_banks(charge)

    def _become(self, intent_id: str, **changes: object) -> None:
        self.intents[intent_id] = msgspec.structs.replace(self.intents[intent_id], **changes)

    def _reach(self, verb: str) -> None:
        self.asked[verb] += 1
        if self.down:
            raise ProviderUnreachableError

    def _answer(self, answer: T) -> T:
        if self.loses:
            self.loses -= 1
            raise ProviderUnreachableError
        return answer
