"""What the page says on which somebody pays by card. Pure."""

from datetime import datetime
from typing import Literal

import msgspec

from visavis.booking.access import Seat
from visavis.booking.card_words import payable_by_card
from visavis.booking.rules import CERTAIN, Status, wrong_state
from visavis.cards.access import PaymentRow
from visavis.cards.words import why
from visavis.credits.access import PurchaseRow
from visavis.kit.words import _

State = Literal["open", "waiting", "paid", "returned", "gone"]
"""`waiting`: the bank is deciding, or the money came and is not booked yet; `returned`: it came too late and
goes back."""
_BUYABLE = frozenset({"requested", "submitted", "refused"})
_OVER = frozenset({"withdrawn"})


class Paying(msgspec.Struct, frozen=True, kw_only=True):
    """A payment as its payer sees it. `due_at`: until when the time is kept; `by` is the card, once paid;
    `other_way` the address at which it can be paid by transfer; `begun`: a try was made before."""

    href: str
    back: str
    about: str
    name: str
    what: str
    starts_at: datetime | None
    ends_at: datetime | None
    amount_minor: int
    currency: str
    due_at: datetime | None
    state: State
    sentence: str
    failure: str
    by: str
    other_way: str
    begun: bool


def paying_session(seat: Seat, payment: PaymentRow | None, now: datetime) -> Paying:
    """Of a session that the reader is the client of."""
    session = seat.session
    state = _state(
        payment,
        payable=payable_by_card(session, seat.party, now),
        had=session.status in CERTAIN or session.status is Status.COMPLETED,
    )
    late = session.status is Status.APPROVED and session.due_at is not None and session.due_at <= now
    gone = _("The time to pay is over.") if late else wrong_state(session.status)
    back = f"/sessions/{session.id}"
    transfer = session.terms.takes("transfer") and session.status is Status.APPROVED and not late
    return Paying(
        href=f"{back}/card",
        back=back,
        about=f"session:{session.id}",
        name=session.practitioner_name,
        what=session.offering_name,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        amount_minor=session.price_minor,
        currency=session.currency,
        due_at=session.due_at if state == "open" else None,
        state=state,
        sentence=gone if state == "gone" else "",
        failure=why(payment.failure) if payment and state == "open" else "",
        by=_card(payment),
        other_way=f"{back}/payment" if transfer and state == "open" else "",
        begun=payment is not None,
    )


def paying_purchase(purchase: PurchaseRow, seller: str, payment: PaymentRow | None) -> Paying:
    """Of a package of credits that the reader buys."""
    state = _state(payment, payable=purchase.status in _BUYABLE, had=purchase.status == "paid")
    back = f"/credits/purchases/{purchase.id}"
    gone = _("You withdrew this purchase. Nothing is owed.")
    gone = gone if purchase.status in _OVER else _("This purchase is paid already.")
    return Paying(
        href=f"{back}/card",
        back=back,
        about=f"credit_purchase:{purchase.id}",
        name=seller,
        what=purchase.name,
        starts_at=None,
        ends_at=None,
        amount_minor=purchase.price_minor,
        currency=purchase.currency,
        due_at=None,
        state=state,
        sentence=gone if state == "gone" else "",
        failure=why(payment.failure) if payment and state == "open" else "",
        by=_card(payment),
        other_way=back if state == "open" else "",
        begun=payment is not None,
    )


def _state(payment: PaymentRow | None, *, payable: bool, had: bool) -> State:
    if payment and payment.outcome == "returned":
        return "returned"
    if payment and payment.outcome == "settled":
        return "paid" if had else "gone"
    if payment and payment.status in ("processing", "succeeded"):
        return "waiting"
    return "open" if payable else "gone"


def _card(payment: PaymentRow | None) -> str:
    if payment is None or not payment.last4:
        return ""
    return f"{(payment.brand or '').replace('_', ' ').title()} •••• {payment.last4}".strip()
