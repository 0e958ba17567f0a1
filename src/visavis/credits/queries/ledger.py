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
    reason: Literal["granted", "bought", "session", "returned", "expired"]
    at: datetime


class PersonRow(msgspec.Struct, frozen=True):
    """Somebody one gives credits to, or has them from."""

    id: UUID
    name: str
    picture_key: str | None


class ClientRow(msgspec.Struct, frozen=True):
    """Somebody to give credits to."""

    id: UUID
    name: str


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


balance = Statement(
    "What a client can spend at a practitioner now; of others' clients, only what the asker may see.",
    """
    select coalesce(sum(remaining), 0)::int from credit_lot
    where client_id = $1 and (practitioner_id = $2 or practitioner_id is null) and expires_at > now()
    """,
)
balances = Query(
    BalanceRow,
    "The same at several practitioners at once.",
    """
    select seller as practitioner_id, coalesce(sum(remaining), 0)::int as credits
    from unnest($2::uuid[]) seller left join credit_lot l on l.client_id = $1 and l.expires_at > now()
        and (l.practitioner_id = seller or l.practitioner_id is null)
    group by seller
    """,
)
_LOT = """
    select id, client_id, practitioner_id, source, name, credits, remaining, expires_at, created_at
    from credit_lot
"""
lots_of_client = Query(
    LotRow,
    "What somebody has left, what expires first coming first.",
    f"""{_LOT} where client_id = $1 and remaining > 0 and expires_at > now()
        order by expires_at, id limit 200""",
)
lots_given = Query(
    LotRow,
    "What a seller's clients have left (null: the platform's).",
    f"""{_LOT} where practitioner_id is not distinct from $1::uuid and remaining > 0 and expires_at > now()
        order by expires_at, id limit 500""",
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
people = Query(
    PersonRow, "Their names and pictures.", "select id, name, picture_key from people_of_credits($1)"
)
own_clients = Query(
    ClientRow,
    "Everybody a practitioner has a session with, by name.",
    """
    select p.id, p.name from person p
    where p.id in (select client_id from session where practitioner_id = $1) order by p.name, p.id limit 1000
    """,
)
is_client = Statement(
    "Whether $2 has a session with the practitioner $1, or has credits from them; as grant_credits() asks.",
    """
    select exists (select from session where practitioner_id = $1 and client_id = $2)
        or exists (select from credit_lot where practitioner_id = $1 and client_id = $2)
    """,
)
client_at = Query(
    ClientRow, "Who has this e-mail address; answers operators only.", "select id, name from client_at($1)"
)
every_operator = Statement(
    "Every operator, for the worker.",
    "select id from account where is_operator and disabled_at is null order by id",
)
operators = Statement("Whom to tell of the platform's credits.", "select operators_to_tell()")

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
    "Give credits; refused for oneself and for whom one does not know.",
    "select grant_credits($1, $2, $3, $4, $5, $6)",
)
take_credits = Query(
    Shortfall,
    "Take what a session costs, or nothing and say what is missing.",
    "select missing, balance from take_credits($1, $2)",
)
give_back_credits = Statement(
    "Give back what a cancelled session took; how many.", "select give_back_credits($1, $2)"
)
expire_credits = Query(
    ExpiredRow,
    "Write off what has expired.",
    "select client_id, practitioner_id, lot_id, amount from expire_credits($1, $2)",
)

# How the platform is paid

platform_instructions = Statement(
    "How to pay for the platform's packages.", "select credit_instructions from installation"
)
set_platform_instructions = Statement(
    "From now on; false for who is no operator.", "select set_credit_instructions($1)"
)
