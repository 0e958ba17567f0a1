"""SQL of the operator's side: rates, totals, payout runs, what is owed, and the check of the books."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from visavis.kit.sql import Query, Statement


class TotalRow(msgspec.Struct, frozen=True):
    """All accounts of a kind in one currency: those that are owed, and those that owe."""

    kind: str
    currency: str
    owed_minor: int
    owing_minor: int


class PlatformMonthRow(msgspec.Struct, frozen=True):
    """The platform's commission of a month, less what went back."""

    month: date
    currency: str
    commission_minor: int
    back_minor: int


class ChargedRow(msgspec.Struct, frozen=True):
    """A practitioner and their own rate; None: the installation's."""

    practitioner_id: UUID
    name: str
    currency: str
    basis_points: int | None


class OfferingRateRow(msgspec.Struct, frozen=True):
    """An offering and its own rate; None: the practitioner's."""

    offering_id: UUID
    name: str
    basis_points: int | None


class RunRow(msgspec.Struct, frozen=True):
    """A run of payouts and how it stands."""

    id: UUID
    currency: str
    made_at: datetime
    many: int
    begun: int
    amount_minor: int  # of what has not failed


class TransferRow(msgspec.Struct, frozen=True):
    """Whom a payout goes to, and how they want to be paid."""

    payout_id: UUID
    name: str
    email: str
    details: str


class CheckRow(msgspec.Struct, frozen=True):
    """The latest check of the books; `faults`: what is not as it must be, and how often."""

    checked_at: datetime
    faults: list[dict[str, Any]]


class FaultRow(msgspec.Struct, frozen=True):
    """Something that must never be, and how often it is."""

    fault: str
    many: int


default_rate = Statement(
    "The installation's commission, in basis points.", "select commission_bp from installation"
)
set_commission = Statement(
    "A rate from now on, of the installation, a practitioner or an offering; false when there is none such.",
    "select set_commission($1, $2, $3)",
)
totals = Query(
    TotalRow,
    "What the books hold, for operators.",
    "select kind, currency, owed_minor, owing_minor from money_totals()",
)
platform_months = Query(
    PlatformMonthRow,
    "The platform's latest months, latest first; for operators.",
    """
    select m.month, a.currency,
        coalesce(sum(m.amount_minor) filter (where m.part in ('commission', 'expired')), 0)::bigint
            as commission_minor,
        coalesce(sum(m.amount_minor) filter (where m.part = 'commission_back'), 0)::bigint as back_minor
    from money_account a join money_month m on m.account_id = a.id
    where a.kind = 'platform' group by m.month, a.currency order by m.month desc, a.currency limit $1
    """,
)
practice_to_charge = Query(
    ChargedRow,
    "A practitioner and their rate, for operators.",
    "select practitioner_id, name, currency, basis_points from practice_to_charge($1)",
)
offerings_and_rates = Query(
    OfferingRateRow,
    "A practitioner's offerings and their rates, for operators.",
    "select offering_id, name, basis_points from offerings_and_rates($1)",
)
settle_debt = Statement(
    "A practitioner has paid what they owed, once for each form; false when it is more than that.",
    "select settle_debt($1, $2, $3, $4, $5, $6)",
)
make_payouts = Statement(
    "A payout to everybody who has at least so much, once for each form; how many.",
    "select make_payouts($1, $2, $3, $4)",
)
settle_payout = Statement(
    "A payout has arrived or failed; false when that was said before.", "select settle_payout($1, $2, $3, $4)"
)
_RUN = """
    select r.id, r.currency, r.made_at, count(p.id)::int as many,
        (count(p.id) filter (where p.status = 'begun'))::int as begun,
        coalesce(sum(p.amount_minor) filter (where p.status <> 'failed'), 0)::bigint as amount_minor
    from payout_run r join payout p on p.run_id = r.id
"""
runs = Query(
    RunRow,
    "The latest payout runs, for operators.",
    f"{_RUN} group by r.id order by r.made_at desc, r.id limit $1",
)
find_run = Query(RunRow, "One payout run, for operators.", f"{_RUN} where r.id = $1 group by r.id")
transfers_of = Query(
    TransferRow,
    "Whom the payouts of a run go to, for operators.",
    "select payout_id, name, email, details from transfers_of($1)",
)
faults = Query(
    FaultRow,
    "What is not as it must be, of the books, of papers and of who is paid directly; for the worker.",
    """
    select fault, many from money_faults() union all select fault, many from paper_faults()
    union all select fault, many from direct_faults()
    """,
)
keep_check = Statement(
    "The latest check, in place of the one before.",
    """
    insert into money_check (checked_at, faults) values ($1, $2)
    on conflict (only_row) do update set checked_at = excluded.checked_at, faults = excluded.faults
    """,
)
latest_check = Query(
    CheckRow, "The latest check, for operators.", "select checked_at, faults from money_check"
)
