"""Events that Stripe sends: believed only with its signature over the very bytes that came."""

import msgspec

_TOLERANCE = 300  # seconds that an event may be old, when it is sent
_OF_PAYMENTS = "payment_intent."


class _Object(msgspec.Struct, frozen=True):
    object: str = ""
    id: str = ""
    payment_intent: str | None = None


class _Data(msgspec.Struct, frozen=True):
    object: _Object


class _Event(msgspec.Struct, frozen=True):
    id: str
    type: str
    data: _Data


class Heard(msgspec.Struct, frozen=True):
    """Something happened to an intent; what, only Stripe itself is asked."""

    event_id: str
    kind: str
    intent_id: str


def verified(body: bytes, signature: str, secret: str) -> Heard | None:
    """The event of a request; None for a genuine one that is about no payment. Raises ValueError for what
    Stripe did not send, or sent too long ago."""
    import stripe

    try:
        stripe.WebhookSignature.verify_header(body, signature, secret, _TOLERANCE)
        event = msgspec.json.decode(body, type=_Event)
    except (stripe.SignatureVerificationError, UnicodeDecodeError, msgspec.DecodeError) as error:
        raise ValueError(type(error).__name__) from None
    seen = event.data.object
    intent_id = seen.id if seen.object == "payment_intent" else seen.payment_intent
    if not intent_id or not event.type.startswith((_OF_PAYMENTS, "charge.")):
        return None
    return Heard(event.id, event.type, intent_id)
