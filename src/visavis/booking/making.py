"""Making a session, whoever makes it and whichever way: the one statement that does."""

from datetime import date, datetime, time
from typing import Literal
from uuid import UUID

import msgspec

from visavis.booking import queries, rules
from visavis.booking.policies import Policy
from visavis.booking.queries import OfferRow
from visavis.booking.questions import Answer
from visavis.chat.access import refuse_while_blocked
from visavis.credits.actions import take_for
from visavis.kit.money import per_hour
from visavis.kit.sql import Tx


class NewSession(msgspec.Struct, frozen=True, kw_only=True):
    """A session to be made. `terms` and `price_minor` differ from the offering's only where its practitioner
    says so.

    Without `starts_at` its time is open, or, when `instant`, the moment of its approval. `blocked` is its
    time with the practitioner's buffers around it. `wished_on` and `wished_at` are on the client's clock.
    With an `id` of its own it is made once, however often it is sent.
    """

    id: UUID | None = None
    offer: OfferRow
    client_id: UUID
    created_by: Literal["client", "practitioner"]
    length_minutes: int
    terms: Policy | None = None
    price_minor: int | None = None
    starts_at: datetime | None = None
    blocked: tuple[datetime, datetime] | None = None
    instant: bool = False
    notes: str = ""
    answers: list[Answer] = []
    topic: str = ""
    wished_on: date | None = None
    wished_at: time | None = None
    meeting_url: str | None = None


async def insert_session(tx: Tx, made: NewSession, now: datetime) -> UUID | None:
    """Its id; None when the practitioner or the client has another session at that time, or when it is made.

    What is certain at once takes its credits at once (NotEnoughCreditsError). Raises InvalidInputError while
    one of the two blocks the other.
    """
    people = made.client_id, made.offer.practitioner_id
    await refuse_while_blocked(tx, *(people if made.created_by == "client" else reversed(people)))
    return await _insert(tx, made, now)


async def _insert(tx: Tx, made: NewSession, now: datetime) -> UUID | None:
    offer, terms = made.offer, made.terms or made.offer.terms
    price = terms.price_of(
        price_of(offer, made.length_minutes) if made.price_minor is None else made.price_minor
    )
    status = rules.first_status(terms, price, made.created_by)
    blocked = made.blocked or (made.starts_at, None)
    session_id: UUID | None = await queries.insert_session.value(
        tx,
        offer.practitioner_id,
        made.client_id,
        offer.offering_id,
        offer.name,
        made.created_by,
        status.value,
        made.length_minutes,
        made.starts_at,
        *blocked,
        price,
        offer.currency,
        terms.credits_taken,
        offer.policy if made.terms is None else msgspec.to_builtins(made.terms),
        made.notes,
        made.answers,
        made.topic,
        made.wished_on,
        made.wished_at,
        made.meeting_url,
        made.instant,
        rules.due_at(status, terms, made.starts_at, now, instant=made.instant),
        now,
        made.id,
    )
    if session_id is not None and terms.credits_taken and status is rules.Status.CONFIRMED:
        await take_for(tx, session_id, offer.practitioner_id, now, by_client=True, waits=False)
    return session_id


def price_of(offer: OfferRow, length_minutes: int) -> int:
    """Minor units: the fixed price, or the hourly rate for the length."""
    if offer.fixed_price_minor is not None:
        return offer.fixed_price_minor
    return per_hour(offer.rate_minor, length_minutes)
