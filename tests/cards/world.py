"""Two people, a practice that is paid by card, and a provider of cards; the worker is at hand."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from tests.money.world import Till, make_till, now
from tests.support.cards import PretendCards
from tests.support.world import tomorrow_at
from visavis.booking.actions import expire_overdue
from visavis.cards import actions, queries
from visavis.cards.direct import actions as direct
from visavis.cards.direct import looking as direct_looking
from visavis.cards.looking import give_up_overdue, look, look_again
from visavis.cards.provider import AccountStatus
from visavis.cards.refunding import send_refund
from visavis.cards.rules import OfPurchase, OfSession, Payable
from visavis.cards.watching import watch
from visavis.kit.actor import SYSTEM
from visavis.kit.db import Database

# Money without a purpose: what came and is neither a certain session's, nor a purchase's, nor (owed) back.
ASTRAY = """
    select count(*) from card_payment c left join session s on s.id = c.session_id
    left join credit_purchase b on b.id = c.purchase_id left join refund r on r.payment_id = c.id
    where c.outcome is not null and case c.outcome
        when 'returned' then r.amount_minor is distinct from c.amount_minor
        else coalesce(s.status not in ('confirmed', 'in_progress', 'completed', 'no_show', 'cancelled'),
            b.status <> 'paid') end
"""
UNPAID = """
    select count(*) from session s where s.status in ('confirmed', 'in_progress', 'completed', 'no_show')
    and s.policy ->> 'payment' = 'card' and not exists (select from card_payment c where c.session_id = s.id
        and c.outcome = 'settled')
"""

CARD = {"preset": "book_and_pay_by_card", "payment": "card", "approval": "automatic"}

# Money without a purpose: what came and is neither a certain session's, nor a purchase's, nor (owed) back.
ASTRAY = """
    select count(*) from card_payment c left join session s on s.id = c.session_id
    left join credit_purchase b on b.id = c.purchase_id left join refund r on r.payment_id = c.id
    where c.outcome is not null and case c.outcome
        when 'returned' then r.amount_minor is distinct from c.amount_minor
        else coalesce(s.status not in ('confirmed', 'in_progress', 'completed', 'no_show', 'cancelled'),
            b.status <> 'paid') end
"""
UNPAID = """
    select count(*) from session s where s.status in ('confirmed', 'in_progress', 'completed', 'no_show')
    and s.policy ->> 'payment' = 'card' and not exists (select from card_payment c where c.session_id = s.id
        and c.outcome = 'settled')
