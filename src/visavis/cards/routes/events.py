"""POST /webhooks/stripe and /webhooks/stripe/connect: the signature proves who speaks, and what is said is
only a reason to look."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar, TypeVar

from litestar import Request, Response, post
from pydantic import SecretStr

from visavis.cards.actions import keep_event
from visavis.cards.direct.actions import keep_account_event
from visavis.cards.stripe.events import verified, verified_of_account
from visavis.kit import throttle
from visavis.kit.db import Db
from visavis.kit.errors import NotFoundError, VisavisError
from visavis.kit.words import _

Asked = Request[Any, Any, Any]
T = TypeVar("T")
_MOST_UNSIGNED, _WITHIN = 60, 600  # of one address; seconds


class UnsignedError(VisavisError):
    type: ClassVar[str] = "unsigned"
    title: ClassVar[str] = _("This is not signed, or too old")


@post("/webhooks/stripe", include_in_schema=False, status_code=200)
async def stripe_event(request: Asked, db: Db, now: datetime) -> Response[bytes]:
    """Kept once, and looked into by the worker. What is of another kind is thanked for."""
    heard = await _heard(request, db, request.app.state.settings.stripe_webhook_secret, verified)
    if heard is not None:
        await keep_event(db, heard.event_id, heard.kind, heard.intent_id, now)
    return Response(b"")


@post("/webhooks/stripe/connect", include_in_schema=False, status_code=200)
async def account_event(request: Asked, db: Db, now: datetime) -> Response[bytes]:
    """The same of practitioners' accounts, for which Stripe has endpoints with secrets of their own."""
    secret = request.app.state.settings.stripe_connect_webhook_secret
    heard = await _heard(request, db, secret, verified_of_account)
    if heard is not None:
        await keep_account_event(db, heard.event_id, heard.kind, heard.account, now)
    return Response(b"")


async def _heard(
    request: Asked, db: Db, secret: SecretStr | None, read: Callable[[bytes, str, str], T | None]
) -> T | None:
    if secret is None:
        raise NotFoundError
    body, signature = await request.body(), request.headers.get("stripe-signature", "")
    try:
        return read(body, signature, secret.get_secret_value())
    except ValueError:
        address = request.client.host if request.client else ""
        await throttle.count(db, "unsigned event", address, most=_MOST_UNSIGNED, seconds=_WITHIN)
        raise UnsignedError from None


ROUTES = [stripe_event, account_event]
