"""Making a session, whoever makes it and whichever way: the one statement that does."""

from datetime import date, datetime, time
from typing import Literal
from uuid import UUID

import msgspec

from visavis.booking import queries
from visavis.booking.course import due_at, first_status
from visavis.booking.policies import Policy
from visavis.booking.queries import OfferRow
from visavis.booking.questions import Answer
from visavis.booking.rules import Status
from visavis.chat.access import refuse_while_blocked
from visavis.credits.actions import take_for
from visavis.kit.money import per_hour
from visavis.kit.sql import Tx


class Sold(msgspec.Struct, frozen=True, kw_only=True):
    """What a session is of, and on which terms: as the offering says, or for once as its practitioner does.
    The price is in minor units, and 0 where credits are taken."""

    practitioner_id: UUID
    offering_id: UUID
    name: str
    currency: str
    policy: Policy
    price_minor: int


class NewSession(msgspec.Struct, frozen=True, kw_only=True):
    """A session to be made.

    Without `starts_at` its time is open, or, when `instant`, the moment of its approval. `blocked` is its
    time with the practitioner's buffers around it. `wished_on` and `wished_at` are on the client's clock.
    With an `id` of its own it is made once, however often it is sent.
    """

    id: UUID | None = None
    sold: Sold
    client_id: UUID
    created_by: Literal["client", "practitioner"]
    length_minutes: int
    starts_at: datetime | None = None
    blocked: tuple[datetime, datetime] | None = None
    instant: bool = False
    notes: str = ""
    answers: list[Answer] = []
    topic: str = ""
    wished_on: date | None = None
    wished_at: time | None = None


async def insert_session(tx: Tx, made: NewSession, now: datetime) -> UUID | None:
    """Its id; None when the practitioner or the client has another session at that time, or when it is made.

    What is certain at once takes its credits at once (NotEnoughCreditsError). Raises InvalidInputError while
    one of the two blocks the other.
    """
    people = made.client_id, made.sold.practitioner_id
    await refuse_while_blocked(tx, *(people if made.created_by == "client" else reversed(people)))
    return await _insert(tx, made, now)


async def _insert(tx: Tx, made: NewSession, now: datetime) -> UUID | None:
    sold, policy = made.sold, made.sold.policy
    status = first_status(policy, sold.price_minor, made.created_by)
    blocked = made.blocked or (made.starts_at, None)
    session_id: UUID | None = await queries.insert_session.value(
        tx,
        sold.practitioner_id,
        made.client_id,
        sold.offering_id,
        sold.name,
        made.created_by,
        status.value,
        made.length_minutes,
        made.starts_at,
        *blocked,
        sold.price_minor,
        sold.currency,
        policy.credits_taken,
        msgspec.to_builtins(policy),
        made.notes,
        made.answers,
        made.topic,
        made.wished_on,
        made.wished_at,
        made.instant,
        due_at(status, policy, made.starts_at, now, instant=made.instant),
        now,
        made.id,
    )
    if session_id is not None and policy.credits_taken and status is Status.CONFIRMED:
        await take_for(tx, session_id, sold.practitioner_id, now, by_client=True, waits=False)
    return session_id


def sold(offer: OfferRow, length_minutes: int) -> Sold:
    """An offering as it is: at its fixed price, or by the hourly rate for the length."""
    policy, price = offer.terms, offer.fixed_price_minor
    if price is None:
        price = per_hour(offer.rate_minor, length_minutes)
    return Sold(
        practitioner_id=offer.practitioner_id,
        offering_id=offer.offering_id,
        name=offer.name,
        currency=offer.currency,
        policy=policy,
        price_minor=policy.price_of(price),
    )
