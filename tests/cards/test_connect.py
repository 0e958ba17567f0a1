"""Being paid directly over HTTP, as a browser and Stripe would: the account, what it gets, what it gives."""

from typing import Any

from tests.cards.desk import Till, settings, till
from tests.support.meetings import meeting, stranger
from tests.support.stripes import SIGNING_OF_ACCOUNTS, Stripes, account_event, signed
from tests.support.tabs import Tab, words

__all__ = ["meeting", "settings", "stranger", "till"]
PAGE = "/practice/direct"


async def test_an_account_is_begun_once_and_ready_when_stripe_says_so(till: Till, stripes: Stripes) -> None:
    page = await till.sarah.get(PAGE)
    assert "Connect with Stripe" in words(page)
    assert f"form-action 'self' {stripes.url};" in page.headers["content-security-policy"]
    begun = [await till.sarah.post(PAGE) for _twice in range(2)]
    assert {each.status_code for each in begun} == {303}
    assert all(each.headers["location"].startswith(f"{stripes.url}/js.stripe.com/setup/") for each in begun)
    assert await till.owner.fetchval("select count(*) from card_account") == 1
    assert (
        await till.owner.fetchval("select count(*) from audit_event where verb = 'begin_direct_payments'")
        == 1
    )
    account = await till.owner.fetchval("select account_id from card_account")

    for how, sentence in (
        ("wanting", "Stripe needs something from you"),
        ("checked", "Stripe checks what you told it"),
        ("ready", "You are paid directly"),
        ("refused", "Stripe has closed your account"),
        ("gone", "Connect with Stripe"),
    ):
        await stripes.become(account, how)
        assert (await till.sarah.get(f"{PAGE}/back")).headers["location"] == PAGE
        await till.work()
        assert sentence in words(await till.sarah.get(f"{PAGE}/state"))
        if how == "wanting":
            again = await till.sarah.get(f"{PAGE}/onward")
            assert again.headers["location"].startswith(f"{stripes.url}/js.stripe.com/setup/")
    changes = "select count(*) from audit_event where verb = 'change_direct_payments'"
    assert await till.owner.fetchval(changes) == 4
    assert (await till.sarah.post(PAGE)).status_code == 303  # another account, as this one is gone
    assert await till.owner.fetchval("select account_id from card_account") != account


async def test_a_payment_goes_there_less_the_commission_and_comes_back(till: Till, stripes: Stripes) -> None:
    account = await till.connect(stripes)
    forged = {"destination": "acct_mine", "account": "acct_mine", "fee": "0", "application_fee_amount": "0"}
    secret = (await till.press(**forged))["secret"]
    intent = await stripes.get(f"/v1/payment_intents/{secret.partition('_secret_')[0]}")
    assert intent["transfer_data"] == {"destination": account}
    assert (intent["on_behalf_of"], intent["application_fee_amount"]) == (account, 2400)
    await stripes.pay(secret)
    await till.emma.post(f"{till.href}/look")
    await till.work()
    assert await till.status() == "confirmed"
    assert await stripes.balance(account) == 5600

    earned = words(await till.sarah.get("/practice/earnings"))
    assert "You and the platform are even" in earned
    assert "yours £56.00 · paid to you directly by Stripe" in earned
    assert "it is in no balance here, and in no payout" in earned
    month = await till.owner.fetchval("select to_char(month, 'YYYY-MM') from money_posting")
    assert "paid to you directly by Stripe" in words(await till.sarah.get(f"/practice/earnings/{month}"))
    assert (await till.sarah.get(f"/practice/earnings/{month}/pdf")).status_code == 200

    await till.sarah.post(f"/sessions/{till.session}/cancellation", {"reason": "I am ill"})
    await till.work()
    assert await stripes.balance(account) == 0
    assert "taken back by Stripe" in words(await till.sarah.get("/practice/earnings"))
    assert await till.owner.fetchval("select count(*) from money_account where balance_minor <> 0") == 0


