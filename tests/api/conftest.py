"""Programs: clients with a key of their own."""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.support.world import Somebody, make_offering, make_person, make_practitioner, tomorrow_at
from visavis.accounts.authentication import digest

Program = Callable[[Somebody], Awaitable[httpx.AsyncClient]]


@pytest.fixture
def program(owner: Any, client: Callable[..., httpx.AsyncClient]) -> Program:
    """Makes programs: `await program(ada)` acts as Ada with a key of hers."""

    async def make(person: Somebody) -> httpx.AsyncClient:
        key = secrets.token_urlsafe(32)
        await owner.execute(
            "insert into api_key (account_id, name, hint, token_hash) values ($1, 'test', '…', $2)",
            person.id,
            digest(key),
        )
        return client(headers={"authorization": f"Bearer {key}"})

    return make


@dataclass
class World:
    """A practitioner, a client and a stranger, each with a program."""

    practitioner: Somebody
    client: Somebody
    offering: UUID
    hers: httpx.AsyncClient  # the practitioner's
    his: httpx.AsyncClient  # the client's

    def wish(self, start: datetime | None = None, **more: Any) -> dict[str, Any]:
        """The body of a booking."""
        start = start or tomorrow_at(10)
        return {
            "offering_id": str(self.offering),
            "starts_at": start.isoformat(),
            "length_minutes": 60,
        } | more

    async def book(self, hour: int = 10, days: int = 1, **options: Any) -> httpx.Response:
        """The client books an hour."""
        return await self.his.post("/api/sessions", json=self.wish(tomorrow_at(hour, days)), **options)


@pytest.fixture
async def world(owner: Any, program: Program) -> World:
    practitioner, client = await make_practitioner(owner), await make_person(owner)
    offering = await make_offering(owner, practitioner)
    return World(practitioner, client, offering, await program(practitioner), await program(client))
