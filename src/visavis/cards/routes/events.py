"""POST /webhooks/stripe: the signature proves who speaks, and what is said is only a reason to look."""

from datetime import datetime
from typing import Any, ClassVar

from litestar import Request, Response, post

from visavis.cards.actions import keep_event
from visavis.cards.stripe.events import verified
from visavis.kit import throttle
from visavis.kit.db import Db
from visavis.kit.errors import NotFoundError, VisavisError
from visavis.kit.words import _

_MOST_UNSIGNED, _WITHIN = 60, 600  # of one address; seconds


class UnsignedError(VisavisError):
    type: ClassVar[str] = "unsigned"
    title: ClassVar[str] = _("This is not signed, or too old")


@post("/webhooks/stripe", include_in_schema=False, status_code=200)
async def stripe_event(request: Request[Any, Any, Any], db: Db, now: datetime) -> Response[bytes]:
    """Kept once, and looked into by the worker. What is of another kind is thanked for."""
    secret = request.app.state.settings.stripe_webhook_secret
    if secret is None:
        raise NotFoundError
    body, signature = await request.body(), request.headers.get("stripe-signature", "")
    try:
        heard = verified(body, signature, secret.get_secret_value())
    except ValueError:
        address = request.client.host if request.client else ""
        await throttle.count(db, "unsigned event", address, most=_MOST_UNSIGNED, seconds=_WITHIN)
        raise UnsignedError from None
    if heard is not None:
        await keep_event(db, heard.event_id, heard.kind, heard.intent_id, now)
    return Response(b"")


ROUTES = [stripe_event]
