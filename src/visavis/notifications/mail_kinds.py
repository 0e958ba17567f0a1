"""Which mail an event leads to, by how things stand when it leaves: none when it is untrue by then. Pure."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from visavis.booking.access import Seat
from visavis.booking.rules import MOVABLE, OPEN, Party, Status

_CERTAIN = frozenset({Status.CONFIRMED, Status.IN_PROGRESS})


class MailKind(StrEnum):
    ASKED = "asked"  # a client asks for a session
    BOOKED = "booked"  # and had not to ask
    PROPOSED = "proposed"  # the practitioner made a session
    INSTANT = "instant"  # and waits in it
    TO_PAY = "to_pay"
    PAY_NOW = "pay_now"
    AGREED = "agreed"  # the client agreed, and pays next
    CONFIRMED = "confirmed"
    BEGUN = "begun"  # an instant session was approved
    DECLINED = "declined"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    PROOF = "proof"  # of a payment, to be checked
    REJECTED = "rejected"
    NEW_TIME = "new_time"
    MOVED = "moved"
    KEPT = "kept"  # the new time was declined
    LINK = "link"  # to meet at
    LACK = "lack"  # of credits, for the approval
    FOUND = "found"  # a transfer, after the session was called off
    MISSED = "missed"  # likewise
    REFUND = "refund"  # was sent
    RETAKEN = "retaken"  # paid by card after its deadline, and still to be had
    TOO_LATE = "too_late"  # likewise, and not
    CARD_REFUND = "card_refund"  # is on its way
    FAILED = "failed"  # a try to pay by card
    BOUNCED = "bounced"  # a refund that the card did not take
    RESENT = "resent"  # and that was sent in another way
    DISPUTED = "disputed"  # a bank took back what was paid


def kind_of(verb: str, details: Mapping[str, Any], seat: Seat, now: datetime) -> MailKind | None:
    """What to write to this seat about an event; None when there is nothing to write, or not any more."""
    session = seat.session
    over = session.status in OPEN and session.ends_at is not None and now >= session.ends_at
    if over and verb not in _SETTLED_AFTERWARDS:
        return None
    match verb:
        case "book" | "propose_session" | "invite":
            return _made(seat, now)
        case "approve" | "verify_payment" | "take_cash" | "pay_by_card":
            return _approved(details, seat)
        case "propose_time" | "agree_time" | "reschedule" | "decline_time":
            return _time(verb, details, seat, now)
        case "return_card_payment" | "refund_card" | "bounce_refund" | "send_bounced_refund":
            return _TO_CLIENTS[verb] if seat.party is Party.CLIENT else None
        case "lose_dispute":
            return MailKind.DISPUTED if seat.party is Party.PRACTITIONER else None
        case "set_meeting_link" if session.meeting_url and session.status in _CERTAIN:
            return MailKind.LINK
    kind, status = _BY_STATUS.get(verb, (None, None))
    return kind if session.status is status else None


_TO_CLIENTS = {
    "return_card_payment": MailKind.TOO_LATE,
    "refund_card": MailKind.CARD_REFUND,
    "bounce_refund": MailKind.BOUNCED,
    "send_bounced_refund": MailKind.RESENT,
}
"""The money is on its way back, whatever became of the session since. Practitioners have their bell."""
_SETTLED_AFTERWARDS = frozenset({"submit_payment", "reject_payment", "lose_dispute"})
"""Payments have a little longer than the session (`booking.rules`), and somebody waits for them; banks take
months."""
_BY_STATUS = {
    "decline": (MailKind.DECLINED, Status.DECLINED),
    "cancel": (MailKind.CANCELLED, Status.CANCELLED),
    "expire": (MailKind.EXPIRED, Status.EXPIRED),
    "lack_credits": (MailKind.LACK, Status.PENDING_APPROVAL),
    "submit_payment": (MailKind.PROOF, Status.PAYMENT_SUBMITTED),
    "reject_payment": (MailKind.REJECTED, Status.APPROVED),
    "find_transfer": (MailKind.FOUND, Status.CANCELLED),
    "miss_transfer": (MailKind.MISSED, Status.CANCELLED),
    "send_refund": (MailKind.REFUND, Status.CANCELLED),
    "fail_card_payment": (MailKind.FAILED, Status.APPROVED),
}


def _made(seat: Seat, now: datetime) -> MailKind | None:
    session = seat.session
    if session.status is not Status.PENDING_APPROVAL:
        unpaid = session.status is Status.APPROVED  # what is paid at once is told with its payment
        booked = session.status in OPEN and not unpaid and session.created_by == "client"
        return MailKind.BOOKED if booked and session.terms.approval == "automatic" else None
    if session.due_at is not None and now >= session.due_at:
        return None
    if session.created_by == "client":
        return MailKind.ASKED
    return MailKind.INSTANT if session.instant else MailKind.PROPOSED


def _approved(details: Mapping[str, Any], seat: Seat) -> MailKind | None:
    session, to_pay = seat.session, details.get("to") == Status.APPROVED
    if to_pay and session.status is Status.APPROVED:
        pays = MailKind.PAY_NOW if session.terms.takes("card") else MailKind.TO_PAY
        return pays if seat.party is Party.CLIENT else MailKind.AGREED
    if not to_pay and session.status in _CERTAIN:
        if details.get("after_deadline"):
            return MailKind.RETAKEN
        return MailKind.BEGUN if session.instant else MailKind.CONFIRMED
    return None


def _time(verb: str, details: Mapping[str, Any], seat: Seat, now: datetime) -> MailKind | None:
    session, proposal = seat.session, seat.session.proposal
    spoken_of = _instant(details, "starts_at")
    if session.status not in MOVABLE:
        return None
    if verb == "propose_time":
        open_still = proposal and proposal.starts_at == spoken_of and now < proposal.due_at
        return MailKind.NEW_TIME if open_still else None
    if verb == "decline_time":
        return MailKind.KEPT if proposal is None and session.starts_at != spoken_of else None
    return MailKind.MOVED if session.starts_at == spoken_of else None


def _instant(details: Mapping[str, Any], key: str) -> datetime | None:
    return datetime.fromisoformat(details[key]) if details.get(key) else None


def in_calendar(kind: MailKind, details: Mapping[str, Any], seat: Seat) -> bool:
    """Whether this mail changes a calendar: what is certain stands there, and nothing else does."""
    session = seat.session
    if session.starts_at is None or session.instant:
        return False
    if kind is MailKind.CANCELLED:
        return details.get("from") == Status.CONFIRMED
    return session.status is Status.CONFIRMED and kind in _SHOWN


MAILED = frozenset(
    {"book", "propose_session", "invite", "approve", "verify_payment", "take_cash", "pay_by_card",
     "propose_time", "agree_time", "reschedule", "decline_time", "set_meeting_link",
     "lose_dispute", *_BY_STATUS, *_TO_CLIENTS}
)  # fmt: skip
"""What may be worth a mail; nothing else is asked about."""
_SHOWN = frozenset({MailKind.BOOKED, MailKind.CONFIRMED, MailKind.RETAKEN, MailKind.MOVED, MailKind.LINK})
COPIED = frozenset({MailKind.BOOKED, MailKind.CONFIRMED, MailKind.MOVED, MailKind.CANCELLED})
"""Whoever did it themselves gets these, too, when their calendar has to change."""