async def test_an_event_is_only_a_reason_to_look(till: Till, stripes: Stripes, client: Any) -> None:
    account, hook = await till.connect(stripes, "wanting"), client()
    body = account_event(account)
    for headers in (
        signed(body),  # the payments' secret
        signed(body, secret=SIGNING_OF_ACCOUNTS, age=400),
        signed(account_event("acct_other"), secret=SIGNING_OF_ACCOUNTS),
        {},
    ):
        answer = await hook.post("/webhooks/stripe/connect", content=body, headers=headers)
        assert answer.status_code == 400
    assert await till.owner.fetchval("select count(*) from card_event") == 0

    async def hear(said: bytes) -> None:
        headers = signed(said, secret=SIGNING_OF_ACCOUNTS)
        answer = await hook.post("/webhooks/stripe/connect", content=said, headers=headers)
        assert answer.status_code == 200

    await hear(body)  # a lie with a good signature
    await till.work()
    assert await till.owner.fetchval("select status from card_account") == "wanting"
    await stripes.become(account, "ready")
    await hear(body)  # said before
    await hear(account_event("acct_of_nobody", "evt_2"))
    await hear(account_event(account, "evt_3", "payout.paid"))
    await till.work()
    assert await till.owner.fetchval("select status from card_account") == "wanting"
    await hear(account_event(account, "evt_4", "capability.updated"))
    await till.work()
    assert await till.owner.fetchval("select status from card_account") == "ready"


async def test_nobody_is_paid_to_an_account_that_was_opened_for_another(
    till: Till, stripes: Stripes, stranger: Tab, client: Any
) -> None:
    """Even with the rights of web processes: the worker compares what Stripe was told when it was opened."""
    account = await till.connect(stripes)
    assert (await stranger.post(PAGE, {"account": account, "account_id": account})).status_code == 303
    mallory = stranger.person.id
    hers = "select account_id from card_account where practitioner_id = $1"
    assert await till.owner.fetchval(hers, mallory) not in (None, account)
    await till.owner.execute("delete from card_account where practitioner_id <> $1", mallory)
    await till.owner.execute("update card_account set account_id = $1", account)
    said = account_event(account)
    headers = signed(said, secret=SIGNING_OF_ACCOUNTS)
    await client().post("/webhooks/stripe/connect", content=said, headers=headers)
    await till.work()
    assert await till.owner.fetchval("select status from card_account") == "gone"


async def test_who_stops_being_paid_directly_is_paid_by_the_platform(till: Till, stripes: Stripes) -> None:
    """From the next payment on; what was begun leads where it led."""
    account = await till.connect(stripes)
    secret = (await till.press())["secret"]
    assert "is being paid right now, stays" in words(await till.sarah.get(f"{PAGE}/stop"))
    for _twice in range(2):
        assert (await till.sarah.post(f"{PAGE}/stop")).status_code == 303
    assert "You are not paid directly any more" in words(await till.sarah.get(f"{PAGE}/state"))
    assert "you wanted Stripe to pay you directly no more" in words(
        await till.sarah.get("/practice/earnings")
    )
    assert (await till.sarah.get(f"{PAGE}/back")).status_code == 303
    await till.work()  # Stripe still thinks well of the account
    where = "select card_destination(practitioner_id, 'GBP') from card_account"
    assert await till.owner.fetchval(where) is None
    await stripes.pay(secret)
    await till.emma.post(f"{till.href}/look")
    await till.work()
    assert await stripes.balance(account) == 5600
    assert (await till.sarah.post(f"{PAGE}/resumption")).status_code == 303
    assert "You are paid directly" in words(await till.sarah.get(f"{PAGE}/state"))
    assert await till.owner.fetchval(where) == account
    verbs = "select array_agg(verb order by id) from audit_event where verb like '%_direct_payments'"
    assert (await till.owner.fetchval(verbs))[-2:] == ["stop_direct_payments", "resume_direct_payments"]
