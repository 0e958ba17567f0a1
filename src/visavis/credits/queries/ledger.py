"""SQL of what people have. Lots and entries are written by functions of the database (migration 0016)."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from visavis.kit.sql import Query, Statement


class LotRow(msgspec.Struct, frozen=True):
    """What somebody got at once, and what is left of it."""

    id: UUID
    client_id: UUID
    practitioner_id: UUID | None
    source: Literal["granted", "bought", "returned"]
    name: str
    credits: int
    remaining: int
    expires_at: datetime
    created_at: datetime
    purchase_id: UUID | None


class EntryRow(msgspec.Struct, frozen=True):
    """One line of the ledger, with the lot it counts in and the session it was for."""

    id: int
    client_id: UUID
    practitioner_id: UUID | None
    lot_name: str
    session_id: UUID | None
    offering_name: str | None
    session_practitioner_id: UUID | None
    delta: int
    reason: Literal["granted", "bought", "session", "returned", "expired", "refunded", "disputed"]
    at: datetime


class SumRow(msgspec.Struct, frozen=True):
    """What somebody has left of one seller's credits, and how many such sums there are."""

    client_id: UUID
    practitioner_id: UUID | None
    credits: int
    of_all: int


class BalanceRow(msgspec.Struct, frozen=True):
    """What somebody can spend at one practitioner."""

    practitioner_id: UUID
    credits: int


class Shortfall(msgspec.Struct, frozen=True):
    """How many credits are too few (0: they were taken), and how many there were."""

    missing: int
    balance: int


class ExpiredRow(msgspec.Struct, frozen=True):
    """What was written off."""

    client_id: UUID
    practitioner_id: UUID | None
    lot_id: UUID
    amount: int


balances = Query(
    BalanceRow,
    "What a client can spend now at each of these practitioners, the platform's credits included.",
    """
    select seller as practitioner_id, coalesce(sum(remaining), 0)::int as credits
    from unnest($2::uuid[]) seller left join credit_lot l on l.client_id = $1 and l.expires_at > now()
        and (l.practitioner_id = seller or l.practitioner_id is null)
    group by seller
    """,
)
_LEFT = "remaining > 0 and expires_at > now()"
_SUM = f"""
    select client_id, practitioner_id, sum(remaining)::int as credits, count(*) over ()::int as of_all
    from credit_lot where {_LEFT}
"""
sums_of_client = Query(
    SumRow,
    "What somebody has left, by seller.",
    f"{_SUM} and client_id = $1 group by client_id, practitioner_id",
)
sums_given = Query(
    SumRow,
    "What each of a seller's clients has left (null: the platform's), $2 of them, whose expire first first.",
    f"""{_SUM} and practitioner_id is not distinct from $1::uuid
        group by client_id, practitioner_id order by min(expires_at), client_id limit $2""",
)
_LOT = f"""
    select id, client_id, practitioner_id, source, name, credits, remaining, expires_at, created_at,
        purchase_id
    from (select *, row_number() over (partition by client_id, practitioner_id
        order by expires_at, id) as place from credit_lot where {_LEFT}
"""
lots_of_client = Query(
    LotRow,
    "Of what somebody has left the first lots of each seller, what expires first coming first.",
    f"{_LOT} and client_id = $1) mine where place <= $2 order by expires_at, id",
)
lots_given = Query(
    LotRow,
    "The same of what these clients have of a seller (null: the platform).",
    f"""{_LOT} and practitioner_id is not distinct from $1::uuid and client_id = any ($2)) theirs
        where place <= $3 order by expires_at, id""",
)
_ENTRY = """
    select e.id, e.client_id, l.practitioner_id, l.name as lot_name, e.session_id, s.offering_name,
        s.practitioner_id as session_practitioner_id, e.delta, e.reason, e.at
    from credit_entry e join credit_lot l on l.id = e.lot_id left join session s on s.id = e.session_id
"""
entries_of_client = Query(
    EntryRow,
    "The ledger of one person, latest first, before a line of it.",
    f"""{_ENTRY} where e.client_id = $1 and ($2::bigint is null or e.id < $2)
        order by e.id desc limit $3""",
)
entries_given = Query(
    EntryRow,
    "What happened lately to a seller's credits (null: the platform's).",
    f"""{_ENTRY} where l.practitioner_id is not distinct from $1::uuid order by e.id desc limit $2""",
)
# Giving, taking, giving back

lock_gift = Statement(
    "The same gift pressed twice: one after the other.",
    "select pg_advisory_xact_lock(hashtextextended($1, 0))",
)
given_already = Statement(
    "The lot that came of this very form, if it was sent before.",
    """
    select l.id from credit_lot l
    join audit_event e on e.subject_id = l.id and e.subject_type = 'credit_lot' and e.details->>'form' = $3
    where l.client_id = $1 and l.practitioner_id is not distinct from $2::uuid limit 1
    """,
)
grant_credits = Statement(
    "Give credits; no lot for who is no client of the giver's, or has no account.",
    "select grant_credits($1, $2, $3, $4, $5, $6)",
)
take_credits = Query(
    Shortfall,
    "Take what a session costs, or nothing and say what is missing.",
    "select missing, balance from take_credits($1, $2)",
)
give_back_credits = Statement(
    "Give back what a cancelled session took, as far as it is due; how many.",
    "select give_back_credits($1, $2)",
)
expire_credits = Query(
    ExpiredRow,
    "Write off what has expired.",
    "select client_id, practitioner_id, lot_id, amount from expire_credits($1, $2)",
)
