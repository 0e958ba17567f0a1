"""What the API gives of practitioners: as everybody sees them."""

from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from visavis.api.shapes.bodies import Instant
from visavis.api.shapes.common import Price, Zone, price_of
from visavis.booking.questions import Kind
from visavis.booking.questions import Question as Asked
from visavis.practices.access import OfferingRow, PracticeRow
from visavis.practices.rules import price_of as minor_of


class LengthPrice(msgspec.Struct, frozen=True):
    length_minutes: int
    price: Price


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """Asked when it is booked: answer under its `key`."""

    key: str
    label: str
    kind: Annotated[Kind, Meta(description="choice: one of `choices`; yes_no: yes or no")]
    required: bool
    choices: list[str]


class Offering(msgspec.Struct, frozen=True, kw_only=True):
    """Something to book. A session keeps the price and the terms that it was booked with."""

    id: UUID
    name: str
    description: str
    prices: list[LengthPrice]
    questions: list[Question]
    approval: Literal["required", "automatic"]
    payment: Annotated[
        Literal["none", "transfer", "credits", "card"],
        Meta(description="transfer: with a proof; card: with the link to pay of the session"),
    ]
    other_way_to_pay: Literal["none", "transfer", "card"]
    booking: Annotated[
        Literal["slots", "request", "proposal"],
        Meta(description="How clients ask: with a free start, without a time, or not by themselves"),
    ]
    credits: Annotated[int, Meta(description="What one session takes; 0 where it is not paid by credits")]
    cancel_until_hours: Annotated[int, Meta(description="Before the start; later is late. 0: never late")]
    cancel_fee_percent: Annotated[
        int, Meta(description="Kept of what was paid when the client cancels in time; the rest is refunded")
    ]
    late_fee_percent: Annotated[int, Meta(description="The same when the client cancels late")]
    reschedule: Annotated[
        Literal["agreed", "at_once"],
        Meta(description="at_once: the client moves it alone, `reschedule_until_hours` before or earlier"),
    ]
    reschedule_until_hours: int


class Practitioner(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    name: str
    title: str
    headline: str
    location: str
    time_zone: Zone
    languages: list[str]
    specialities: list[str]
    verified: Annotated[bool, Meta(description="The operator has checked who this is")]
    rate: Annotated[Price, Meta(description="For an hour")]
    reviews: int
    rating: Annotated[float | None, Meta(description="The mean of all reviews, 1 to 5")]


class PractitionerInFull(Practitioner, frozen=True, kw_only=True):
    about: str
    offerings: list[Offering]


class PractitionerPage(msgspec.Struct, frozen=True):
    items: list[Practitioner]
    next_page: Annotated[int | None, Meta(description="Ask with it for what follows; null at the end")]


class Slots(msgspec.Struct, frozen=True):
    practitioner_id: UUID
    length_minutes: int
    starts: list[Instant]


def practitioner_of(row: PracticeRow) -> Practitioner:
    return Practitioner(**_fields(row))


def practitioner_in_full(row: PracticeRow, offerings: list[OfferingRow]) -> PractitionerInFull:
    return PractitionerInFull(
        **_fields(row), about=row.about, offerings=[_offering(row, each) for each in offerings]
    )


def _fields(row: PracticeRow) -> dict[str, Any]:
    return {
        "id": row.practitioner_id,
        "name": row.name,
        "title": row.title,
        "headline": row.headline,
        "location": row.location,
        "time_zone": row.time_zone,
        "languages": row.languages,
        "specialities": row.specialities,
        "verified": row.verified_at is not None,
        "rate": price_of(row.rate_minor, row.currency),
        "reviews": row.reviews,
        "rating": row.rating,
    }


def _offering(practice: PracticeRow, row: OfferingRow) -> Offering:
    prices = [
        LengthPrice(
            length,
            price_of(minor_of(row.fixed_price_minor, practice.rate_minor, length), practice.currency),
        )
        for length in row.lengths_minutes
    ]
    return Offering(
        id=row.id,
        name=row.name,
        description=row.description,
        prices=prices,
        questions=[_question(each) for each in row.asks],
        approval=row.terms.approval,
        payment=row.terms.payment,
        other_way_to_pay=row.terms.other_way,
        booking=row.terms.booking,
        credits=row.terms.credits_taken,
        cancel_until_hours=row.terms.cancel_until_hours,
        cancel_fee_percent=row.terms.cancel_fee_percent,
        late_fee_percent=row.terms.late_fee_percent,
        reschedule=row.terms.reschedule,
        reschedule_until_hours=row.terms.reschedule_until_hours,
    )


def _question(asked: Asked) -> Question:
    return Question(
        key=asked.key,
        label=asked.label,
        kind=asked.kind,
        required=asked.required,
        choices=asked.choices,
    )
