"""A practice that is paid by transfer and by credits, an operator, and ways to pay and look at the books."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import msgspec

from tests.access.cast_credits import make_purchase
from tests.support.world import Somebody, make_offering, make_person, make_practitioner, tomorrow_at
from visavis.booking import actions
from visavis.booking.policies import PRESETS
from visavis.credits import purchasing, refunding
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.money import operating
from visavis.payments.actions import take_cash, verify_payment

FAULTS = "select fault, many from money_faults() union all select fault, many from direct_faults()"


def now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Till:
    """Two people, an operator, and what they do with money; `db` is the database as web processes see it."""

    owner: asyncpg.Connection
    db: Db
    practitioner: Somebody
    client: Somebody
    operator: Somebody
    offering: UUID
    currency: str = "GBP"
    hours: int = 0  # sessions made so far: each has an hour of its own

    @property
    def chief(self) -> Actor:
        """The operator, as whom actions are called."""
        return msgspec.structs.replace(self.operator.actor, is_operator=True)

    async def to_verify(self, price: int = 8000, **policy: Any) -> UUID:
        """A session whose proof was sent."""
        session = await self._made("payment_submitted", "client", price, 0, policy)
        await self.owner.execute(
            """insert into payment_proof (session_id, submitted_by, file_key, content_type, size_bytes)
            values ($1, $2, $1::uuid::text, 'image/png', 1)""",
            session, self.client.id,
        )  # fmt: skip
        return session

    async def to_pay(self, price: int = 8000, **policy: Any) -> UUID:
        """A session that was approved, and waits for its payment."""
        return await self._made("approved", "client", price, 0, policy)

    async def in_cash(self, price: int = 8000, **policy: Any) -> UUID:
        """A session that was paid in the practitioner's hand."""
        session = await self.to_pay(price, **policy)
        await take_cash(self.db, self.practitioner.actor, session, "cash", "", now())
        return session

    async def to_approve(self, cost: int = 1, price: int = 0, **policy: Any) -> UUID:
        """A session that costs credits, unless its policy says otherwise, and waits for the client."""
        return await self._made(
            "pending_approval", "practitioner", price, cost, {"payment": "credits"} | policy
        )

    async def _made(self, status: str, by: str, price: int, cost: int, policy: dict[str, Any]) -> UUID:
        start = tomorrow_at(0, 3) + timedelta(hours=self.hours)
        self.hours += 1
        terms = msgspec.to_builtins(PRESETS["approve_then_transfer"].policy) | policy
        made: UUID = await self.owner.fetchval(
            """insert into session (practitioner_id, client_id, offering_id, offering_name, created_by,
                status, during, blocked, length_minutes, price_minor, currency, policy, credits)
            values ($1, $2, $3, 'Talking session', $4, $5, tstzrange($6, $7), tstzrange($6, $7), 60, $8, $9,
                $10, $11) returning id""",
            self.practitioner.id, self.client.id, self.offering, by, status, start,
            start + timedelta(hours=1), price, self.currency, terms, cost,
        )  # fmt: skip
        return made

    async def paid(self, price: int = 8000, **policy: Any) -> UUID:
        """A session whose transfer was found."""
        session = await self.to_verify(price, **policy)
        await verify_payment(self.db, self.practitioner.actor, session, now())
        return session

    async def cancel(self, session: UUID, who: Somebody) -> None:
        await actions.cancel(self.db, who.actor, session, "Something came up", now())

    async def late(self, session: UUID) -> None:
        """From now on it is late to call it off."""
        await self.owner.execute(
            """update session set policy = policy || '{"cancel_until_hours": 700}' where id = $1""", session
        )

    async def bought(self, *, platform: bool = False, many: int = 5, price: int = 35000) -> UUID:
        """A purchase that was verified; its lot."""
        package = await self.owner.fetchval(
            """insert into credit_package (practitioner_id, name, credits, price_minor, currency,
                valid_months)
            values ($1, 'Some', $2, $3, $4, 12) returning id""",
            None if platform else self.practitioner.id,
            many,
            price, self.currency,
        )  # fmt: skip
        purchase = await make_purchase(self.owner, self.client.id, package, "submitted")
        seller = self.chief if platform else self.practitioner.actor
        await purchasing.verify(self.db, seller, purchase, now())
        lot: UUID = await self.owner.fetchval("select id from credit_lot where purchase_id = $1", purchase)
        return lot

    async def spent(self, cost: int = 1) -> UUID:
        """A session that has taken credits."""
        session = await self.to_approve(cost)
        await actions.approve(self.db, self.client.actor, session, now())
        return session

    async def take_back(self, purchase: UUID) -> None:
        """The seller gives back what is left of a purchase, if anything is."""
        found = await self.owner.fetchrow(
            """select b.practitioner_id, coalesce(l.remaining, 0) as left_over from credit_purchase b
            left join credit_lot l on l.purchase_id = b.id where b.id = $1""",
            purchase,
        )
        seller = self.practitioner.actor if found["practitioner_id"] else self.chief
        await refunding.take_back(self.db, seller, purchase, found["left_over"], now())

    async def over(self, session: UUID) -> None:
        """It has taken place."""
        async with self.owner.transaction():
            await self.owner.execute(f"set local visavis.account = '{self.practitioner.id}'")
            for status in ("in_progress", "completed"):
                await self.owner.execute("update session set status = $2 where id = $1", session, status)

    async def balance(self, kind: str = "practitioner") -> int:
        """Of all accounts of a kind; and the books are right."""
        assert [dict(each) for each in await self.owner.fetch(FAULTS)] == []
        found: int = await self.owner.fetchval(
            "select coalesce(sum(balance_minor), 0)::bigint from money_account where kind = $1", kind
        )
        return found

    async def run(self, least: int = 0, form: UUID | None = None) -> list[UUID]:
        """A payout run; its payouts."""
        run_id = await operating.make_payouts(
            self.db, self.chief, form or uuid4(), self.currency, least, now()
        )
        rows = await self.owner.fetch("select id from payout where run_id = $1 order by id", run_id)
        return [row["id"] for row in rows]


async def make_till(owner: Any, db: Any, currency: str = "GBP") -> Till:
    practitioner = await make_practitioner(owner, currency=currency)
    return Till(
        owner=owner,
        db=db.handle(),
        practitioner=practitioner,
        client=await make_person(owner, "Emma Clarke"),
        operator=await make_person(owner, "Olive Operator", operator=True),
        offering=await make_offering(owner, practitioner),
        currency=currency,
    )
