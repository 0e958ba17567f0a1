"""Money: what a practitioner earns and is paid out, and refunds."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar import get, put
from litestar.params import FromPath, QueryParameter

from visavis.api.problems import problems
from visavis.api.shapes.money import (
    Earnings,
    LateTransfer,
    LedgerEntry,
    NewRefund,
    Payout,
    Refund,
    TransferAnswer,
    balance_of,
    entry_of,
    late_of,
    month_of,
    payout_of,
    refund_of,
)
from visavis.booking.access import load_session
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.money import refunds
from visavis.money.access import load_earnings, load_entries, load_late, load_payouts, load_refund
from visavis.money.late import answer_transfer

_TAGS = ["Money"]


@get(
    "/earnings",
    operation_id="readEarnings",
    summary="What you earn",
    tags=_TAGS,
    responses=problems(403),
)
async def earnings(db: Db, actor: Actor) -> Earnings:
    """Balance and months of the acting practitioner; currencies are never added to each other."""
    async with db.transaction(actor) as tx:
        found = await load_earnings(tx, actor)
    return Earnings(
        balances=[balance_of(row) for row in found.balances],
        months=[month_of(row) for row in found.months],
        commission_basis_points=found.rate_bp,
    )


@get(
    "/earnings/entries",
    operation_id="listEarningsEntries",
    summary="What was booked for you",
    tags=_TAGS,
    responses=problems(403),
)
async def entries(
    db: Db,
    actor: Actor,
    before: Annotated[
        int | None, QueryParameter(ge=1, le=2**62, description="The `id` of the last one of the page before")
    ] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=100, description="At most this many")] = 50,
) -> list[LedgerEntry]:
    """Latest first."""
    async with db.transaction(actor) as tx:
        return [entry_of(row) for row in await load_entries(tx, actor, before, limit)]


@get("/payouts", operation_id="listPayouts", summary="Your payouts", tags=_TAGS, responses=problems(403))
async def payouts(
    db: Db,
    actor: Actor,
    limit: Annotated[int, QueryParameter(ge=1, le=100, description="At most this many")] = 50,
) -> list[Payout]:
    """Latest first."""
    async with db.transaction(actor) as tx:
        return [payout_of(row) for row in await load_payouts(tx, actor, limit)]


@get(
    "/sessions/{session_id:uuid}/refund",
    operation_id="readRefund",
    summary="What comes back",
    tags=_TAGS,
    responses=problems(404),
)
async def refund(db: Db, actor: Actor, session_id: FromPath[UUID]) -> Refund:
    """Of a session that was paid by transfer and called off; 404 where nothing does."""
    async with db.transaction(actor) as tx:
        await load_session(tx, actor, session_id)
        return refund_of(await load_refund(tx, session_id))


@put(
    "/sessions/{session_id:uuid}/refund",
    operation_id="sendRefund",
    summary="Say that a refund was sent",
    tags=_TAGS,
    responses=problems(403, 404, 409),
)
async def send(db: Db, actor: Actor, now: datetime, session_id: FromPath[UUID], data: NewRefund) -> Refund:
    """By the practitioner, once."""
    return refund_of(await refunds.send_refund(db, actor, session_id, data.note, now))


@get(
    "/sessions/{session_id:uuid}/late-transfer",
    operation_id="readLateTransfer",
    summary="Whether a transfer came",
    tags=_TAGS,
    responses=problems(404),
)
async def late(db: Db, actor: Actor, session_id: FromPath[UUID]) -> LateTransfer:
    """Of a session that was called off while its proof waited to be checked; 404 of any other."""
    async with db.transaction(actor) as tx:
        await load_session(tx, actor, session_id)
        return late_of(await load_late(tx, session_id))


@put(
    "/sessions/{session_id:uuid}/late-transfer",
    operation_id="answerLateTransfer",
    summary="Say whether a transfer came",
    tags=_TAGS,
    responses=problems(403, 404, 409),
)
async def answer_late(
    db: Db, actor: Actor, now: datetime, session_id: FromPath[UUID], data: TransferAnswer
) -> LateTransfer:
    """By the practitioner. If it came, the client is owed what the session's policy says. That it did not
    can be taken back; that it did cannot."""
    return late_of(await answer_transfer(db, actor, session_id, data.arrived, now))


READS = [earnings, entries, payouts, refund, late]
CHANGES = [send, answer_late]
