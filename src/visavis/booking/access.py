"""The only way to load a session: it checks who asks."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

import msgspec

from visavis.booking import queries
from visavis.booking.queries import EventRow, OfferRow, ReviewRow, SessionRow, home
from visavis.booking.queries.creating import asked_of, waits_for
from visavis.booking.queries.home import ActivityRow, FigureRow
from visavis.booking.rules import CERTAIN, Party, Status
from visavis.kit.actor import Actor
from visavis.kit.errors import NotFoundError
from visavis.kit.sql import Tx

__all__ = [
    "EventRow",
    "OfferRow",
    "ReviewRow",
    "Seat",
    "SessionRow",
    "load_activity",
    "load_asked",
    "load_figures",
    "load_history",
    "load_home",
    "load_mine",
    "load_offer",
    "load_open",
    "load_reviews",
    "load_session",
    "load_sessions",
    "load_waiting",
    "party_of",
]


class Seat(msgspec.Struct, frozen=True):
    """A session and who the acting account is in it."""

    session: SessionRow
    party: Party

    @property
    def other_name(self) -> str:
        session = self.session
        return session.practitioner_name if self.party is Party.CLIENT else session.client_name

    @property
    def meeting_url(self) -> str | None:
        """Where to meet, for everything that is shown or sent to this person: who set it always sees it, the
        client once the session is certain (an instant one with its approval)."""
        shown = self.party is not Party.CLIENT or self.session.status in CERTAIN
        return self.session.meeting_url if shown else None


async def load_offer(tx: Tx, offering_id: UUID) -> OfferRow:
    """An offering that anybody may book; NotFoundError when it is not, or no longer, offered."""
    return await queries.find_offer.one(tx, offering_id)


async def load_session(tx: Tx, actor: Actor, session_id: UUID) -> Seat:
    """The session as one of its two people; NotFoundError for everybody else (row-level security agrees)."""
    session = await queries.find_session.one(tx, session_id)
    return Seat(session, party_of(session, actor))


async def load_sessions(tx: Tx, actor: Actor, session_ids: Collection[UUID]) -> dict[UUID, Seat]:
    """Several sessions by their ids; those of others are left out."""
    if not session_ids:
        return {}
    rows = await queries.find_sessions.all(tx, list(session_ids))
    return {row.id: Seat(row, party_of(row, actor)) for row in rows}


def party_of(session: SessionRow, actor: Actor) -> Party:
    """Who `actor` is in the session; NotFoundError for strangers."""
    if actor.via == "system":
        return Party.SYSTEM
    if actor.account_id == session.practitioner_id:
        return Party.PRACTITIONER
    if actor.account_id == session.client_id:
        return Party.CLIENT
    raise NotFoundError


async def load_history(tx: Tx, session_id: UUID) -> list[EventRow]:
    """What happened to a session, oldest first; only rows that concern the acting account."""
    return await queries.history.all(tx, session_id)


async def load_reviews(tx: Tx, practitioner_id: UUID, most: int = 20) -> list[ReviewRow]:
    """Public feedback on a practitioner, latest first."""
    return await queries.reviews.all(tx, practitioner_id, most)


async def load_open(tx: Tx, actor: Actor, party: Party) -> list[SessionRow]:
    """The actor's open sessions as `party`, soonest first."""
    query = queries.open_of_client if party is Party.CLIENT else queries.open_of_practitioner
    return await query.all(tx, actor.known_id)


async def load_asked(tx: Tx, actor: Actor, now: datetime, *, instant: bool = False) -> list[SessionRow]:
    """What practitioners made for the actor and waits for their approval, instant ones first (or alone)."""
    return await asked_of.all(tx, actor.known_id, now, instant)


async def load_waiting(tx: Tx, actor: Actor, now: datetime) -> list[Seat]:
    """What waits for the actor's approval, on either side, instant ones first."""
    return [Seat(row, party_of(row, actor)) for row in await waits_for.all(tx, actor.known_id, now)]


async def load_home(
    tx: Tx, actor: Actor, party: Party, past: int, today: tuple[datetime, datetime]
) -> list[SessionRow]:
    """What the actor's home shows, soonest first: what is open, the latest `past`, and today."""
    if party is Party.CLIENT:
        return await home.home_of_client.all(tx, actor.known_id, past)
    return await home.home_of_practitioner.all(tx, actor.known_id, past, *today)


async def load_figures(
    tx: Tx, actor: Actor, spans: Mapping[str, tuple[datetime, datetime]]
) -> list[FigureRow]:
    """What the acting practitioner's certain sessions come to, by span and currency."""
    begins, ends = zip(*spans.values(), strict=True)
    within = min(begins), max(ends)
    return await home.figures.all(tx, actor.known_id, list(spans), list(begins), list(ends), *within)


async def load_activity(tx: Tx, actor: Actor, most: int = 12) -> list[ActivityRow]:
    """What happened lately in the acting practitioner's practice, latest first."""
    return await home.activity.all(tx, actor.known_id, most)


async def load_mine(
    tx: Tx,
    actor: Actor,
    *,
    role: Party | None = None,
    practitioner_id: UUID | None = None,
    statuses: Collection[Status] | None = None,
    after: tuple[datetime, UUID] | None = None,
    most: int = 50,
) -> list[Seat]:
    """The actor's sessions, latest start first, those after the place (start, id) of one seen before."""
    wanted = [status.value for status in statuses] if statuses else None
    rows = await queries.mine.all(
        tx, role and role.value, wanted, *(after or (None, None)), most, practitioner_id
    )
    return [Seat(row, party_of(row, actor)) for row in rows]
