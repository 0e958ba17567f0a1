"""A letter of each kind, about one made-up session, for both people."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, get_args, get_type_hints
from uuid import UUID

import msgspec

from visavis.booking.access import Seat
from visavis.booking.policies import PRESETS
from visavis.booking.queries import SessionRow
from visavis.booking.rules import Party
from visavis.kit.actor import Actor
from visavis.kit.letters import Written, write
from visavis.notifications.mail_kinds import in_calendar, kind_of
from visavis.notifications.mail_letters import Told, letter_of

SITE = "https://sessions.example.org"
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
START = datetime(2026, 11, 24, 18, tzinfo=UTC)
LATER = START + timedelta(days=2)
HOUR = timedelta(hours=1)
EMMA = Actor(account_id=UUID(int=1), name="Emma Clarke", time_zone="America/New_York")
SARAH = Actor(account_id=UUID(int=2), name="Dr. Sarah Johnson", time_zone="Europe/London")
_POLICY = PRESETS["approve_then_transfer"].policy
_AT_ONCE = msgspec.to_builtins(msgspec.structs.replace(_POLICY, approval="automatic", payment="none"))
_BY_CARD = msgspec.to_builtins(msgspec.structs.replace(_POLICY, payment="card"))
_TIMES = {"was": START.isoformat(), "starts_at": LATER.isoformat()}
_OPEN = {"starts_at": None, "ends_at": None}
_PROPOSED = {
    "proposed_by": "client", "proposed_from": LATER, "proposed_to": LATER + HOUR, "proposal_message": "",
    "proposal_due_at": NOW + HOUR * 5,
}  # fmt: skip

# name, verb, details, status, who reads, what else is different
CASES: list[tuple[str, str, dict[str, Any], str, Actor, dict[str, Any]]] = [
    ("asked", "book", {}, "pending_approval", SARAH, {}),
    ("asked_open", "book", {}, "pending_approval", SARAH, _OPEN),
    ("booked", "book", {}, "confirmed", SARAH, {"policy": _AT_ONCE}),
    ("proposed", "propose_session", {}, "pending_approval", EMMA,
        {"created_by": "practitioner", "credits": 2, "price_minor": 0}),
    ("instant", "invite", {}, "pending_approval", EMMA,
        {"created_by": "practitioner", "credits": 1, "price_minor": 0, "instant": True} | _OPEN),
    ("lack", "lack_credits", {}, "pending_approval", EMMA, {"credits": 2, "price_minor": 0}),
    ("to_pay", "approve", {"to": "approved", "reason": "Gladly"}, "approved", EMMA, {}),
    ("pay_now", "approve", {"to": "approved"}, "approved", EMMA, {"policy": _BY_CARD}),
    ("confirmed_by_card", "pay_by_card", {"to": "confirmed"}, "confirmed", SARAH, {"policy": _BY_CARD}),
    ("confirmed_by_own_card", "pay_by_card", {"to": "confirmed"}, "confirmed", EMMA, {"policy": _BY_CARD}),
    ("agreed", "approve", {"to": "approved"}, "approved", SARAH, {"created_by": "practitioner"}),
    ("confirmed", "verify_payment", {"to": "confirmed"}, "confirmed", EMMA, {}),
    ("confirmed_by_cash", "take_cash", {"to": "confirmed", "how": "cash"}, "confirmed", EMMA, {}),
    ("confirmed_open", "approve", {"to": "confirmed"}, "confirmed", EMMA, _OPEN),
    ("begun", "approve", {"to": "in_progress"}, "in_progress", SARAH,
        {"instant": True, "created_by": "practitioner", "starts_at": NOW, "ends_at": NOW + HOUR}),
    ("declined", "decline", {"reason": "I am away"}, "declined", EMMA, {}),
    ("cancelled", "cancel", {"from": "confirmed", "reason": "I am ill"}, "cancelled", SARAH, {}),
    ("cancelled_by_client", "cancel", {"from": "confirmed", "refund_minor": 6000, "currency": "GBP"},
        "cancelled", SARAH, {}),
    ("cancelled_by_other", "cancel", {"from": "confirmed", "refund_minor": 8000, "currency": "GBP"},
        "cancelled", EMMA, {}),
    ("found", "find_transfer", {"refund_minor": 6000, "currency": "GBP"}, "cancelled", EMMA, {}),
    ("missed", "miss_transfer", {}, "cancelled", EMMA, {}),
    ("refund", "send_refund", {"amount_minor": 6000, "currency": "GBP"}, "cancelled", EMMA, {}),
    ("retaken", "pay_by_card", {"to": "confirmed", "after_deadline": True}, "confirmed", EMMA,
        {"policy": _BY_CARD}),
    ("too_late", "return_card_payment", {"amount_minor": 8000, "currency": "GBP"}, "expired", EMMA, {}),
    ("card_refund", "refund_card", {"amount_minor": 6000, "currency": "GBP"}, "cancelled", EMMA, {}),
    ("bounced", "bounce_refund", {"amount_minor": 6000, "currency": "GBP"}, "cancelled", EMMA, {}),
    ("resent", "send_bounced_refund", {"amount_minor": 6000, "currency": "GBP"}, "cancelled", EMMA, {}),
    ("disputed", "lose_dispute", {"amount_minor": 8000, "currency": "GBP"}, "completed", SARAH, {}),
    ("failed", "fail_card_payment", {"failure": "declined"}, "approved", EMMA, {"policy": _BY_CARD}),
    ("expired", "expire", {}, "expired", EMMA, {}),
    ("proof", "submit_payment", {}, "payment_submitted", SARAH, {}),
    ("rejected", "reject_payment", {"reason": "Which one?"}, "approved", EMMA, {"reason": "Which one?"}),
    ("new_time", "propose_time", _TIMES, "confirmed", SARAH, _PROPOSED),
    ("moved", "agree_time", _TIMES, "confirmed", EMMA, {"starts_at": LATER, "ends_at": LATER + HOUR}),
    ("moved_by_one", "reschedule", _TIMES, "confirmed", SARAH,
        {"starts_at": LATER, "ends_at": LATER + HOUR}),
    ("kept", "decline_time", _TIMES, "confirmed", EMMA, {}),
    ("link", "set_meeting_link", {}, "confirmed", EMMA, {"meeting_url": "https://meet.example.org/room"}),
]  # fmt: skip


def session_with(status: str, **changes: Any) -> SessionRow:
    """The made-up session; what is not named is empty."""
    hints = get_type_hints(SessionRow)
    values: dict[str, Any] = {name: _empty(hints[name]) for name in SessionRow.__struct_fields__}
    values |= {
        "id": UUID(int=7), "practitioner_id": SARAH.account_id, "practitioner_name": SARAH.name,
        "practitioner_zone": SARAH.time_zone, "client_id": EMMA.account_id, "client_name": EMMA.name,
        "client_zone": EMMA.time_zone, "offering_name": "Talking session", "created_by": "client",
        "status_text": status, "starts_at": START, "ends_at": START + HOUR, "length_minutes": 60,
        "price_minor": 8000, "currency": "GBP", "notes": "I sleep badly", "topic": "Insomnia",
        "policy": msgspec.to_builtins(_POLICY), "due_at": NOW + HOUR * 9,
        "created_at": NOW, "listed_at": START, "status_changed_at": NOW,
    }  # fmt: skip
    return SessionRow(**(values | changes))


def _empty(hint: Any) -> Any:
    if type(None) in get_args(hint):
        return None
    return {str: "", int: 0, bool: False, UUID: UUID(int=0)}.get(hint, [])


def examples() -> Iterator[tuple[str, Written]]:
    """Each case as it is sent."""
    for name, verb, details, status, reader, changes in CASES:
        party = Party.CLIENT if reader is EMMA else Party.PRACTITIONER
        seat = Seat(session_with(status, **changes), party)
        kind = kind_of(verb, details, seat, NOW)
        assert kind is not None, name
        assert name.startswith(kind.value), name
        dated = in_calendar(kind, details, seat)
        told = Told(
            kind=kind, verb=verb, details=details, seat=seat, dated=dated, group="Answers", out=f"{SITE}/out"
        )
        yield name, write(letter_of(told, reader, SITE))
