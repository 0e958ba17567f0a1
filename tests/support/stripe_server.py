"""localstripe, with what Stripe does besides; started by `tests.support.stripes` with a port.

What it lacks and we need, each as https://docs.stripe.com/api says: an idempotency key answers
twice the same; an intent has a description, may keep its card, and is cancelled with an event; the browser
gives the card to an existing intent, may try another one, and is asked for 3-D Secure only where a bank does;
a deleted customer can be looked at, and no more.
"""

import asyncio
import sys
from pathlib import Path
from typing import Any

from aiohttp import web
from localstripe import resources
from localstripe.errors import UserError
from localstripe.resources import Charge, Customer, Event, PaymentIntent, PaymentMethod, Refund, StripeObject
from localstripe.webhooks import schedule_webhook

from tests.support import stripe_connect

_MORE = ("description", "setup_future_usage", "application_fee_amount", "transfer_data", "on_behalf_of")
_WHY = {
    "4000000000009995": "insufficient_funds",
    "4000000000009987": "lost_card",
    "4000000000000069": "expired_card",
    "4000000000000127": "incorrect_cvc",
    "4000000000000119": "processing_error",
}
"""https://docs.stripe.com/testing#declined-payments; any other card that is declined just is."""

_plain_intent, _plain_charge = PaymentIntent.__init__, Charge.__init__
_plain_customer, _plain_methods = Customer._api_retrieve.__func__, PaymentMethod._api_list_all.__func__
_plain_update = PaymentIntent._api_update.__func__
_plain_success, _plain_cancel = PaymentIntent._on_success, PaymentIntent._api_cancel.__func__


def _intent(self: Any, **data: Any) -> None:
    more = {name: data.pop(name, None) for name in _MORE}
    _plain_intent(self, **data)
    fee = more["application_fee_amount"]
    vars(self).update(more | {"application_fee_amount": int(fee) if fee else None})


def _charge(self: Any, **data: Any) -> None:
    _plain_charge(self, **data)
    method = PaymentMethod._api_retrieve(self.payment_method)
    self._why = _WHY.get(getattr(method, "_card_number", ""), "card_declined")
    self._authorized = not (method._charging_is_declined() or method._attaching_is_declined())


def _declined(self: Any) -> None:
    self.status, self.failure_code = "failed", self._why
    self.failure_message = "Your card was declined."


def _failed(self: Any) -> dict[str, Any] | None:
    """As Stripe tells it: the bank's own word beside its kind."""
    if self._authentication_failed:
        return {"code": "payment_intent_authentication_failure", "message": "Authentication failed."}
    charge = self.latest_charge
    if charge is None or charge.status != "failed":
        return None
    return {"code": "card_declined", "decline_code": charge.failure_code, "charge": charge.id}


def _refuse(self: Any) -> None:
    code = {"decline_code": self.failure_code, "charge": self.id}
    raise UserError(402, self.failure_message, {"code": "card_declined"} | code)


def _succeeded(self: Any) -> None:
    if self.setup_future_usage and self.customer:
        PaymentMethod._api_attach(self.payment_method, customer=self.customer)
    _plain_success(self)


def _cancelled(cls: Any, id: str, **data: Any) -> Any:  # noqa: A002
    intent = _plain_cancel(cls, id, **data)
    schedule_webhook(Event("payment_intent.canceled", intent))
    return intent


def _pay(id: str, client_secret: str = "", payment_method: Any = None, **data: Any) -> Any:  # noqa: A002
    """What a browser asks with the publishable key: this card, or one that the customer keeps."""
    intent = PaymentIntent._api_retrieve(id)
    if client_secret != intent.client_secret:
        raise UserError(401, "Unauthorized")
    if intent.status not in ("requires_payment_method", "requires_confirmation", "requires_action"):
        raise UserError(400, "Unexpected state", {"code": "payment_intent_unexpected_state"})
    if isinstance(payment_method, str):
        method = PaymentMethod._api_retrieve(payment_method)
        if not method.customer or method.customer != intent.customer:
            raise UserError(400, "No such payment method", {"code": "resource_missing"})
    else:
        method = PaymentMethod(type="card", card=payment_method["card"])
    intent.payment_method, intent.latest_charge, intent.next_action = method.id, None, None
    intent._confirm(on_failure_now=intent._report_failure)
    return intent


def _customer(cls: Any, id: str) -> Any:  # noqa: A002
    try:
        return _plain_customer(cls, id)
    except UserError:
        raise UserError(404, f"No such customer: '{id}'", {"code": "resource_missing"}) from None


def _deleted(cls: Any, id: str) -> Any:  # noqa: A002
    found = cls._api_retrieve(id)
    found.deleted = True
    return found


def _must_know(customer: str | None) -> None:
    if customer and getattr(Customer._api_retrieve(customer), "deleted", False):
        raise UserError(400, f"No such customer: '{customer}'", {"code": "resource_missing"})


def _updated(cls: Any, id: str, **data: Any) -> Any:  # noqa: A002
    _must_know(data.get("customer"))
    return _plain_update(cls, id, **data)


