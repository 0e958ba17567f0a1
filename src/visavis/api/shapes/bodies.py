"""What the API takes: bodies of requests, closed to what they do not name."""

from datetime import date, datetime, time
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from visavis.booking.questions import MOST_QUESTIONS
from visavis.credits.rules import MOST_CREDITS, MOST_MONTHS

Instant = Annotated[datetime, Meta(tz=True, description="ISO 8601 with offset; answers are in UTC")]
Minutes = Annotated[int, Meta(ge=5, le=720, description="Length in minutes")]


class Asked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of every request body: a field that is not listed is refused, so no price or status gets in."""


class SeenPrice(Asked, frozen=True, kw_only=True):
    """Compared with the present price, never taken for it."""

    minor: Annotated[int, Meta(ge=0, le=100_000_000)]
    currency: Annotated[str, Meta(pattern="^[A-Z]{3}$")]
    credits: Annotated[int, Meta(ge=0, le=1000, description="Of what is paid by credits")] = 0


class NewSession(Asked, frozen=True, kw_only=True):
    """A client's wish. The price comes from the offering, the status from its policy."""

    offering_id: UUID
    starts_at: Instant
    length_minutes: Minutes
    notes: Annotated[str, Meta(max_length=2000, description="For the practitioner")] = ""
    answers: Annotated[
        dict[str, str],
        Meta(max_length=MOST_QUESTIONS, description="To the offering's questions, by their `key`"),
    ] = {}
    seen_price: Annotated[
        SeenPrice | None,
        Meta(description="What you showed the client: when it is not the price any more, nothing is booked"),
    ] = None


class NewPurchase(Asked, frozen=True, kw_only=True):
    """A package to buy. The price comes from the package, which never changes: another takes its place."""

    package_id: UUID


Words80 = Annotated[str, Meta(min_length=1, max_length=80)]
Credits = Annotated[int, Meta(ge=1, le=MOST_CREDITS)]
Months = Annotated[int, Meta(ge=1, le=MOST_MONTHS, description="How long it is good")]


class NewPackage(Asked, frozen=True, kw_only=True):
    """What you sell, in the currency of your practice."""

    name: Words80
    credits: Credits
    price_minor: Annotated[int, Meta(ge=1, le=100_000_000)]
    valid_months: Months


class NewGift(Asked, frozen=True, kw_only=True):
    """Credits of yours for one of your clients."""

    client_id: UUID
    credits: Credits
    valid_months: Months
    name: Annotated[Words80, Meta(description="What for; the client reads it")]
    platform: Annotated[
        bool, Meta(description="Of the platform, good at every practitioner; for operators, to any client")
    ] = False


class NewRequest(Asked, frozen=True, kw_only=True):
    """A client asks for a session without a slot; day and time are wishes, on the client's clock."""

    practitioner_id: UUID
    topic: Annotated[str, Meta(min_length=1, max_length=200, description="What it is about")]
    message: Annotated[str, Meta(max_length=2000, description="For the practitioner")] = ""
    offering_id: Annotated[
        UUID | None, Meta(description="One that takes requests; null: the practitioner's first such")
    ] = None
    length_minutes: Minutes | None = None
    wished_on: Annotated[date | None, Meta(description="A free wish, no promise")] = None
    wished_at: Annotated[time, Meta(tz=False, description="Likewise")] | None = None
    answers: Annotated[
        dict[str, str],
        Meta(max_length=MOST_QUESTIONS, description="To the offering's questions, by their `key`"),
    ] = {}
    seen_price: Annotated[
        SeenPrice | None,
        Meta(description="What you showed the client: when it is not the price any more, nothing is asked"),
    ] = None


class Approval(Asked, frozen=True, kw_only=True):
    """What the other person reads with the approval, and where and when the two meet; nothing is needed."""

    message: Annotated[str, Meta(max_length=2000)] = ""
    meeting_url: Annotated[
        str, Meta(max_length=500, description="An https link; empty leaves what is there")
    ] = ""
    starts_at: Annotated[
        Instant | None, Meta(description="For a request without a time; null leaves it open")
    ] = None


class Reason(Asked, frozen=True, kw_only=True):
    reason: Annotated[str, Meta(min_length=1, max_length=1000, description="The other person reads it")]


class Answered(Asked, frozen=True, kw_only=True):
    reason: Annotated[str, Meta(max_length=1000, description="The other person reads it")] = ""


class TakenCash(Asked, frozen=True, kw_only=True):
    """How the session was paid outside; the amount is the session's."""

    how: Literal["cash", "other"] = "cash"
    note: Annotated[str, Meta(max_length=1000, description="The client reads it")] = ""


class NewTime(Asked, frozen=True, kw_only=True):
    """A wish for another time; the length stays."""

    starts_at: Instant
    message: Annotated[str, Meta(max_length=1000, description="The other person reads it")] = ""


class MeetingLink(Asked, frozen=True, kw_only=True):
    meeting_url: Annotated[str, Meta(max_length=500, description="An https link; empty takes it away")]


class Feedback(Asked, frozen=True, kw_only=True):
    rating: Annotated[int, Meta(ge=1, le=5)]
    text: Annotated[str, Meta(max_length=2000)] = ""
