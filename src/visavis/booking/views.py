"""What a card shows of a session. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from visavis.accounts.access import picture_address
from visavis.booking.access import Seat
from visavis.booking.joining import without_slot
from visavis.booking.offered_steps import Offer, offer
from visavis.booking.phrases import amount, what_next
from visavis.booking.queries import SessionRow
from visavis.booking.rules import JOIN_OPENS, MOVABLE, Party, Status
from visavis.booking.time_words import time_open, wish
from visavis.kit.actor import Actor
from visavis.kit.format import babel_locale, format_minutes
from visavis.kit.money import format_money
from visavis.kit.words import _, say

Side = Literal["client", "practitioner"]

_CHIPS = {
    (Party.CLIENT, Status.APPROVED): _("Payment required"),
    (Party.CLIENT, Status.PAYMENT_SUBMITTED): _("Payment submitted"),
    (Party.PRACTITIONER, Status.APPROVED): _("Awaiting payment"),
    (Party.PRACTITIONER, Status.PAYMENT_SUBMITTED): _("Payment to verify"),
}
"""What the same status is for each side; else its usual word."""


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """One session as one of its people sees it."""

    id: UUID
    href: str
    name: str
    picture: str
    verified: bool
    title: str
    starts_at: datetime | None
    ends_at: datetime | None
    time_open: str  # instead of a time where there is none
    wish: str
    topic: str
    answer: str
    answered_by: str
    without_slot: bool
    other_zone: str
    status: str
    chip: str
    price: str
    price_note: str
    step: str
    quote: str
    pay: str
    offer: Offer

    @property
    def acting(self) -> bool:
        return self.offer.acting

    missing: int = 0  # credits, to the client whose session waits for its approval
    payment: str = ""  # these three where sessions are managed
    contact: str = ""
    notes: str = ""
    turns: str  # instants at which the card looks otherwise although nobody did anything


def card_of(
    seat: Seat,
    actor: Actor,
    now: datetime,
    how_to_pay: Mapping[UUID, str],
    balances: Mapping[UUID, int] | None = None,
) -> Card:
    """One session for its card; without `balances` it says nothing of missing credits."""
    session, client_looks = seat.session, seat.party is Party.CLIENT
    return Card(
        id=session.id,
        href=f"/sessions/{session.id}",
        name=seat.other_name,
        picture=_picture(session, of_practitioner=client_looks),
        verified=client_looks and session.verified,
        title=f"{session.offering_name} · {format_minutes(session.length_minutes, actor.locale)}",
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        time_open=say(actor, open_words) if (open_words := time_open(session)) else "",
        wish=wish(actor, session) if session.starts_at is None else "",
        topic=session.topic,
        answer=session.answer,
        answered_by=_answered_by(seat, actor),
        without_slot=without_slot(session),
        other_zone=session.practitioner_zone if client_looks else session.client_zone,
        status=session.status.value,
        chip=say(actor, words) if (words := _chip(seat)) else "",
        price=amount(actor, session),
        price_note=price_note(session, actor),
        step=what_next(seat, actor, now),
        quote=_quote(seat, now),
        pay=how_to_pay.get(session.practitioner_id, "") if pays(seat) else "",
        offer=offer(seat, now),
        missing=_missing(session, balances or {}),
        turns=_turns(session),
    )


def price_note(session: SessionRow, actor: Actor) -> str:
    """Beside the price: what it comes to while it is asked for, and that it was paid in the hand."""
    if session.paid_in_hand:
        return say(actor, _("Paid in cash") if session.paid_in_hand == "cash" else _("Paid outside Visavis"))
    return rate_of(session, actor) if session.status is Status.PENDING_APPROVAL else ""


def waits_for_credits(seat: Seat) -> bool:
    """Whether this person's credits are taken once the session is approved."""
    pending = seat.session.status is Status.PENDING_APPROVAL
    return pending and seat.session.credits > 0 and seat.party is Party.CLIENT


def _missing(session: SessionRow, balances: Mapping[UUID, int]) -> int:
    waits = session.status is Status.PENDING_APPROVAL and session.practitioner_id in balances
    return max(session.credits - balances[session.practitioner_id], 0) if waits else 0


def _answered_by(seat: Seat, actor: Actor) -> str:
    """Who approved: the other one, or the reader."""
    return seat.other_name if seat.session.created_by == seat.party.value else say(actor, _("You"))


def _chip(seat: Seat) -> str:
    if seat.session.cancelled_late:
        return _("Cancelled late")
    if seat.session.status is Status.PENDING_APPROVAL:  # approval is the other side's
        made_by_me = seat.session.created_by == seat.party.value
        return _("Awaiting approval") if made_by_me else _("Needs your approval")
    return _CHIPS.get((seat.party, seat.session.status), "")


def _quote(seat: Seat, now: datetime) -> str:
    """What was written with the proposal that is open now, else with the latest refusal."""
    proposal = seat.session.proposal
    is_open = proposal is not None and seat.session.status in MOVABLE and now < proposal.due_at
    return proposal.message if proposal is not None and is_open else seat.session.reason


def _turns(session: SessionRow) -> str:
    """When joining opens, and the beginning and the end: each lets other steps be offered."""
    if session.status not in (Status.CONFIRMED, Status.IN_PROGRESS):
        return ""
    if session.starts_at is None or session.ends_at is None:
        return ""
    instants = (session.starts_at - JOIN_OPENS, session.starts_at, session.ends_at)
    return " ".join(instant.isoformat() for instant in instants)


def pays(seat: Seat) -> bool:
    """Whether this person has to transfer money for the session now."""
    session = seat.session
    awaited = seat.party is Party.CLIENT and session.status is Status.APPROVED
    return awaited and (session.terms.takes("transfer") or not session.terms.takes_money)


def _picture(session: SessionRow, *, of_practitioner: bool) -> str:
    if of_practitioner:
        return picture_address(session.practitioner_id, session.practitioner_picture)
    return picture_address(session.client_id, session.client_picture)


def rate_of(session: SessionRow, actor: Actor) -> str:
    """'£80.00 per hour': what the price of this very session comes to; empty when there is nothing to pay."""
    if session.price_minor == 0:
        return ""
    hourly = round(session.price_minor * 60 / session.length_minutes)
    return say(
        actor,
        _("%(amount)s per hour"),
        amount=format_money(hourly, session.currency, babel_locale(actor.locale)),
    )