def _methods(cls: Any, url: str, customer: Any = None, **asked: Any) -> Any:
    _must_know(customer)
    return _plain_methods(cls, url, customer=customer, **asked)


PaymentIntent.__init__, Charge.__init__ = _intent, _charge
Customer._api_retrieve, Customer._api_delete = classmethod(_customer), classmethod(_deleted)
PaymentIntent._api_update, PaymentMethod._api_list_all = classmethod(_updated), classmethod(_methods)
PaymentIntent._on_success, PaymentIntent.last_payment_error = _succeeded, property(_failed)
PaymentIntent._api_cancel = classmethod(_cancelled)
Charge._set_auth_failure, Charge._raise_failure = _declined, _refuse
resources.store.dump_to_disk = lambda: None  # type: ignore[method-assign]
resources.extra_apis[:] = [
    each if each[1] != "/v1/payment_intents/{id}/cancel" else (*each[:2], PaymentIntent._api_cancel)
    for each in resources.extra_apis
] + [("POST", "/v1/payment_intents/{id}/_authenticate/card", _pay)]

stripe_connect.install(f"http://127.0.0.1:{sys.argv[1]}")

from localstripe import server  # noqa: E402  # it makes its routes of the above

_said: dict[str, tuple[bytes, asyncio.Future[web.Response]]] = {}


@web.middleware
async def _once(request: web.Request, handler: Any) -> web.StreamResponse:
    """Idempotency keys: https://docs.stripe.com/api/idempotent_requests"""
    key = request.headers.get("Idempotency-Key")
    if request.method != "POST" or not key:
        return await handler(request)  # type: ignore[no-any-return]
    asked = request.path.encode() + b"\n" + await request.read()
    if key not in _said:
        _said[key] = (asked, asyncio.ensure_future(handler(request)))
    before, answer = _said[key]
    if before != asked:
        return UserError(400, "Another request").to_response()
    given = await answer
    return web.Response(body=given.body, status=given.status, content_type="application/json")


class Dispute(StripeObject):  # type: ignore[misc]
    """https://docs.stripe.com/api/disputes/object"""

    object = "dispute"
    _id_prefix = "dp_"

    def __init__(self, charge: Any) -> None:
        super().__init__()
        self.charge, self.payment_intent = charge.id, _intent_of(charge.id)
        self.amount, self.currency = charge.amount, charge.currency
        self.status, self.reason = "needs_response", "fraudulent"
        self.balance_transactions = [{"amount": -charge.amount, "fee": 1500, "currency": charge.currency}]


def _intent_of(charge_id: str) -> str | None:
    intents = (each for each in resources.store.values() if isinstance(each, PaymentIntent))
    return next(
        (each.id for each in intents if each.latest_charge and each.latest_charge.id == charge_id), None
    )


async def _disputes(request: web.Request) -> web.Response:
    of = [each for each in resources.store.values() if isinstance(each, Dispute)]
    found = [each._export() for each in of if each.charge == request.query.get("charge")]
    return web.json_response({"object": "list", "data": found, "has_more": False, "url": "/v1/disputes"})


async def _dispute(request: web.Request) -> web.Response:
    """The payer asks their bank for the money, or that is decided (?status=)."""
    of = [each for each in resources.store.values() if isinstance(each, Dispute)]
    found = next((each for each in of if each.charge == request.match_info["id"]), None)
    made = found or Dispute(Charge._api_retrieve(request.match_info["id"]))
    made.status = request.query.get("status", made.status)
    schedule_webhook(Event("charge.dispute.closed" if found else "charge.dispute.created", made))
    return web.json_response({"id": made.id})


async def _bounce(request: web.Request) -> web.Response:
    """A bank does not take a refund after all: https://docs.stripe.com/refunds#failed-refunds"""
    refund = Refund._api_retrieve(request.match_info["id"])
    refund.status, refund.failure_reason = "failed", "lost_or_stolen_card"
    refund.payment_intent = _intent_of(refund.charge)
    schedule_webhook(Event("refund.failed", refund))
    return web.json_response({"id": refund.id})


async def _script(_request: web.Request) -> web.Response:
    theirs = Path(server.__file__).with_name("localstripe-v3.js").read_text()
    ours = Path(__file__).with_name("stripe_server.js").read_text()
    # In a function: its class Element would stand in the way of the browser's own for every other script.
    return web.Response(text=f"(() => {{\n{theirs}\n{ours}\n}})();", content_type="application/javascript")


async def _ready(_request: web.Request) -> web.Response:
    return web.json_response({"ready": True})


server.app.middlewares.insert(0, _once)
server.app.router.add_get("/js.stripe.com/v3/cards.js", _script)
server.app.router.add_get("/js.stripe.com/ready", _ready)
stripe_connect.add_pages(server.app)
server.app.router.add_get("/v1/disputes", _disputes)
server.app.router.add_post("/_bank/charges/{id}/dispute", _dispute)
server.app.router.add_post("/_bank/refunds/{id}/bounce", _bounce)

if __name__ == "__main__":
    web.run_app(server.app, host="127.0.0.1", port=int(sys.argv[1]), print=None, access_log=None)
