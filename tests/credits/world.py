"""A practitioner whose sessions cost credits, her clients, and a way to make sessions and move them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from tests.support.tabs import now
from tests.support.world import Somebody, make_offering, make_person, make_practitioner, tomorrow_at
from visavis.booking.policies import Policy

COSTS_TWO = Policy(
    preset="practitioner_proposes", approval="required", payment="credits", credits=2, cancel_until_hours=24
)
LEDGER = """
    select (select coalesce(sum(remaining), 0) from credit_lot)
            - (select coalesce(sum(delta), 0) from credit_entry),
        (select count(*) from credit_lot l where remaining <>
            (select coalesce(sum(delta), 0) from credit_entry e where e.lot_id = l.id)),
        (select count(*) from session s where s.credits > 0 and
            (select coalesce(sum(delta), 0) from credit_entry e where e.session_id = s.id) <> all (case
                when s.status in ('confirmed', 'in_progress', 'completed', 'no_show') then array[-s.credits]
                when s.status = 'cancelled' and s.cancelled_late then array[0, -s.credits]
                else array[0] end))
"""
"""Three differences that are 0 as long as the ledger is right."""


@dataclass
class Practice:
    """A practitioner, an offering that costs two credits, a client."""

    owner: asyncpg.Connection
    practitioner: Somebody
    client: Somebody
    offering_id: UUID

    async def proposed(
        self, *, by: str = "practitioner", days: int = 3, hour: int = 10, client: Somebody | None = None
    ) -> UUID:
        """A session that waits for the other side's approval."""
        start = tomorrow_at(hour, days)
        return await self._made(by, client, start, start)

    async def invited(self, client: Somebody) -> UUID:
        """An instant session that waits for its client; what waited before has lapsed."""
        await self.owner.execute(
            """update session set status = 'expired'
            where instant and status = 'pending_approval' and client_id = $1""",
            client.id,
        )
        return await self._made("practitioner", client, None, now() + timedelta(minutes=15))

    async def _made(self, by: str, client: Somebody | None, start: datetime | None, due: datetime) -> UUID:
        session_id: UUID = await self.owner.fetchval(
            """insert into session (practitioner_id, client_id, offering_id, offering_name, created_by,
                status, during, blocked, length_minutes, price_minor, currency, policy, credits, due_at,
                instant)
            select $1, $2, $3, 'Talking session', $4, 'pending_approval', time, time, 60, 0, 'GBP', $7, 2, $8,
                time is null
            from (select case when $5::timestamptz is not null then tstzrange($5, $6) end as time) at_all
            returning id""",
            self.practitioner.id,
            (client or self.client).id,
            self.offering_id,
            by,
            start,
            start and start + timedelta(hours=1),
            msgspec.to_builtins(COSTS_TWO),
            due,
        )
        return session_id

    async def given(
        self,
        amount: int,
        *,
        platform: bool = False,
        until: datetime | None = None,
        client: Somebody | None = None,
    ) -> UUID:
        """Credits that the client has, of the practitioner or of the platform."""
        lot_id: UUID = await self.owner.fetchval(
            """with lot as (
                insert into credit_lot (client_id, practitioner_id, source, name, credits, expires_at)
                values ($1, $2, 'granted', 'A gift', $3, coalesce($4, now() + interval '1 year'))
                returning *),
            entry as (insert into credit_entry (lot_id, client_id, delta, reason, at)
                select id, client_id, credits, 'granted', now() from lot)
            select id from lot""",
            (client or self.client).id,
            None if platform else self.practitioner.id,
            amount,
            until,
        )
        return lot_id

    async def status(self, session_id: UUID) -> str:
        found: str = await self.owner.fetchval("select status from session where id = $1", session_id)
        return found

    async def left(self, lot_id: UUID) -> int:
        found: int = await self.owner.fetchval("select remaining from credit_lot where id = $1", lot_id)
        return found

    async def balance(self) -> int:
        """Everything that is left; and the ledger is right."""
        await check_ledger(self.owner)
        left: int = await self.owner.fetchval("select coalesce(sum(remaining), 0) from credit_lot")
        return left


async def check_ledger(owner: asyncpg.Connection) -> None:
    """The entries sum up to what is left; nothing is taken without an approval, or approved for nothing."""
    assert tuple(await owner.fetchrow(LEDGER)) == (0, 0, 0)


async def make_practice(owner: Any) -> Practice:
    practitioner, client = await make_practitioner(owner), await make_person(owner, "Emma Clarke")
    return Practice(owner, practitioner, client, await make_offering(owner, practitioner))
