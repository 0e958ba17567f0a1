"""Stripe through its official library, against localstripe: each verb once, the truth, and clear refusals."""

import json
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.support.servers import free_port
from tests.support.stripes import ASKS, DECLINED, POOR, SECRET, SIGNING, Stripes, signed
from visavis.cards.provider import (
    Account,
    ProviderForgotError,
    ProviderRefusedError,
    ProviderUnreachableError,
    Wanted,
)
from visavis.cards.stripe.accounts import StripeAccounts
from visavis.cards.stripe.amounts import from_stripe, to_stripe
from visavis.cards.stripe.client import StripeCards
from visavis.cards.stripe.events import verified
from visavis.money.rules import to_card


@pytest.fixture(scope="session")
def cards(stripes: Stripes) -> StripeCards:
    return StripeCards(stripes.url, SECRET)


def wanted(payment_id: UUID | None = None, minor: int = 8000, currency: str = "GBP", **more: Any) -> Wanted:
    payment_id = payment_id or uuid4()
    return Wanted(payment_id=payment_id, amount_minor=minor, currency=currency, description="A talk", **more)


async def test_one_intent_for_a_payment_however_often_it_is_begun(cards: StripeCards) -> None:
    want = wanted()
    first, second = await cards.begin(want), await cards.begin(want)
    assert first == second
    assert (first.status, first.amount_minor, first.currency) == ("needs_card", 8000, "GBP")
    assert first.payment_id == want.payment_id
    assert first.secret.startswith(first.id)
    assert first.charge is None
    with pytest.raises(ProviderRefusedError):  # the same payment, and suddenly another amount
        await cards.begin(wanted(want.payment_id, minor=1))


async def test_paid_looked_at_and_refunded_once(stripes: Stripes, cards: StripeCards) -> None:
    intent = await cards.begin(wanted(minor=5000, currency="JPY"))
    await stripes.pay(intent.secret)
    paid = await cards.look(intent.id)
    assert (paid.status, paid.amount_minor, paid.currency) == ("succeeded", 5000, "JPY")
    assert (paid.brand, paid.last4, paid.fee_minor) == ("visa", "4242", 0)
    assert paid.charge
    refund = uuid4()
    sent = [await cards.refund(refund, paid.charge, 2000) for _ in range(2)]
    assert sent[0] == sent[1]
    assert sent[0].status == "succeeded"
    charge = await stripes.get(f"/v1/charges/{paid.charge}")
    assert (charge["amount"], charge["amount_refunded"]) == (5000, 2000)
    assert (await cards.cancel(intent.id)).status == "succeeded"  # too late: it says so


async def test_what_the_provider_does_not_know(cards: StripeCards) -> None:
    """As an intent of its test keys; another one is made in its place."""
    for ask in (cards.look, cards.cancel):
        with pytest.raises(ProviderForgotError):
            await ask("pi_of_other_keys")
    of = uuid4()
    first, anew = [await cards.begin(wanted(of, instead_of=lost)) for lost in (None, "pi_of_other_keys")]
    assert first.id != anew.id


async def test_a_refund_is_found_again_when_its_key_is_forgotten(
    stripes: Stripes, cards: StripeCards
) -> None:
    intent = await cards.begin(wanted())
    await stripes.pay(intent.secret)
    charge, refund = (await cards.look(intent.id)).charge, uuid4()
    assert charge
    sent = await stripes.refund(charge, 2000, refund)  # as we once did, under a key of two days ago
    assert (await cards.refund(refund, charge, 2000)).id == sent
    assert (await stripes.get(f"/v1/charges/{charge}"))["amount_refunded"] == 2000


