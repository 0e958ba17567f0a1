"""What the cast has of credits."""

from typing import Any
from uuid import UUID

import asyncpg

from tests.support.tabs import picture
from tests.support.world import Somebody
from visavis.kit.files import FileStore


async def make_credits(
    owner: asyncpg.Connection, store: FileStore, people: dict[str, Somebody], status: str
) -> dict[str, Any]:
    """A package that "own client" buys of "own practitioner"; credits of hers and of the platform's."""
    client, seller, other = (people[name].id for name in ("own client", "own practitioner", "other client"))
    package_id = await make_package(owner, seller)
    for archived in (None, people["other practitioner"].id):
        await owner.execute(
            "update credit_package set archived_at = now() where id = $1", await make_package(owner, archived)
        )
    paid = "submitted" if status == "payment_submitted" else "requested"
    purchase_id = await make_purchase(owner, client, package_id, paid)
    await make_purchase(owner, other, await make_package(owner, None), "requested")
    for whose, whom in ((seller, client), (None, other)):
        await owner.execute(
            """with made as (
                insert into credit_lot (client_id, practitioner_id, source, name, credits, expires_at)
                values ($2, $1, 'granted', 'A gift', 5, now() + interval '1 year') returning *)
            insert into credit_entry (lot_id, client_id, delta, reason, at)
            select id, client_id, 5, 'granted', now() from made""",
            whose,
            whom,
        )
    slip_id = await owner.fetchval(
        """insert into payment_proof (purchase_id, submitted_by, file_key, content_type, size_bytes,
            decision, decided_at)
        values ($1, $2, $3, 'image/png', 1, $4, case when $4::text is not null then now() end)
        returning id""",
        purchase_id,
        client,
        await store.put(picture(), "png"),
        None if paid == "submitted" else "rejected",
    )
    return {"package_id": package_id, "purchase_id": purchase_id, "slip_id": slip_id}


async def make_package(owner: asyncpg.Connection, practitioner_id: UUID | None) -> UUID:
    package_id: UUID = await owner.fetchval(
        """insert into credit_package (practitioner_id, name, credits, price_minor, currency, valid_months)
        values ($1, '5 sessions', 5, 35000, 'GBP', 12) returning id""",
        practitioner_id,
    )
    return package_id


async def make_purchase(owner: asyncpg.Connection, client_id: UUID, package_id: UUID, status: str) -> UUID:
    purchase_id: UUID = await owner.fetchval(
        """insert into credit_purchase (client_id, practitioner_id, package_id, name, credits, price_minor,
            currency, valid_months, status)
        select $1, practitioner_id, id, name, credits, price_minor, currency, valid_months, $3
        from credit_package where id = $2 returning id""",
        client_id,
        package_id,
        status,
    )
    return purchase_id
