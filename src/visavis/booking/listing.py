"""The session manager's only way to sessions: those of the acting account, on one side, under a filter."""

from collections.abc import Collection
from typing import Literal
from uuid import UUID

import msgspec

from visavis.booking.filters import Filter, Order, Place
from visavis.booking.queries import SessionRow, listing
from visavis.booking.queries.listing import NamedRow, TotalsRow
from visavis.kit.actor import Actor
from visavis.kit.sql import Tx

PAGE = 24
_QUERIES = {
    ("client", "soonest"): listing.soonest_of_client,
    ("client", "latest"): listing.latest_of_client,
    ("practitioner", "soonest"): listing.soonest_of_practitioner,
    ("practitioner", "latest"): listing.latest_of_practitioner,
}
_OTHER: dict[Order, Order] = {"soonest": "latest", "latest": "soonest"}


class Leaf(msgspec.Struct, frozen=True, kw_only=True):
    """One page of sessions, and whether there are others before and after it."""

    rows: list[SessionRow]
    before: bool
    after: bool


async def load_leaf(
    tx: Tx,
    actor: Actor,
    wanted: Filter,
    way: Literal["after", "before"] = "after",
    place: Place | None = None,
) -> Leaf:
    """The sessions next to `place` in the filter's order; without a place the first ones."""
    forward = way == "after" or place is None
    order = wanted.sorted_by if forward else _OTHER[wanted.sorted_by]
    query = _QUERIES[wanted.side, order]
    found = await query.all(tx, *_conditions(actor, wanted), *(place or (None, None)), PAGE + 1)
    rows, more = found[:PAGE], len(found) > PAGE
    if forward:
        return Leaf(rows=rows, before=place is not None, after=more)
    return Leaf(rows=rows[::-1], before=more, after=True)


async def load_totals(tx: Tx, actor: Actor, wanted: Filter) -> list[TotalsRow]:
    """What all sessions under the filter come to, by currency."""
    query = listing.totals_of_client if wanted.side == "client" else listing.totals_of_practitioner
    return await query.all(tx, *_conditions(actor, wanted))


def _conditions(actor: Actor, wanted: Filter) -> tuple[object, ...]:
    statuses = wanted.statuses
    return (
        actor.known_id,
        statuses and sorted(statuses),
        *wanted.span(actor.time_zone),
        wanted.offering,
        f"%{literally(wanted.person)}%" if wanted.person else None,
        wanted.payment or None,
    )


def literally(words: str) -> str:
    """For ILIKE, with nothing in it that stands for something else."""
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


async def load_choices(tx: Tx, actor: Actor, wanted: Filter) -> list[NamedRow]:
    """The offerings that can be asked for."""
    client = wanted.side == "client"
    query = listing.offerings_of_client if client else listing.offerings_of_practitioner
    return await query.all(tx, actor.known_id)


async def load_payments(tx: Tx, sessions: Collection[SessionRow]) -> dict[UUID, str]:
    """How far each payment is: one of filters.PAYMENTS."""
    return {row.id: row.state for row in await listing.payments_of.all(tx, [each.id for each in sessions])}


async def load_contacts(tx: Tx, wanted: Filter, sessions: Collection[SessionRow]) -> dict[UUID, str]:
    """The e-mail addresses of a practitioner's clients, once they have agreed on a session."""
    if wanted.side == "client" or not sessions:
        return {}
    clients = list({each.client_id for each in sessions})
    return {row.client_id: row.email for row in await listing.contacts.all(tx, clients)}