"""


@dataclass
class Counter:
    """A till with a card provider beside it."""

    till: Till
    worker: Database
    cards: PretendCards = field(default_factory=PretendCards)
    shown: list[str] = field(default_factory=list)  # intents that a page could show, so that they can be paid

    async def awaited(self, price: int = 8000, **policy: Any) -> UUID:
        """A session that the client has booked, and has a quarter of an hour to pay."""
        session = await self.till._made("approved", "client", price, 0, CARD | policy)
        await self.due(session, timedelta(minutes=15))
        return session

    async def connected(self, how: AccountStatus = "ready") -> str:
        """The practitioner's account at the provider, which thinks so of it, and the worker knows."""
        await self.till.owner.execute("update installation set pays_directly = true")
        await direct.begin_account(self.till.db, self.till.practitioner.actor, self.cards, now())
        account: str = await self.till.owner.fetchval("select account_id from card_account")
        self.cards.become(account, how)
        await self.look_at_account()
        return account

    async def look_at_account(self) -> str:
        """What the worker finds."""
        db, whose = self.worker.handle(), self.till.practitioner.id
        await direct_looking.look_at_account(db, SYSTEM, self.cards, whose, now())
        found: str = await self.till.owner.fetchval("select status from card_account")
        return found

    async def due(self, session: UUID, ahead: timedelta) -> None:
        await self.till.owner.execute("update session set due_at = $2 where id = $1", session, now() + ahead)

    async def to_buy(self, price: int = 35000, *, platform: bool = False, many: int = 5) -> UUID:
        """A purchase of credits that is begun."""
        purchase: UUID = await self.till.owner.fetchval(
            """with package as (insert into credit_package (practitioner_id, name, credits, price_minor,
                currency, valid_months) values ($1, 'Some', $2, $3, $4, 12) returning *)
            insert into credit_purchase (client_id, practitioner_id, package_id, name, credits, price_minor,
                currency, valid_months)
            select $5, practitioner_id, id, name, credits, price_minor, currency, valid_months from package
            returning id""",
            None if platform else self.till.practitioner.id, many, price, self.till.currency,
            self.till.client.id,
        )  # fmt: skip
        return purchase

    async def begin(self, payable: Payable | UUID) -> str:
        """The client opens the page; the provider's id of the payment."""
        of = OfSession(payable) if isinstance(payable, UUID) else payable
        begun = await actions.begin(self.till.db, self.till.client.actor, self.cards, of, now())
        self.shown.append(begun.intent.id)
        return begun.intent.id

    async def paid(self, session: UUID | None = None, cost: int | None = None) -> UUID:
        """A session that was paid, and the worker knows."""
        session = session or await self.awaited()
        intent = await self.begin(session)
        assert self.cards.pay(intent, cost)
        await self.look(intent)
        return session

    async def bought(self, **how: Any) -> UUID:
        """Credits that were paid by card."""
        purchase = await self.to_buy(**how)
        intent = await self.begin(OfPurchase(purchase))
        assert self.cards.pay(intent)
        await self.look(intent)
        return purchase

    async def look(self, intent: str, at: datetime | None = None) -> None:
        """What a webhook, or the person's coming back, leads to."""
        db = self.worker.handle()
        async with db.transaction(SYSTEM) as tx:
            payment = await queries.lock_payment.value(tx, intent)
        if payment is not None:
            await look(db, SYSTEM, self.cards, payment, at or now())

    async def look_at_all(self, at: datetime) -> int:
        return await look_again(self.worker.handle(), SYSTEM, self.cards, at)

    async def lapse(self, at: datetime) -> None:
        """What the clock does to sessions that are not paid."""
        await give_up_overdue(self.worker.handle(), SYSTEM, self.cards, at)
        await expire_overdue(self.worker.handle(), SYSTEM, at)

    async def send_refunds(self) -> None:
        db = self.worker.handle()
        async with db.transaction(SYSTEM) as tx:
            owed = await queries.refunds_to_send.values(tx, now() + timedelta(days=1))
        for refund_id in owed:
            await send_refund(db, SYSTEM, self.cards, refund_id, now())

    async def watch(self, at: datetime | None = None) -> None:
        """What went back of every payment, as an event would lead to."""
        for row in await self.till.owner.fetch("select id from card_payment where intent_id is not null"):
            await watch(self.worker.handle(), SYSTEM, self.cards, row["id"], at or now())

    async def status(self, session: UUID) -> str:
        found: str = await self.till.owner.fetchval("select status from session where id = $1", session)
        return found

    async def balances(self) -> dict[str, int]:
        """What is not nothing, by kind; and the books are right."""
        await self.till.balance()
        rows = await self.till.owner.fetch(
            """select kind, sum(balance_minor)::bigint as amount from money_account group by kind
            having sum(balance_minor) <> 0"""
        )
        return {row["kind"]: row["amount"] for row in rows}

    async def told(self, verb: str) -> list[str | None]:
        """Why each try failed that the client's bell tells of, or nothing for each other event of `verb`."""
        rows = await self.till.owner.fetch(
            """select e.details ->> 'failure' as why from notification n
            join audit_event e on e.id = n.event_id
            where n.kind = $1 and n.account_id = $2 order by n.number""",
            verb, self.till.client.id,
        )  # fmt: skip
        return [row["why"] for row in rows]

    async def somebody_takes(self, session: UUID) -> None:
        """Another client has its time now."""
        await self.till.owner.execute(
            """insert into session (practitioner_id, client_id, offering_id, offering_name, created_by,
                status, during, blocked, length_minutes, price_minor, currency, policy)
            select practitioner_id, $2, offering_id, offering_name, 'client', 'approved', during, blocked,
                length_minutes, price_minor, currency, policy from session where id = $1""",
            session, self.till.operator.id,
        )  # fmt: skip


def soon(days: int = 1) -> datetime:
    return tomorrow_at(9, days)


async def make_counter(owner: Any, db: Any, worker: Any, currency: str = "GBP") -> Counter:
    await owner.execute("update installation set takes_cards = true")
    return Counter(till=await make_till(owner, db, currency), worker=worker)
