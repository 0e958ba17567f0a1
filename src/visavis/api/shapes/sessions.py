"""What the API gives of sessions: as one of their two people sees them."""

from datetime import date, datetime, time
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from visavis.api.shapes.bodies import Instant
from visavis.api.shapes.common import Person, Price, price_of
from visavis.booking.access import EventRow, Seat, SessionRow
from visavis.booking.card_words import payable_by_card
from visavis.booking.questions import Answer, answers_in
from visavis.booking.rules import OPEN, Party, Status, Verb, verbs_for
from visavis.payments.access import ProofRow


class OfferingName(msgspec.Struct, frozen=True):
    id: UUID
    name: str


class ProposedTime(msgspec.Struct, frozen=True, kw_only=True):
    """Another time that waits for the answer of the side that did not propose it."""

    proposed_by: Party
    starts_at: Instant
    ends_at: Instant
    message: str
    due_at: Annotated[datetime, Meta(description="When it lapses; the session then stays where it is")]


class Payment(msgspec.Struct, frozen=True):
    """How the price of a session is paid through Visavis, and how far a payment by card is."""

    ways: Annotated[list[Literal["transfer", "card"]], Meta(description="What the client chooses from")]
    card: Annotated[
        Literal["settled", "failed"] | None,
        Meta(description="settled: paid by card; failed: the latest try did not go through"),
    ]
    card_page: Annotated[str | None, Meta(description="Where the client pays by card now; a path")]


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """A session as one of its two people sees it. `actions` are the steps that this person can take now."""

    id: UUID
    status: Status
    role: Annotated[Party, Meta(description="Who you are in it")]
    practitioner: Person
    client: Person
    offering: OfferingName
    starts_at: Annotated[datetime | None, Meta(description="null: the time is open")]
    ends_at: datetime | None
    length_minutes: int
    instant: Annotated[bool, Meta(description="It begins when the other side approves it")]
    needs_approval: bool
    price: Price
    credits: Annotated[int, Meta(description="What approval takes from the client")]
    topic: str
    wished_on: Annotated[date | None, Meta(description="A free wish, on the client's clock")]
    wished_at: time | None
    notes: str
    answers: list[Answer]
    meeting_url: str | None
    reason: Annotated[str, Meta(description="Of the latest decline, cancellation or rejection")]
    answer: Annotated[str, Meta(description="What was written with the approval")]
    due_at: Annotated[datetime | None, Meta(description="When what is awaited now lapses")]
    paid_in_hand: Annotated[
        Literal["cash", "other"] | None, Meta(description="How it was paid outside, when it was")
    ]
    cancelled_late: Annotated[bool, Meta(description="Later than the policy's limit for cancelling")]
    reschedule: ProposedTime | None
    payment: Payment
    created_by: Party
    created_at: Instant
    status_changed_at: Instant
    rating: int | None
    feedback: str | None
    actions: list[str]


class Event(msgspec.Struct, frozen=True):
    """One line of a session's history; `actor` is empty when Visavis itself acted."""

    at: Instant
    verb: str
    actor: str
    details: dict[str, Any]


class Proof(msgspec.Struct, frozen=True):
    id: UUID
    reference: str
    note: str
    content_type: str
    size_bytes: int
    submitted_at: Instant
    decision: Annotated[str | None, Meta(description="verified, rejected, or null while it waits")]


class SessionInFull(Session, frozen=True, kw_only=True):
    history: list[Event]
    proofs: list[Proof]


class SessionPage(msgspec.Struct, frozen=True):
    items: list[Session]
    next_cursor: Annotated[str | None, Meta(description="Ask with it for what follows; null at the end")]


_SEGMENTS = {
    Verb.MARK_NO_SHOW: "no-show",
    Verb.PROPOSE_TIME: "reschedule",
    Verb.AGREE_TIME: "reschedule/accept",
    Verb.DECLINE_TIME: "reschedule/decline",
    Verb.WITHDRAW_TIME: "reschedule/withdraw",
}


def session_of(seat: Seat, now: datetime) -> Session:
    """A session as `seat.party` sees it at `now`."""
    return Session(**_fields(seat, now))


def session_in_full(
    seat: Seat, history: list[EventRow], proofs: list[ProofRow], now: datetime
) -> SessionInFull:
    """The same, with what happened to it and the proofs of its payment."""
    return SessionInFull(
        **_fields(seat, now),
        history=[Event(each.at, each.verb, each.actor_name, each.details) for each in history],
        proofs=[_proof(each) for each in proofs],
    )


def actions_of(row: SessionRow, party: Party, now: datetime) -> list[str]:
    """The last parts of the addresses that `party` may call now."""
    verbs = verbs_for(row.facts, party, now)
    steps = [_SEGMENTS.get(verb, verb.value.replace("_", "-")) for verb in Verb if verb in verbs]
    if party is Party.PRACTITIONER and row.status in OPEN:
        steps.append("meeting-link")
    if party is Party.CLIENT and row.status is Status.COMPLETED and row.rating is None:
        steps.append("feedback")
    return steps


def _payment(seat: Seat, now: datetime) -> Payment:
    row = seat.session
    ways: tuple[Literal["transfer", "card"], ...] = ("transfer", "card")
    page = f"/sessions/{row.id}/card" if payable_by_card(row, seat.party, now) else None
    possible = [way for way in ways if row.price_minor and row.terms.takes(way)]
    return Payment(possible, row.card_status, page)


def _fields(seat: Seat, now: datetime) -> dict[str, Any]:
    row, party = seat.session, seat.party
    return {
        "id": row.id,
        "status": row.status,
        "role": party,
        "practitioner": Person(row.practitioner_id, row.practitioner_name, row.practitioner_zone),
        "client": Person(row.client_id, row.client_name, row.client_zone),
        "offering": OfferingName(row.offering_id, row.offering_name),
        "starts_at": row.starts_at,
        "ends_at": row.ends_at,
        "length_minutes": row.length_minutes,
        "instant": row.instant,
        "needs_approval": row.needs_approval,
        "price": price_of(row.price_minor, row.currency),
        "credits": row.credits,
        "topic": row.topic,
        "wished_on": row.wished_on,
        "wished_at": row.wished_at,
        "notes": row.notes,
        "answers": answers_in(row.answers),
        "meeting_url": seat.meeting_url,
        "reason": row.reason,
        "answer": row.answer,
        "due_at": row.due_at,
        "paid_in_hand": row.paid_in_hand,
        "cancelled_late": row.cancelled_late,
        "reschedule": proposed_of(row, now),
        "payment": _payment(seat, now),
        "created_by": Party(row.created_by),
        "created_at": row.created_at,
        "status_changed_at": row.status_changed_at,
        "rating": row.rating,
        "feedback": row.feedback,
        "actions": actions_of(row, party, now),
    }


def proposed_of(row: SessionRow, now: datetime) -> ProposedTime | None:
    """The time that is proposed for the session at `now`."""
    found = row.proposal
    if found is None or now >= found.due_at:
        return None
    return ProposedTime(
        proposed_by=Party(found.proposed_by),
        starts_at=found.starts_at,
        ends_at=found.ends_at,
        message=found.message,
        due_at=found.due_at,
    )


def _proof(row: ProofRow) -> Proof:
    return Proof(
        row.id,
        row.reference,
        row.note,
        row.content_type,
        row.size_bytes,
        row.submitted_at,
        row.decision,
    )
