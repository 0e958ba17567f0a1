"""SQL of credits. Lots and entries are written by functions of the database (migration 0016)."""

from datetime import datetime
from uuid import UUID

import msgspec

from visavis.kit.sql import Query, Statement


class PackageRow(msgspec.Struct, frozen=True):
    """Something to buy; without a practitioner it is the platform's, and good at every one."""

    id: UUID
    practitioner_id: UUID | None
    name: str
    credits: int
    price_minor: int
    currency: str
    valid_months: int
    archived_at: datetime | None


class PurchaseRow(msgspec.Struct, frozen=True):
    """A package on its way to its buyer."""

    id: UUID
    client_id: UUID
    practitioner_id: UUID | None
    package_id: UUID
    name: str
    credits: int
    price_minor: int
    currency: str
    valid_months: int
    status: str
    reason: str
    created_at: datetime
    status_changed_at: datetime


class LotRow(msgspec.Struct, frozen=True):
    """What somebody got at once, and what is left of it."""

    id: UUID
    client_id: UUID
    practitioner_id: UUID | None
    source: str
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
    reason: str
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


# Packages

_PACKAGE = """
    select id, practitioner_id, name, credits, price_minor, currency, valid_months, archived_at
    from credit_package
"""
find_package = Query(PackageRow, "A package that the asker may see.", f"{_PACKAGE} where id = $1")
packages_of = Query(
    PackageRow,
    "What a seller sells (null: the platform), smallest first.",
    f"""{_PACKAGE} where practitioner_id is not distinct from $1::uuid and archived_at is null
        order by currency, price_minor, id""",
)
packages_for = Query(
    PackageRow,
    "What the asker may want: of whom they meet or have credits from, and the platform's, which come last.",
    f"""{_PACKAGE} where archived_at is null and (practitioner_id is null
        or practitioner_id in (select practitioner_id from session where client_id = $1)
        or practitioner_id in (select practitioner_id from credit_lot where client_id = $1)
        or practitioner_id = $2)
        and practitioner_id is distinct from $1
        order by practitioner_id nulls last, price_minor, id limit 100""",
)
insert_package = Statement(
    "Sell a package.",
    """
    insert into credit_package (practitioner_id, name, credits, price_minor, currency, valid_months,
        created_at)
    values ($1, $2, $3, $4, $5, $6, $7) returning id
    """,
)
archive_package = Statement(
    "Sell it no longer.",
    """
    update credit_package set archived_at = $3
    where id = $1 and practitioner_id is not distinct from $2::uuid and archived_at is null returning id
    """,
)

# Purchases

_PURCHASE = """
    select id, client_id, practitioner_id, package_id, name, credits, price_minor, currency, valid_months,
        status, reason, created_at, status_changed_at
    from credit_purchase
"""
find_purchase = Query(PurchaseRow, "A purchase, for its two sides.", f"{_PURCHASE} where id = $1")
purchases_of_client = Query(
    PurchaseRow,
    "What somebody buys and bought, open ones first.",
    f"""{_PURCHASE} where client_id = $1
        order by status in ('paid', 'withdrawn'), created_at desc limit 30""",
)
purchases_to_check = Query(
    PurchaseRow,
    "Purchases whose payment waits to be checked, longest first (null: the platform's).",
    f"""{_PURCHASE} where practitioner_id is not distinct from $1::uuid and client_id <> $2
        and status = 'submitted' order by status_changed_at, id limit 100""",
)
insert_purchase = Statement(
    "Begin to buy a package as it is sold now; no row when it is begun already, or sold no more.",
    """
    insert into credit_purchase (client_id, practitioner_id, package_id, name, credits, price_minor, currency,
        valid_months, created_at, status_changed_at)
    select $1, practitioner_id, id, name, credits, price_minor, currency, valid_months, $3, $3
    from credit_package where id = $2 and archived_at is null
    on conflict do nothing returning id
    """,
)
open_purchase = Statement(
    "The purchase of this package that is begun.",
    """
    select id from credit_purchase
    where client_id = $1 and package_id = $2 and status in ('requested', 'submitted', 'refused')
    """,
)
settle_purchase = Statement(
    "One guarded step of a purchase; paid makes the credits. False when it has moved on.",
    "select settle_purchase($1, $2, $3, $4)",
)
purchases_begun = Statement(
    "How many purchases somebody has begun and not paid.",
    """
    select count(*) from credit_purchase
    where client_id = $1 and status in ('requested', 'submitted', 'refused')
    """,
)

# Balances

balance = Statement(
    "What a client can spend at a practitioner now; of others' clients, only what the asker may see.",
    """
    select coalesce(sum(remaining), 0)::int from credit_lot
    where client_id = $1 and (practitioner_id = $2 or practitioner_id is null) and expires_at > now()
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
client_at = Query(
    ClientRow, "Who has this e-mail address; answers operators only.", "select id, name from client_at($1)"
)
operators = Statement("Whom to tell of the platform's credits.", "select operators_to_tell()")

# Giving, taking, giving back

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
