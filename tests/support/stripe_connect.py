"""Connect, which localstripe lacks, as https://docs.stripe.com/api says: accounts and the pages on which
their owners tell Stripe about themselves, destinations of payments, fees, and what comes back of both.

Each account has a balance, `/_config/accounts/{id}`, so that a test sees who has which part of what was paid.
"""

from html import escape
from typing import Any

from aiohttp import web
from localstripe import resources
from localstripe.errors import UserError
from localstripe.resources import Charge, Event, List, PaymentIntent, Refund, StripeObject
from localstripe.webhooks import schedule_webhook

_CONTROLLER = {
    "stripe_dashboard": {"type": "express"},
    "requirement_collection": "stripe",
    "fees": {"payer": "application"},
    "losses": {"payments": "application"},
}
_plain: dict[str, Any] = {}  # what is extended here
_visited: set[str] = set()


class Account(StripeObject):  # type: ignore[misc]
    """Somebody else's, begun by the platform."""

    object, _id_prefix = "account", "acct_"

    def __init__(self, controller: Any = None, capabilities: Any = None, metadata: Any = None) -> None:
        asked = {name for name, each in (capabilities or {}).items() if each == {"requested": "true"}}
        if controller != _CONTROLLER or asked != {"card_payments", "transfers"}:
            raise UserError(400, "Another kind of account than was asked for")
        super().__init__()
        self.controller, self.metadata = controller, metadata or {}
        self._balance = 0
        self._become("wanting")

    def _become(self, how: str) -> None:
        ready = how == "ready"
        self.charges_enabled = self.payouts_enabled = ready
        self.details_submitted = how != "wanting"
        self.capabilities = dict.fromkeys(("card_payments", "transfers"), "active" if ready else "inactive")
        self.requirements = {
            "currently_due": ["individual.dob.day"] if how == "wanting" else [],
            "past_due": [],
            "disabled_reason": "rejected.fraud" if how == "refused" else None,
        }
        self._gone = how == "gone"

    @classmethod
    def _api_retrieve(cls, id: str) -> Any:  # noqa: A002
        found = resources.store.get(f"account:{id}")
        if found is None or found._gone:
            raise UserError(403, "No access to this account", {"code": "account_invalid"})
        return found


class AccountLink(StripeObject):  # type: ignore[misc]
    """An address that is good once."""

    object, _id_prefix = "account_link", "link_"

    def __init__(self, account: str, return_url: str, refresh_url: str, type: str) -> None:  # noqa: A002
        Account._api_retrieve(account)
        if type != "account_onboarding":
            raise UserError(400, "Not for accounts of this kind")
        super().__init__()
        self.url = f"{self._site}/js.stripe.com/setup/{self.id}"
        self._account, self._back, self._again = account, return_url, refresh_url

    _site = ""


class ApplicationFee(StripeObject):  # type: ignore[misc]
    """What stays with the platform."""

    object, _id_prefix = "application_fee", "fee_"

    def __init__(self, charge: str, amount: int, account: str) -> None:
        super().__init__()
        self.charge, self.amount, self.account, self._given = charge, amount, account, []


class FeeRefund(StripeObject):  # type: ignore[misc]
    """A part of it that does not."""

    object, _id_prefix = "fee_refund", "fr_"

    def __init__(self, id: str, amount: str, metadata: Any = None) -> None:  # noqa: A002
        fee = resources.store.get(f"application_fee:{id}")
        if (
            fee is None
            or int(amount) < 1
            or int(amount) + sum(each.amount for each in fee._given) > fee.amount
        ):
            raise UserError(400, "More than the fee", {"code": "charge_already_refunded"})
        super().__init__()
        self.fee, self.amount, self.metadata = id, int(amount), metadata or {}
        fee._given.append(self)
        Account._api_retrieve(fee.account)._balance += self.amount


def _fee_refunds(id: str, limit: Any = None) -> Any:  # noqa: A002
    found = List(f"/v1/application_fees/{id}/refunds", limit=limit)
    found._list = resources.store[f"application_fee:{id}"]._given
    return found


