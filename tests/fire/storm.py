"""A booking load that never gives up on a request, and remembers what was acknowledged."""

import asyncio
import itertools
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import httpx

from tests.support.world import Somebody, make_offering, make_person, make_practitioner, tomorrow_at
from visavis.accounts.authentication import digest

_GIVE_UP = 60.0  # seconds without an answer: then the server is broken, not killed


@dataclass(frozen=True)
class Practice:
    """A practitioner who approves by program, and something to book; `cash`: is paid in the hand at once."""

    person: Somebody
    key: str
    offering: UUID
    cash: bool = False


@dataclass
class Storm:
    """Clients book, practitioners approve, each request with an idempotency key until it is answered."""

    url: str
    practices: list[Practice]
    clients: list[str]
    starts: Iterator[datetime]
    turns: Iterator[int] = field(default_factory=itertools.count)
    booked: set[UUID] = field(default_factory=set)
    approved: set[UUID] = field(default_factory=set)
    paid: set[UUID] = field(default_factory=set)
    refused: int = 0
    retried: int = 0
    stopping: bool = False

    async def rage(self, at_once: int = 6) -> None:
        """Until `stopping`; every request begun is answered before this returns."""
        async with httpx.AsyncClient(base_url=self.url, timeout=30, verify=False) as http:
            await asyncio.gather(*(self._one(http) for _ in range(at_once)))

    async def _one(self, http: httpx.AsyncClient) -> None:
        while not self.stopping:
            turn = next(self.turns)
            practice = self.practices[turn % len(self.practices)]
            await self._book_and_approve(http, practice, self.clients[turn % len(self.clients)])

    async def _book_and_approve(self, http: httpx.AsyncClient, practice: Practice, client: str) -> None:
        wish = {
            "offering_id": str(practice.offering),
            "starts_at": next(self.starts).isoformat(),
            "length_minutes": 30,
        }
        answer = await self._until_answered(http, "POST", "/api/sessions", client, wish)
        if answer.status_code != 201:
            assert answer.status_code == 409, answer.text
            self.refused += 1
            return
        session = UUID(answer.json()["id"])
        assert session not in self.booked
        self.booked.add(session)
        path = f"/api/sessions/{session}/approve"
        answer = await self._until_answered(http, "PUT", path, practice.key, None)
        assert answer.status_code == 200, answer.text
        self.approved.add(session)
        if practice.cash:
            answer = await self._until_answered(
                http, "PUT", f"/api/sessions/{session}/take-cash", practice.key, {"note": "Thank you"}
            )
            assert answer.status_code == 200, answer.text
            self.paid.add(session)

    async def _until_answered(
        self, http: httpx.AsyncClient, method: str, path: str, key: str, body: Any
    ) -> httpx.Response:
        """The same request with the same key until something other than an outage is answered."""
        headers = {"authorization": f"Bearer {key}", "idempotency-key": secrets.token_hex(8)}
        loop = asyncio.get_running_loop()
        deadline = loop.time() + _GIVE_UP
        while loop.time() < deadline:
            try:
                answer = await http.request(method, path, headers=headers, json=body)
            except httpx.TransportError:
                answer = None
            if answer is not None and answer.status_code < 500:
                return answer
            assert answer is None or answer.status_code == 503, answer.text
            self.retried += 1
            await asyncio.sleep(0.05)
        raise AssertionError(f"no answer within {_GIVE_UP} s")


async def brew(owner: asyncpg.Connection, url: str, *, practices: int = 3, clients: int = 120) -> Storm:
    """Arrange the people of a storm."""
    made = []
    for number in range(practices):
        person = await make_practitioner(owner, f"Dr. Number {number}")
        offering = await make_offering(owner, person, lengths=(30,))
        made.append(Practice(person, await _key(owner, person), offering, cash=number == 1))
    keys = [await _key(owner, await make_person(owner, f"Client {number}")) for number in range(clients)]
    return Storm(url, made, keys, _starts())


async def pay_by_credits(owner: asyncpg.Connection, practice: Practice) -> None:
    """From now on approval takes a credit, of which everybody has many."""
    await owner.execute(
        """update offering set policy = policy || '{"payment": "credits", "credits": 1}' where id = $1""",
        practice.offering,
    )
    await owner.execute(
        """with lot as (insert into credit_lot (client_id, source, name, credits, expires_at)
            select id, 'granted', 'A gift', 1000, 'infinity' from account where not is_practitioner
            returning *)
        insert into credit_entry (lot_id, client_id, delta, reason, at)
        select id, client_id, credits, 'granted', now() from lot"""
    )


def _starts() -> Iterator[datetime]:
    """Half hours from tomorrow on, each asked for twice, so that some bookings meet."""
    first = tomorrow_at(0)
    for number in itertools.count():
        yield first + timedelta(minutes=30 * (number // 2 % (48 * 50)))


async def _key(owner: asyncpg.Connection, person: Somebody) -> str:
    key = secrets.token_urlsafe(32)
    await owner.execute(
        "insert into api_key (account_id, name, hint, token_hash) values ($1, 'storm', '…', $2)",
        person.id,
        digest(key),
    )
    return key
