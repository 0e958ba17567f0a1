"""Two casts in one database, and a connection as web processes have it."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from tests.access.cast import Cast, assemble
from tests.support.databases import FreshDatabase, connect
from visavis.kit.files import files_in
from visavis.settings import Settings


@pytest.fixture
async def web(database: FreshDatabase) -> AsyncIterator[asyncpg.Connection]:
    """A connection as web processes have it; each test is one transaction."""
    connection = await connect(database.url)
    yield connection
    await connection.close()


@pytest.fixture
async def cast(owner: Any, settings: Settings) -> Cast:
    """Two casts that have nothing to do with each other, a row in every table; the first one is returned."""
    first = await _full(owner, settings, "approved")
    await _full(owner, settings, "payment_submitted")
    await owner.execute("insert into outbox_mail (to_address, subject, text_body) values ('a@b.c', '', '')")
    return first


async def _full(owner: Any, settings: Settings, status: str) -> Cast:
    cast = await assemble(owner, files_in(settings.home), status)
    client, practitioner = cast.people["own client"], cast.people["own practitioner"]
    for person in cast.people.values():
        await owner.execute(
            """insert into account_token (token_hash, account_id, purpose, expires_at)
            values (uuid_send(gen_random_uuid()), $1, 'reset_password', now() + interval '1 hour')""",
            person.id,
        )
        await owner.execute(
            "insert into idempotency_key (account_id, key, request_hash) values ($1, $2, '')",
            person.id,
            str(person.id),
        )
    await owner.execute(
        "insert into card_customer (account_id, customer_id, agreed_at) values ($1, $2, now())",
        client.id,
        f"cus_{client.id}",
    )
    await owner.execute(
        "insert into payment_instructions (practitioner_id, words) values ($1, 'Sort code 00')",
        practitioner.id,
    )
    await owner.execute(
        "insert into feedback (session_id, practitioner_id, rating) values ($1, $2, 5)",
        UUID(cast.session_id),
        practitioner.id,
    )
    assert client.id is not None
    return cast