async def test_what_went_to_somebody_directly_comes_back_from_them(
    stripes: Stripes, cards: StripeCards
) -> None:
    """With exactly the commission that is said, once, also where an answer got lost between the two."""
    accounts, whose = StripeAccounts(stripes.url, SECRET), uuid4()
    account = await accounts.open_account(row := uuid4(), whose)
    assert await accounts.open_account(row, whose) == account
    to = {"account": account, "fee_minor": 2666}
    with pytest.raises(ProviderRefusedError) as refused:
        await cards.begin(wanted(**to))
    assert refused.value.code == "insufficient_capabilities_for_transfer"
    await stripes.become(account, "ready")
    assert await accounts.look_at_account(account) == Account(status="ready", practitioner_id=whose)

    intent = await cards.begin(wanted(**to))
    assert (intent.account, intent.commission_minor) == (account, 2666)
    await stripes.pay(intent.secret)
    charge, refund = (await cards.look(intent.id)).charge, uuid4()
    assert charge
    assert await stripes.balance(account) == 8000 - 2666
    first = await cards.refund(refund, charge, 5360)  # and then the answer got lost
    assert first.share_back
    assert await stripes.balance(account) == 8000 - 2666 - 5360
    for _twice in range(2):
        assert await cards.refund(refund, charge, 5360, 1786) == first
    assert await stripes.balance(account) == 8000 - 2666 - 5360 + 1786
    await stripes.become(account, "gone")
    assert (await accounts.look_at_account(account)).status == "gone"


async def test_what_went_back_whoever_asked_for_it(stripes: Stripes, cards: StripeCards) -> None:
    intent = await cards.begin(wanted())
    await stripes.pay(intent.secret)
    charge, ours = (await cards.look(intent.id)).charge or "", uuid4()
    sent, theirs = await cards.refund(ours, charge, 2000), uuid4()
    other = await stripes.refund(charge, 100, theirs)
    await stripes.at_the_bank(f"refunds/{sent.id}/bounce")
    await stripes.at_the_bank(f"charges/{charge}/dispute")
    found = await cards.aftermath(charge, "GBP")
    seen = {each.id: each for each in found.refunds}
    assert (seen[sent.id].refund_id, seen[sent.id].status) == (ours, "failed")
    assert seen[sent.id].failure == "lost_or_stolen_card"
    assert (seen[other].refund_id, seen[other].amount_minor) == (theirs, 100)
    [dispute] = found.disputes
    assert (dispute.amount_minor, dispute.status, dispute.reason) == (8000, "open", "fraudulent")
    await stripes.at_the_bank(f"charges/{charge}/dispute?status=lost")
    [dispute] = (await cards.aftermath(charge, "GBP")).disputes
    assert (dispute.status, dispute.fee_minor) == ("lost", 1500)
    assert (await cards.refund(ours, charge, 2000)).status == "failed", "it is not sent again"


@pytest.mark.parametrize(
    ("kind", "about", "heard"),
    [
        ("refund.failed", {"object": "refund", "id": "re_1", "payment_intent": "pi_1"}, "pi_1"),
        ("charge.refunded", {"object": "charge", "id": "ch_1", "payment_intent": "pi_1"}, "pi_1"),
        ("charge.dispute.closed", {"object": "dispute", "id": "dp_1", "payment_intent": "pi_1"}, "pi_1"),
        ("refund.failed", {"object": "refund", "id": "re_1", "payment_intent": None}, None),
        ("payout.paid", {"object": "payout", "id": "po_1"}, None),
    ],
)
def test_an_event_names_an_intent_or_is_not_ours(kind: str, about: dict[str, Any], heard: str | None) -> None:
    body = json.dumps({"id": "evt_1", "object": "event", "type": kind, "data": {"object": about}}).encode()
    found = verified(body, signed(body)["stripe-signature"], SIGNING)
    assert (found.intent_id if found else None) == heard


async def test_declined_then_another_card(stripes: Stripes, cards: StripeCards) -> None:
    intent = await cards.begin(wanted())
    for number, why in ((DECLINED, "declined"), (POOR, "insufficient_funds")):
        assert "error" in await stripes.pay(intent.secret, number)
        seen = await cards.look(intent.id)
        assert (seen.status, seen.failure, seen.charge) == ("needs_card", why, None)
    await stripes.pay(intent.secret)
    assert (await cards.look(intent.id)).status == "succeeded"


