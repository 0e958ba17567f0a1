"""SQL of packages and purchases; of what people have, see `ledger`."""

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
    "What the asker may want: of $2 first, whom they meet or have credits from, and the platform's last.",
    f"""{_PACKAGE} where archived_at is null and (practitioner_id is null
        or practitioner_id in (select practitioner_id from session where client_id = $1)
        or practitioner_id in (select practitioner_id from credit_lot where client_id = $1)
        or practitioner_id = $2)
        and practitioner_id is distinct from $1
        order by coalesce(practitioner_id = $2, false) desc, practitioner_id nulls last, price_minor, id
        limit 100""",
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
