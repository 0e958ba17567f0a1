"""Sessions as rows of a table of client sessions."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from visavis.api.shapes.bodies import Asked, Instant
from visavis.api.shapes.common import Price, price_of
from visavis.api.shapes.sessions import ProposedTime, proposed_of
from visavis.booking.access import Seat
from visavis.booking.questions import MOST_QUESTIONS
from visavis.booking.rules import Status


class NewClientSession(Asked, frozen=True, kw_only=True):
    """A wish of the caller. Without an offering, the first that has this length."""

    therapist_id: UUID
    start_time: Instant
    end_time: Instant
    offering_id: UUID | None = None
    client_id: Annotated[UUID | None, Meta(description="You: nobody books for others")] = None
    notes: Annotated[str, Meta(max_length=2000, description="For the practitioner")] = ""
    answers: Annotated[
        dict[str, str],
        Meta(max_length=MOST_QUESTIONS, description="To the offering's questions, by their `key`"),
    ] = msgspec.field(default_factory=dict)


class ClientSessionChange(Asked, frozen=True, kw_only=True):
    """Where the session shall stand. A payment is submitted with its proof, elsewhere."""

    status: Literal["approved", "confirmed", "declined", "cancelled", "in_progress", "completed", "no_show"]
    reason: Annotated[str, Meta(max_length=1000, description="The other person reads it")] = ""
    seen_starts_at: Annotated[
        Instant | None,
        Meta(
            description="For an approval: the start that you showed. When it is another one now, nobody has "
            "agreed (409)"
        ),
    ] = None


class ClientSession(msgspec.Struct, frozen=True, kw_only=True):
    """A session of the caller, as client or practitioner."""

    id: UUID
    therapist_id: UUID
    therapist_name: str
    client_id: UUID
    client_name: str
    offering_id: UUID
    session_type: Annotated[str, Meta(description="The offering's name")]
    start_time: Annotated[datetime | None, Meta(description="null: the time is open")]
    end_time: datetime | None
    duration_minutes: int
    status: Status
    price: Price
    notes: str
    meeting_url: str | None
    reason: Annotated[str, Meta(description="Of the latest decline, cancellation or rejection")]
    cancelled_late: bool
    reschedule: ProposedTime | None
    created_at: Instant


def client_session_of(seat: Seat, now: datetime) -> ClientSession:
    row = seat.session
    return ClientSession(
        id=row.id,
        therapist_id=row.practitioner_id,
        therapist_name=row.practitioner_name,
        client_id=row.client_id,
        client_name=row.client_name,
        offering_id=row.offering_id,
        session_type=row.offering_name,
        start_time=row.starts_at,
        end_time=row.ends_at,
        duration_minutes=row.length_minutes,
        status=row.status,
        price=price_of(row.price_minor, row.currency),
        notes=row.notes,
        meeting_url=seat.meeting_url,
        reason=row.reason,
        cancelled_late=row.cancelled_late,
        reschedule=proposed_of(row, now),
        created_at=row.created_at,
    )
