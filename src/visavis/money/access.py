"""The only ways to what money has done: they check who asks (row-level security agrees)."""

from datetime import date
from uuid import UUID

import msgspec

from visavis.accounts.access import require_operator
from visavis.cards.access import DirectRow, direct_of, paid_directly
from visavis.kit.actor import Actor
from visavis.kit.sql import Tx
from visavis.money.queries import booking, earning, operating, returning
from visavis.money.queries.earning import BalanceRow, EntryRow, LateRow, MonthRow, PayoutRow, RefundRow
from visavis.money.queries.operating import (
    ChargedRow,
    CheckRow,
    OfferingRateRow,
    PlatformMonthRow,
    RunRow,
    TotalRow,
    TransferRow,
)
from visavis.money.queries.returning import CreditsRefundRow, UnspentRow
from visavis.practices.access import load_own_practice

__all__ = [
    "BalanceRow",
    "CheckRow",
    "CreditsRefundRow",
    "EntryRow",
    "LateRow",
    "MonthRow",
    "PayoutRow",
    "RefundRow",
    "RunRow",
    "TotalRow",
    "UnspentRow",
]

LATEST = 30
_MOST = 2000  # lines of a month's statement


class Earnings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything about what the acting practitioner earns."""

    balances: list[BalanceRow]
    months: list[MonthRow]
    entries: list[EntryRow]
    more: bool  # entries before these
    refunds: list[RefundRow]
    credits_refunds: list[CreditsRefundRow]
    late: list[LateRow]
    payouts: list[PayoutRow]
    rate_bp: int
    currency: str
    direct: DirectRow


class Books(msgspec.Struct, frozen=True, kw_only=True):
    """Everything about money for an operator."""

    totals: list[TotalRow]
    months: list[PlatformMonthRow]
    practitioners: list[BalanceRow]
    runs: list[RunRow]
    check: CheckRow | None
    rate_bp: int
    direct: frozenset[UUID]


class Charged(msgspec.Struct, frozen=True, kw_only=True):
    """What an operator decides about one practitioner."""

    practitioner: ChargedRow
    offerings: list[OfferingRateRow]
    balances: list[BalanceRow]
    rate_bp: int
    direct: DirectRow


class Transfer(msgspec.Struct, frozen=True):
    """A payout, and whom it goes to."""

    payout: PayoutRow
    whom: TransferRow


async def load_earnings(tx: Tx, actor: Actor) -> Earnings:
    """Raises NoPracticeError."""
    practice = await load_own_practice(tx, actor)
    mine = practice.practitioner_id
    entries = await earning.entries.all(tx, mine, None, LATEST + 1)
    return Earnings(
        balances=await load_balances(tx, mine),
        months=await earning.months.all(tx, mine, 24, None),
        entries=entries[:LATEST],
        more=len(entries) > LATEST,
        refunds=await earning.refunds_to_send.all(tx, mine),
        credits_refunds=await load_credits_refunds(tx, actor, mine),
        late=await earning.late_to_answer.all(tx, mine),
        payouts=await earning.payouts_of.all(tx, mine, LATEST),
        rate_bp=await earning.rate_in_force.value(tx, mine),
        currency=practice.currency,
        direct=await direct_of(tx, mine),
    )


async def load_balances(tx: Tx, practitioner_id: UUID) -> list[BalanceRow]:
    """What the books owe one practitioner, by currency."""
    return await earning.balances.all(tx, practitioner_id, None, 100, 0)


async def load_entries(tx: Tx, actor: Actor, before: int | None, most: int) -> list[EntryRow]:
    """What was booked for the acting practitioner, latest first. Raises NoPracticeError."""
    mine = (await load_own_practice(tx, actor)).practitioner_id
    return await earning.entries.all(tx, mine, before, most)


async def load_month(tx: Tx, actor: Actor, month: date) -> tuple[list[MonthRow], list[EntryRow]]:
    """A month of the acting practitioner, and all that was booked in it. Raises NoPracticeError."""
    mine = (await load_own_practice(tx, actor)).practitioner_id
    sums = await earning.months.all(tx, mine, _MOST, month)
    return sums, await earning.entries_of_month.all(tx, mine, month, _MOST)


async def load_payouts(tx: Tx, actor: Actor, most: int) -> list[PayoutRow]:
    """The acting practitioner's payouts, latest first. Raises NoPracticeError."""
    return await earning.payouts_of.all(tx, (await load_own_practice(tx, actor)).practitioner_id, most)


