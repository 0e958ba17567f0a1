"""A process that is killed (-9) at any await of what moves money leaves all, or nothing; then it is done
once.

To the database, such a process is a connection that ends: here before each statement is sent, and after it.
"""

import asyncio
from collections.abc import Awaitable, Callable
from itertools import count
from typing import Any
from uuid import uuid4

import asyncpg

from tests.money.world import Till, now
from visavis.booking import actions
from visavis.credits import refunding
from visavis.kit.db import Database, Db
from visavis.kit.errors import ConflictError, UnavailableError
from visavis.money import operating
from visavis.money.late import answer_transfer
from visavis.money.refunds import send_refund
from visavis.payments.actions import take_cash, verify_payment

Act = Callable[[Db], Awaitable[Any]]
_SAID = frozenset({"execute", "executemany", "fetch", "fetchrow", "fetchval"})


class Mortal:
    """The pool of a process that dies at its statement number `last`, before or after that is `sent`."""

    def __init__(self, pool: asyncpg.Pool, last: int, *, sent: bool) -> None:
        self.pool, self.left, self.sent = pool, last, sent
        self.connection: Any = None
        self.pid = 0
        self.at_once = False  # whether the last one goes in one message, as BEGIN and COMMIT do

    async def acquire(self, timeout: float) -> "Mortal":  # noqa: ASYNC109 -- as pools have it
        self.connection = await self.pool.acquire(timeout=timeout)
        self.pid = self.connection.get_server_pid()
        return self

    async def release(self, _: "Mortal") -> None:
        await self.pool.release(self.connection)

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.connection, name)
        return self._said(found) if name in _SAID else found

    def _said(self, say: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def said(*args: Any) -> Any:
            self.left -= 1
            if self.left:
                return await say(*args)
            self.at_once = say.__name__ == "execute" and len(args) == 1
            if self.sent:
                asking = asyncio.ensure_future(say(*args))
                await asyncio.sleep(0)  # it is on its way
                self.connection.terminate()
                await asyncio.wait([asking], timeout=30)
                asking.cancel()
            else:
                self.connection.terminate()
            raise ConnectionResetError("killed")

        return said

    async def buried(self, owner: asyncpg.Connection) -> None:
        """Wait until the database knows."""
        for _ in range(3000):
            if not await owner.fetchval("select true from pg_stat_activity where pid = $1", self.pid):
                return
            await asyncio.sleep(0.01)
        raise AssertionError("it lives on for 30 s")


async def dies_everywhere(till: Till, pool: asyncpg.Pool, act: Act) -> int:
    """At each statement in turn, until it lives, or had been done when it died; how many there are.

    Anything but BEGIN, COMMIT and their like is prepared first: sent or not, it is not done by then.
    """
    for number in count(1):
        for sent in (False, True):
            process = Mortal(pool, number, sent=sent)
            try:
                await act(Db(process))  # type: ignore[arg-type]
            except UnavailableError:
                await process.buried(till.owner)
                assert await till.balance() is not None  # which looks for faults
                if not process.at_once:
                    break
            except ConflictError:
                return number
            else:
                return number
    raise AssertionError


async def test_nothing_is_half_done_whenever_a_process_is_killed(till: Till, db: Database) -> None:
    who, pool = till.practitioner.actor, db.pool
    transfer, cash, late = await till.to_verify(), await till.to_pay(), await till.to_verify()
    await till.cancel(late, till.client)
    lot = await till.bought(platform=True)
    purchase = await till.owner.fetchval("select purchase_id from credit_lot where id = $1", lot)
    credits_ = await till.to_approve()
    form = uuid4()
    acts: list[Act] = [
        lambda db: verify_payment(db, who, transfer, now()),
        lambda db: take_cash(db, who, cash, "cash", "", now()),
        lambda db: actions.cancel(db, till.client.actor, transfer, "I am ill", now()),
        lambda db: send_refund(db, who, transfer, "", now()),
        lambda db: answer_transfer(db, who, late, True, now()),
        lambda db: actions.approve(db, till.client.actor, credits_, now()),
        lambda db: refunding.take_back(db, till.chief, purchase, 4, now()),
        lambda db: refunding.send_refund(db, till.chief, purchase, "", now()),
    ]
    for act in acts:
        assert await dies_everywhere(till, pool, act) > 3
    await till.over(credits_)
    await dies_everywhere(
        till, pool, lambda db: operating.make_payouts(db, till.chief, form, "GBP", 0, now())
    )
    [payout] = await till.run(form=form)
    settle = operating.settle_payout
    await dies_everywhere(till, pool, lambda db: settle(db, till.chief, payout, "paid", "", now()))
    steps = await till.owner.fetch("select cause, step, count(*) from money_posting group by 1, 2")
    assert {(row[0], row[1]): row[2] for row in steps} == {
        ("session", "paid"): 4, ("session", "refund"): 2, ("session", "refunded"): 1,
        ("purchase", "bought"): 1, ("purchase", "refund"): 1, ("purchase", "refunded"): 1,
        ("payout", "begun"): 1, ("payout", "paid_out"): 1,
    }  # fmt: skip
    assert await till.balance() == 0