def _new_intent(cls: Any, **data: Any) -> Any:
    """A destination must be able to receive, and keeps something."""
    if to := data.get("transfer_data"):
        account = Account._api_retrieve(to["destination"])
        if account.capabilities["transfers"] != "active":
            code = {"code": "insufficient_capabilities_for_transfer"}
            raise UserError(400, "The destination cannot receive", code)
        if int(data.get("application_fee_amount", 0)) > int(data["amount"]):
            raise UserError(400, "More than is paid")
    elif data.get("application_fee_amount") or data.get("on_behalf_of"):
        raise UserError(400, "Of nobody")
    return _plain["intent"](cls, **data)


def _charge(self: Any, **data: Any) -> None:
    _plain["charge"](self, **data)
    self.transfer_data, self.application_fee = None, None


def _succeeded(self: Any) -> None:
    if self.transfer_data:
        self.latest_charge.transfer_data = self.transfer_data
        account, kept = Account._api_retrieve(self.transfer_data["destination"]), self.application_fee_amount
        account._balance += self.amount - (kept or 0)
        if kept:
            fee = ApplicationFee(self.latest_charge.id, kept, account.id)
            self.latest_charge.application_fee = fee.id
    _plain["success"](self)


def _refund(self: Any, reverse_transfer: str = "false", **data: Any) -> None:
    """Taken from the destination, where that is asked for."""
    to = Charge._api_retrieve(data["charge"]).transfer_data
    if reverse_transfer == "true" and not to:
        raise UserError(400, "There was no transfer")
    _plain["refund"](self, **data)
    self.transfer_reversal = f"trr_{self.id}" if reverse_transfer == "true" else None
    if reverse_transfer == "true":
        Account._api_retrieve(to["destination"])._balance -= self.amount


async def _setup(request: web.Request) -> web.Response:
    """The page on which an owner tells Stripe about themselves; each address once."""
    link = resources.store[f"account_link:{request.match_info['id']}"]
    if request.method == "POST":
        await become(link._account, (await request.post()).get("how", "ready"))
        raise web.HTTPSeeOther(link._back)
    if link.id in _visited:
        raise web.HTTPSeeOther(link._again)
    _visited.add(link.id)
    buttons = "".join(
        f"<button name=how value={how}>{words}</button>"
        for how, words in (("ready", "Agree and submit"), ("checked", "Submit blurred passport"))
    )
    page = f"<form method=post>{buttons}</form><a href='{escape(link._back)}'>Later</a>"
    return web.Response(text=f"<!doctype html><title>Stripe</title>{page}", content_type="text/html")


async def become(account: str, how: str) -> None:
    """What Stripe thinks of an account from now on; it tells."""
    found = resources.store[f"account:{account}"]
    found._become(how)
    event = Event("account.updated", found)
    event.account = account
    schedule_webhook(event)


async def _config(request: web.Request) -> web.Response:
    """Tests: what Stripe thinks (POST), and what the account has (GET)."""
    account = request.match_info["id"]
    if request.method == "POST":
        await become(account, (await request.json())["how"])
    return web.json_response({"balance": resources.store[f"account:{account}"]._balance})


def install(site: str) -> None:
    """Before localstripe's server is imported: it makes its routes of what is there."""
    AccountLink._site = site
    _plain["charge"], _plain["success"] = Charge.__init__, PaymentIntent._on_success
    _plain["refund"], _plain["intent"] = Refund.__init__, PaymentIntent._api_create.__func__
    Charge.__init__, PaymentIntent._on_success, Refund.__init__ = _charge, _succeeded, _refund
    PaymentIntent._api_create = classmethod(_new_intent)
    resources.extra_apis += [
        ("POST", "/v1/accounts", Account),
        ("GET", "/v1/accounts/{id}", Account._api_retrieve),
        ("POST", "/v1/account_links", AccountLink),
        ("GET", "/v1/application_fees/{id}/refunds", _fee_refunds),
        ("POST", "/v1/application_fees/{id}/refunds", FeeRefund),
    ]


def add_pages(app: web.Application) -> None:
    """What a browser, and what tests ask."""
    app.router.add_get("/js.stripe.com/setup/{id}", _setup)
    app.router.add_post("/js.stripe.com/setup/{id}", _setup)
    app.router.add_get("/_config/accounts/{id}", _config)
    app.router.add_post("/_config/accounts/{id}", _config)
