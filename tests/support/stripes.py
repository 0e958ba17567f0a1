"""The Stripe of a test process: localstripe on a port of its own, and what tests ask of it."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import httpx

from tests.support.servers import answers, await_true, free_port

SECRET, PUBLISHABLE, SIGNING = "sk_test_visavis0123", "pk_test_visavis0123", "whsec_visavis0123"
SIGNING_OF_ACCOUNTS = "whsec_accounts0123"
GOOD, ASKS, DECLINED, POOR = "4242424242424242", "4000002500003155", "4000000000000002", "4000000000009995"
"""Cards: one that pays, one whose bank asks (3-D Secure), one that is declined, one without money."""
_KEY = {"authorization": f"Bearer {SECRET}"}
_GONE_WITHIN = 30  # seconds


class Stripes:
    """Where it answers, and what a payer's browser and Stripe itself would do."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.script = f"{url}/js.stripe.com/v3/cards.js"

    @property
    def settings(self) -> dict[str, str]:
        """Names and values of the settings that lead to it."""
        return {
            "stripe_secret_key": SECRET,
            "stripe_publishable_key": PUBLISHABLE,
            "stripe_webhook_secret": SIGNING,
            "stripe_connect": "yes",
            "stripe_connect_webhook_secret": SIGNING_OF_ACCOUNTS,
            "stripe_url": self.url,
            "stripe_script_url": self.script,
        }

    async def pay(self, secret: str, number: str = GOOD, *, kept: str = "") -> dict[str, Any]:
        """What the script does with a typed card, or a kept one: the intent, or {"error": …}."""
        card = {"number": number, "exp_month": 12, "exp_year": 2040, "cvc": "123"}
        intent = secret.partition("_secret_")[0]
        return await self._post(
            f"/v1/payment_intents/{intent}/_authenticate/card",
            {"key": PUBLISHABLE, "client_secret": secret, "payment_method": kept or {"card": card}},
        )

    async def authenticate(self, secret: str, *, success: bool = True) -> dict[str, Any]:
        """The payer answers their bank."""
        intent = secret.partition("_secret_")[0]
        path = f"/v1/payment_intents/{intent}/_authenticate?success={str(success).lower()}"
        return await self._post(path, {"key": PUBLISHABLE, "client_secret": secret})

    async def refund(self, charge: str, amount: int, refund_id: UUID) -> str:
        """What is sent back without us: its id."""
        about = {"charge": charge, "amount": amount, "metadata[refund]": str(refund_id)}
        async with _client() as client:
            answer = await client.post(f"{self.url}/v1/refunds", data=about, headers=_KEY)
        return str(answer.json()["id"])

    async def delete(self, customer: str) -> None:
        """Somebody deletes a customer on Stripe's own pages."""
        async with _client() as client:
            answer = await client.delete(f"{self.url}/v1/customers/{customer}", headers=_KEY)
        assert answer.status_code == 200, answer.text

    async def at_the_bank(self, what: str) -> None:
        """`refunds/{id}/bounce`, `charges/{id}/dispute?status=lost`."""
        async with _client() as client:
            answer = await client.post(f"{self.url}/_bank/{what}", headers=_KEY)
        assert answer.status_code == 200, answer.text

    async def get(self, path: str) -> dict[str, Any]:
        """Anything of its API."""
        async with _client() as client:
            answer = await client.get(self.url + path, headers=_KEY)
        found: dict[str, Any] = answer.json()
        return found

    async def send_events_to(self, url: str) -> None:
        """From now on events go there, a second after they happened; only there."""
        async with _client() as client:
            await client.post(f"{self.url}/_config/webhooks/visavis", json={"url": url, "secret": SIGNING})
            about = {"secret": SIGNING_OF_ACCOUNTS, "events": ["account.updated"]}
            await client.post(f"{self.url}/_config/webhooks/accounts", json={"url": f"{url}/connect"} | about)

    async def become(self, account: str, how: str) -> None:
        """What Stripe thinks of a practitioner's account: wanting, checked, ready, refused or gone."""
        async with _client() as client:
            answer = await client.post(f"{self.url}/_config/accounts/{account}", json={"how": how})
        answer.raise_for_status()

    async def balance(self, account: str) -> int:
        """What a practitioner's account has."""
        return int((await self.get(f"/_config/accounts/{account}"))["balance"])

    async def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        async with _client() as client:
            answer = await client.post(self.url + path, json=body)
        said: dict[str, Any] = answer.json()
        return said


def _client() -> httpx.AsyncClient:
    """For one question, in plain HTTP: to read every certificate authority for it is 50 ms, each time."""
    return httpx.AsyncClient(verify=False)


def account_event(account: str, event_id: str = "evt_1", kind: str = "account.updated") -> bytes:
    """The body of an event about a practitioner's account."""
    about = {"id": event_id, "object": "event", "type": kind, "account": account}
    return json.dumps(about | {"data": {"object": {"object": "account", "id": account}}}).encode()


def event(intent_id: str, kind: str = "payment_intent.succeeded", event_id: str = "evt_1") -> bytes:
    """The body of an event about an intent."""
    about = {"object": "payment_intent", "id": intent_id}
    return json.dumps({"id": event_id, "object": "event", "type": kind, "data": {"object": about}}).encode()


def signed(body: bytes, *, secret: str = SIGNING, age: int = 0) -> dict[str, str]:
    """The headers that Stripe would send with it, `age` seconds ago."""
    from stripe import WebhookSignature  # slow to import, for all tests that need none of it

    mark = WebhookSignature.generate_signature_header(body.decode(), secret, int(time.time()) - age)
    return {"stripe-signature": mark, "content-type": "application/json"}


@contextmanager
def open_stripes() -> Iterator[Stripes]:
    """Started, and killed afterwards."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.stripe_server", str(port)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        url = f"http://127.0.0.1:{port}"
        await_true(lambda: answers(f"{url}/js.stripe.com/ready"), why="localstripe did not answer")
        yield Stripes(url)
    finally:
        process.kill()
        process.wait(_GONE_WITHIN)
