"""The only ways to papers: they check who asks (row-level security agrees)."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

import msgspec

from visavis.accounts.access import require_operator
from visavis.kit.actor import Actor
from visavis.kit.clock import zone
from visavis.kit.sql import Tx
from visavis.papers import queries
from visavis.papers.queries import PaperRow, PlatformLineRow
from visavis.papers.rules import Issuer, Period, Side
from visavis.practices.access import load_own_practice

__all__ = ["Owner", "PaperRow", "PlatformLineRow", "Which"]

LATEST = 50
MOST = 20_000  # lines of a file
Which = Literal["received", "issued", "platform"]
_OF = {
    "received": queries.papers_of_client,
    "issued": queries.papers_of_practice,
    "platform": queries.papers_of_platform,
}


class Owner(msgspec.Struct, frozen=True):
    """Whose details: a practice's, or (None) the platform's. Only `load_owner` makes one."""

    practitioner_id: UUID | None


async def load_paper(tx: Tx, paper_id: UUID) -> PaperRow:
    """NotFoundError for everybody but its two sides."""
    return await queries.find_paper.one(tx, paper_id)


async def load_papers(
    tx: Tx, actor: Actor, which: Which, period: Period, before: UUID | None = None, most: int = LATEST
) -> list[PaperRow]:
    """Papers of a period, latest first: one's own as a client, those of one's practice, or the platform's.

    Raises NoPracticeError, NotFoundError for who is no operator.
    """
    if which == "platform":
        require_operator(actor)
    if which == "issued":
        await load_own_practice(tx, actor)
    return await _OF[which].all(tx, actor.known_id, period.first, period.last, before, most)


async def papers_of_session(tx: Tx, session_id: UUID) -> list[PaperRow]:
    """Those of a session that the caller has loaded, first the first."""
    return await queries.papers_of_session.all(tx, session_id)


async def papers_of_purchase(tx: Tx, purchase_id: UUID) -> list[PaperRow]:
    """Those of a purchase that the caller has loaded."""
    return await queries.papers_of_purchase.all(tx, purchase_id)


async def load_platform_lines(tx: Tx, actor: Actor, period: Period) -> list[PlatformLineRow]:
    """What moved on the platform's own accounts, by days in UTC; NotFoundError for who is no operator."""
    require_operator(actor)
    return await queries.platform_lines.all(tx, period.first, period.last, MOST)


async def load_owner(tx: Tx, actor: Actor, *, platform: bool) -> Owner:
    """The acting practitioner's practice, or the platform for operators."""
    if platform:
        require_operator(actor)
        return Owner(None)
    return Owner((await load_own_practice(tx, actor)).practitioner_id)


async def load_issuer(tx: Tx, owner: Owner) -> Issuer | None:
    """What stands at the top of papers; None as long as nobody has said it."""
    found = await queries.find_issuer.maybe(tx, owner.practitioner_id)
    return None if found is None else msgspec.convert(found, Issuer, from_attributes=True)


async def load_recipient(tx: Tx, actor: Actor) -> Side | None:
    """What the acting client wants to read on papers; None as long as they have not said."""
    found = await queries.find_recipient.maybe(tx, actor.known_id)
    return None if found is None else msgspec.convert(found, Side, from_attributes=True)


def today_of(actor: Actor, now: datetime) -> date:
    """The day it is on the reader's calendar."""
    return now.astimezone(zone(actor.time_zone)).date()