async def find_refund(tx: Tx, session_id: UUID) -> RefundRow | None:
    """The refund of a session that the caller has loaded, if something comes back."""
    return await earning.find_refund.maybe(tx, session_id)


async def load_refund(tx: Tx, session_id: UUID) -> RefundRow:
    """The same; NotFoundError for strangers and where nothing comes back."""
    return await earning.find_refund.one(tx, session_id)


async def find_kept(tx: Tx, session_id: UUID) -> int | None:
    """What no bank and no refund has taken of the payment by card for a session that the caller has loaded.

    In minor units; None when it was not paid by card."""
    kept: int | None = await booking.kept_of_session.value(tx, session_id)
    return kept


async def find_unspent(tx: Tx, purchase_id: UUID) -> UnspentRow | None:
    """What is left of a purchase that the caller has loaded, for who sold it; None when nothing is, when it
    has expired, or went back before."""
    return await returning.unspent.maybe(tx, purchase_id)


async def find_credits_refund(tx: Tx, purchase_id: UUID) -> CreditsRefundRow | None:
    """What went back of a purchase that the caller has loaded."""
    return await returning.find_refund.maybe(tx, purchase_id)


async def load_credits_refunds(tx: Tx, actor: Actor, seller_id: UUID | None) -> list[CreditsRefundRow]:
    """What a seller (None: the platform) has to send to others for unspent credits, longest first."""
    return await returning.to_send.all(tx, seller_id, actor.known_id)


async def find_late(tx: Tx, session_id: UUID) -> LateRow | None:
    """The transfer that nobody had found when a session was called off, which the caller has loaded."""
    return await earning.find_late.maybe(tx, session_id)


async def load_late(tx: Tx, session_id: UUID) -> LateRow:
    """The same; NotFoundError for strangers and where none was."""
    return await earning.find_late.one(tx, session_id)


async def load_books(tx: Tx, actor: Actor, most: int, skip: int) -> Books:
    """Everything about money, and practitioners by name; NotFoundError for who is no operator."""
    require_operator(actor)
    return Books(
        totals=await operating.totals.all(tx),
        months=await operating.platform_months.all(tx, 24),
        practitioners=await earning.balances.all(tx, None, None, most, skip),
        runs=await operating.runs.all(tx, 12),
        check=await operating.latest_check.maybe(tx),
        rate_bp=await operating.default_rate.value(tx),
        direct=await paid_directly(tx),
    )


async def load_charged(tx: Tx, actor: Actor, practitioner_id: UUID) -> Charged:
    """What there is to decide about one practitioner; NotFoundError for who is no operator."""
    require_operator(actor)
    return Charged(
        practitioner=await operating.practice_to_charge.one(tx, practitioner_id),
        offerings=await operating.offerings_and_rates.all(tx, practitioner_id),
        balances=await load_balances(tx, practitioner_id),
        rate_bp=await operating.default_rate.value(tx),
        direct=await direct_of(tx, practitioner_id),
    )


async def load_run(tx: Tx, actor: Actor, run_id: UUID) -> tuple[RunRow, list[Transfer]]:
    """A run, and its payouts with whom they go to; NotFoundError for who is no operator."""
    require_operator(actor)
    run = await operating.find_run.one(tx, run_id)
    whom = {row.payout_id: row for row in await operating.transfers_of.all(tx, run_id)}
    payouts = await earning.payouts_of_run.all(tx, run_id)
    return run, [Transfer(payout, whom[payout.id]) for payout in payouts]


async def load_transfer(tx: Tx, actor: Actor, payout_id: UUID) -> Transfer:
    """One payout and whom it goes to; NotFoundError for who is no operator."""
    require_operator(actor)
    payout = await earning.find_payout.one(tx, payout_id)
    whom = {row.payout_id: row for row in await operating.transfers_of.all(tx, payout.run_id)}
    return Transfer(payout, whom[payout.id])