@pytest.mark.parametrize("success", [True, False])
async def test_the_bank_asks(stripes: Stripes, cards: StripeCards, success: bool) -> None:
    intent = await cards.begin(wanted())
    assert (await stripes.pay(intent.secret, ASKS))["status"] == "requires_action"
    assert (await cards.look(intent.id)).status == "needs_action"
    await stripes.authenticate(intent.secret, success=success)
    seen = await cards.look(intent.id)
    assert (seen.status, seen.failure) == (
        ("succeeded", None) if success else ("needs_card", "authentication")
    )


async def test_cancelled_cannot_be_paid(stripes: Stripes, cards: StripeCards) -> None:
    intent = await cards.begin(wanted())
    for _ in range(2):
        assert (await cards.cancel(intent.id)).status == "cancelled"
    assert "error" in await stripes.pay(intent.secret)


async def test_a_card_is_kept_by_consent_used_and_forgotten(stripes: Stripes, cards: StripeCards) -> None:
    account = uuid4()
    customer = await cards.customer_of(account)
    assert await cards.customer_of(account) == customer
    for keep in (False, True):
        intent = await cards.begin(wanted())
        await cards.keep_card(intent.id, customer, keep=keep)
        await stripes.pay(intent.secret, ASKS)
        await stripes.authenticate(intent.secret)
        assert len(await cards.cards_of(customer)) == keep
    (kept,) = await cards.cards_of(customer)
    again = await cards.begin(wanted())
    await cards.keep_card(again.id, customer, keep=False)
    assert (await stripes.pay(again.secret, kept=kept.id))["status"] == "requires_action"
    await stripes.authenticate(again.secret)
    assert (await cards.look(again.id)).last4 == "3155"
    assert not await cards.forget_card(await cards.customer_of(uuid4()), kept.id)
    assert await cards.forget_card(customer, kept.id)
    assert await cards.cards_of(customer) == []


async def test_a_lost_customer_keeps_nothing_and_gets_a_successor(
    stripes: Stripes, cards: StripeCards
) -> None:
    account = uuid4()
    lost = await cards.customer_of(account)
    assert await cards.has_customer(lost)
    await stripes.delete(lost)
    intent = await cards.begin(wanted())
    for customer in (lost, "cus_of_test_mode"):
        assert not await cards.has_customer(customer)
        assert await cards.cards_of(customer) == []
        assert not await cards.forget_card(customer, "pm_1")
        with pytest.raises(ProviderRefusedError):
            await cards.keep_card(intent.id, customer, keep=True)
    assert await cards.customer_of(account) == lost, "Stripe says again what it said to the same key"
    new = await cards.customer_of(account, instead_of=lost)
    assert new != lost
    assert await cards.customer_of(account, instead_of=lost) == new
    await cards.keep_card(intent.id, new, keep=True)


async def test_refusals_and_silence_are_told_apart(stripes: Stripes) -> None:
    away = StripeCards(f"http://127.0.0.1:{free_port()}", SECRET)
    with pytest.raises(ProviderUnreachableError):
        await away.look("pi_1")
    with pytest.raises(ProviderRefusedError):
        await StripeCards(stripes.url, "wrong_key").look("pi_1")
    with pytest.raises(ProviderRefusedError):
        await StripeCards(stripes.url, SECRET).look("pi_unknown")


@pytest.mark.parametrize(
    ("minor", "currency", "stripe"),
    [(8000, "GBP", 8000), (8000, "JPY", 8000), (5130, "KWD", 5130), (500, "ISK", 50000), (7, "UGX", 700)],
)
def test_amounts_as_stripe_counts_them(minor: int, currency: str, stripe: int) -> None:
    assert to_stripe(minor, currency) == stripe
    assert from_stripe(stripe, currency) == minor


def test_thousandths_go_in_steps_of_ten() -> None:
    with pytest.raises(ProviderRefusedError, match="exactly this amount"):
        to_stripe(5125, "KWD")
    assert to_stripe(to_card(5125, "KWD", 9990), "KWD") == 5130
