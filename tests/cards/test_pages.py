"""Paying by card over HTTP, as a browser and Stripe would: pages, tries, events; the worker looks."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.cards.desk import Till, settings, till
from tests.support.meetings import meeting, stranger
from tests.support.stripes import ASKS, DECLINED, GOOD, Stripes, event, signed
from tests.support.tabs import Tab, words

__all__ = ["meeting", "settings", "stranger", "till"]


async def test_the_start_page_knows_of_cards(client: Any) -> None:
    assert "Pay by transfer, card or credits" in words(await client().get("/"))


async def test_begin_pay_and_be_certain(till: Till, stripes: Stripes) -> None:
    page = await till.emma.get(till.href)
    assert page.status_code == 200
    assert "Pay £80.00" in words(page)
    policy = page.headers["content-security-policy"]
    assert f"script-src 'self' {stripes.url};" in policy
    assert f"connect-src 'self' {stripes.url};" in policy
    assert f"frame-src {stripes.url}" in policy
    elsewhere = await till.emma.get(f"/sessions/{till.session}")
    assert stripes.url not in elsewhere.headers["content-security-policy"]
    assert "sk_test" not in page.text

    first = await till.press()
    assert await till.press() == first  # however often it is pressed
    await stripes.pay(first["secret"])
    assert await till.status() == "approved"  # not by the browser's word
    assert (await till.emma.post(f"{till.href}/look")).status_code == 204
    await till.work()
    assert await till.status() == "confirmed"
    seen = words(await till.emma.get(f"{till.href}/state"))
    assert "Paid. Thank you. £80.00 · Visa •••• 4242" in seen
    assert (await till.emma.post(f"{till.href}/attempt", accept="application/json")).status_code == 409


async def test_declined_and_again_with_another_card(till: Till, stripes: Stripes) -> None:
    secret = (await till.press())["secret"]
    await stripes.pay(secret, DECLINED)
    await till.emma.post(f"{till.href}/look")
    await till.work()
    assert await till.status() == "approved"
    page = words(await till.emma.get(till.href))
    assert "Your bank has declined the card." in page
    assert "Try again" in page
    assert (await till.press())["secret"] == secret  # the same payment: nobody is charged twice
    await stripes.pay(secret, ASKS)
    await stripes.authenticate(secret)
    await till.look_again()  # nobody said anything: the clock
    assert await till.status() == "confirmed"


async def test_events_are_signed_kept_once_and_never_the_truth(
    till: Till, stripes: Stripes, client: Any
) -> None:
    secret = (await till.press())["secret"]
    intent, hook = secret.partition("_secret_")[0], client()
    body = event(intent)
    forged = [
        signed(body, secret="whsec_another012"),
        signed(body, age=400),
        signed(event("pi_other")),
        {},
        {"stripe-signature": "t=1,v1="},
        {"stripe-signature": "rubbish", "content-type": "multipart/form-data; boundary=x"},
    ]
    for headers in forged:
        assert (await hook.post("/webhooks/stripe", content=body, headers=headers)).status_code == 400
    assert await till.owner.fetchval("select count(*) from card_event") == 0

    for _ in range(2):  # a lie with a good signature, twice: looked into once
        assert (await hook.post("/webhooks/stripe", content=body, headers=signed(body))).status_code == 200
    assert await till.owner.fetchval("select count(*) from card_event") == 1
    await till.work()
    assert await till.status() == "approved"

    await stripes.pay(secret)
    for late in (event(intent, "payment_intent.processing", "evt_2"), event(intent, event_id="evt_3")):
        assert (await hook.post("/webhooks/stripe", content=late, headers=signed(late))).status_code == 200
    await till.work()
    assert await till.status() == "confirmed"
    for other in (event("pi_unknown", event_id="evt_4"), event(intent, "customer.created", "evt_5")):
        assert (await hook.post("/webhooks/stripe", content=other, headers=signed(other))).status_code == 200
    large = event("x" * 300_000)
    assert (await hook.post("/webhooks/stripe", content=large, headers=signed(large))).status_code == 413


async def test_a_webhook_of_stripes_own(till: Till, stripes: Stripes, client: Any) -> None:
    """What localstripe really sends, byte by byte, is believed."""
    heard: list[tuple[bytes, str]] = []

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.partition("content-length: ")[2].split("\r\n")[0])
        said = head.partition("stripe-signature: ")[2].split("\r\n")[0]
        heard.append((await reader.readexactly(length), said))
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    listening = await asyncio.start_server(take, "127.0.0.1", 0)
    try:
        port = listening.sockets[0].getsockname()[1]
        await stripes.send_events_to(f"http://127.0.0.1:{port}/webhooks/stripe")
        secret = (await till.press())["secret"]
        intent = secret.partition("_secret_")[0]
        await stripes.pay(secret)
        async with asyncio.timeout(30):
            while not (mine := [each for each in heard if intent.encode() in each[0]]):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
    finally:
        listening.close()
        await listening.wait_closed()
    body, mark = mine[0]
    answer = await client().post("/webhooks/stripe", content=body, headers={"stripe-signature": mark})
    assert answer.status_code == 200
    await till.work()
    assert await till.status() == "confirmed"


async def test_amount_and_payer_are_nobodys_to_say(till: Till, stripes: Stripes, stranger: Tab) -> None:
    attempt = await till.press(amount="1", amount_minor="1", currency="JPY", price="1")
    intent = await stripes.get(f"/v1/payment_intents/{attempt['secret'].partition('_secret_')[0]}")
    assert (intent["amount"], intent["currency"]) == (8000, "gbp")
    for somebody, status in ((till.sarah, 403), (stranger, 404)):
        for path in ("", "/state"):
            assert (await somebody.get(till.href + path)).status_code == status
        for path in ("/attempt", "/look"):
            answer = await somebody.post(till.href + path, accept="application/json")
            assert answer.status_code in (status, 404)
    assert (await till.emma.get(f"/sessions/{uuid4()}/card")).status_code == 404


async def test_called_off_and_refunded_once(till: Till, stripes: Stripes) -> None:
    secret = (await till.press())["secret"]
    await stripes.pay(secret)
    await till.emma.post(f"{till.href}/look")
    await till.work()
    gone = await till.sarah.post(f"/sessions/{till.session}/cancellation", {"reason": "I am ill"})
    assert gone.status_code in (204, 303)
    await till.work()
    charge = await till.owner.fetchval("select charge_id from card_payment")
    assert (await stripes.get(f"/v1/charges/{charge}"))["amount_refunded"] == 8000
    await till.work()
    assert len((await stripes.get(f"/v1/refunds?charge={charge}"))["data"]) == 1


async def test_a_card_is_kept_offered_used_and_removed(till: Till, stripes: Stripes, stranger: Tab) -> None:
    assert "No cards are kept" in words(await till.emma.get("/account/cards"))
    secret = (await till.press(keep="yes"))["secret"]
    await stripes.pay(secret, DECLINED)
    assert (await till.press())["secret"] == secret  # thought better of it
    await stripes.pay(secret, GOOD)
    assert "No cards are kept" in words(await till.emma.get("/account/cards"))
    await till.emma.post(f"{till.href}/look")
    await till.work()

    await _buy(till, stripes, keep="yes")
    customer = await till.owner.fetchval("select customer_id from card_customer")
    (card,) = (await stripes.get(f"/v1/payment_methods?customer={customer}&type=card"))["data"]
    assert card["id"] in (await till.emma.get("/account/cards/choices")).text
    assert card["id"] not in (await stranger.get("/account/cards/choices")).text
    href = f"/credits/purchases/{await _purchase(till)}/card"
    wrong = await till.emma.post(f"{href}/attempt", {"card": "pm_other"}, accept="application/json")
    assert wrong.status_code == 422
    await _buy(till, stripes, card=card["id"])
    assert "Visa •••• 4242" in words(await till.emma.get("/account/cards"))
    removal = f"/account/cards/{card['id']}/removal"
    assert (await stranger.post(removal)).status_code == 404
    assert (await till.emma.post(removal)).status_code == 303
    assert "No cards are kept" in words(await till.emma.get("/account/cards"))


@pytest.mark.parametrize(("deleted", "keep"), [(True, "yes"), (False, "")])
async def test_who_is_lost_at_stripe_pays_all_the_same(
    till: Till, stripes: Stripes, keep: str, deleted: bool
) -> None:
    """Their customer was deleted there, or belongs to the test keys of before."""
    lost = "cus_of_test_mode"
    if deleted:
        await _buy(till, stripes, keep="yes")
        lost = await till.owner.fetchval("select customer_id from card_customer")
        await stripes.delete(lost)
    else:
        await till.owner.execute(
            "insert into card_customer values ($1, $2, now())", till.emma.person.id, lost
        )
    assert "No cards are kept" in words(await till.emma.get("/account/cards"))
    assert (await till.emma.post("/account/cards/pm_1/removal")).status_code == 404
    typed = {"card": "pm_1"}
    assert (await till.emma.post(f"{till.href}/attempt", typed, accept="application/json")).status_code == 422
    await _buy(till, stripes, keep=keep)
    known = await till.owner.fetchval("select customer_id from card_customer")
    assert known != lost
    assert (known is not None) == bool(keep)
    assert ("Visa •••• 4242" in words(await till.emma.get("/account/cards"))) == bool(keep)


async def _buy(till: Till, stripes: Stripes, **press: str) -> None:
    href = f"/credits/purchases/{await _purchase(till)}/card"
    attempt = await till.press(href, **press)
    await stripes.pay(attempt["secret"], kept=attempt["method"] or "")
    await till.emma.post(f"{href}/look")
    await till.work()
    assert "Paid. Thank you. £350.00" in words(await till.emma.get(f"{href}/state"))


async def _purchase(till: Till) -> UUID:
    made: UUID = await till.owner.fetchval(
        """with package as (insert into credit_package (practitioner_id, name, credits, price_minor,
            currency, valid_months) values ($1, 'Five', 5, 35000, 'GBP', 12) returning *)
        insert into credit_purchase (client_id, practitioner_id, package_id, name, credits, price_minor,
            currency, valid_months)
        select $2, practitioner_id, id, name, credits, price_minor, currency, valid_months from package
        returning id""",
        till.sarah.person.id,
        till.emma.person.id,
    )
    return made
