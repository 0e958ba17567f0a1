"""Events that Stripe sends: believed only with its signature over the very bytes that came."""

import msgspec

_TOLERANCE = 300  # seconds that an event may be old, when it is sent
_OURS = ("payment_intent.", "charge.", "refund.")
_OF_ACCOUNTS = ("account.", "capability.")


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
    account: str | None = None  # of a practitioner, where it happened there


class Heard(msgspec.Struct, frozen=True):
    """Something happened to an intent; what, only Stripe itself is asked."""

    event_id: str
    kind: str
    intent_id: str


class HeardOfAccount(msgspec.Struct, frozen=True):
    """Something happened to a practitioner's account; what, only Stripe itself is asked."""

    event_id: str
    kind: str
    account: str


def verified(body: bytes, signature: str, secret: str) -> Heard | None:
    """The event of a request; None for a genuine one that is about no payment. Raises ValueError for what
    Stripe did not send, or sent too long ago."""
    event = _signed(body, signature, secret)
    seen = event.data.object
    intent_id = seen.id if seen.object == "payment_intent" else seen.payment_intent
    if not intent_id or not event.type.startswith(_OURS):
        return None
    return Heard(event.id, event.type, intent_id)


def verified_of_account(body: bytes, signature: str, secret: str) -> HeardOfAccount | None:
    """The same, of what happened to a practitioner's account."""
    event = _signed(body, signature, secret)
    if not event.account or not event.type.startswith(_OF_ACCOUNTS):
        return None
    return HeardOfAccount(event.id, event.type, event.account)


def _signed(body: bytes, signature: str, secret: str) -> _Event:
    import stripe

    try:
        stripe.WebhookSignature.verify_header(body, signature, secret, _TOLERANCE)
        return msgspec.json.decode(body, type=_Event)
    except (stripe.SignatureVerificationError, UnicodeDecodeError, msgspec.DecodeError) as error:
        raise ValueError(type(error).__name__) from None
