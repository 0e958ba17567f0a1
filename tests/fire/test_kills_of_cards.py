"""kill -9 of everything between Stripe's answer and the commit, and after it: real processes, and a Stripe
that lives on. Everything settles by itself, and nobody is charged, or paid back, twice.

A gate in the database holds what an answer leads to, just before it is written: the moment is no luck.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.cards.world import Counter, make_counter
from tests.support.servers import Server
from tests.support.stripes import Stripes
from tests.support.tabs import Tab
from tests.support.waiting import eventually
from visavis.kit.db import Database

_GATE = 4242
_WITHIN = 90  # seconds; machines are slow
_SILENT = """
    update jobs.pgqueuer set heartbeat = heartbeat - interval '15 seconds' where status = 'picked'
"""
_BUILD_GATE = f"""
    create function gate() returns trigger language plpgsql as $$
    begin
        perform pg_advisory_xact_lock_shared({_GATE});
        return new;
    end $$;
    create trigger gate before update on card_payment for each row execute function gate();
    create trigger gate before update on refund for each row execute function gate();
"""
_HELD = f"select count(*) from pg_locks where locktype = 'advisory' and objid = {_GATE} and not granted"


@asynccontextmanager
async def closed_gate(owner: Any) -> AsyncIterator[Callable[[int], Any]]:
    """Nothing is written while this lasts; what comes waits until so many are held."""
    await owner.execute(f"select pg_advisory_lock({_GATE})")

    async def held(many: int) -> None:
        async def enough() -> bool:
            return await owner.fetchval(_HELD) >= many  # type: ignore[no-any-return]

        await eventually(enough, within=_WITHIN)

    try:
        yield held
    finally:
        await owner.execute(f"select pg_advisory_unlock({_GATE})")


class Shop:
    """Emma and Dr. Johnson, over HTTP."""

    def __init__(self, counter: Counter, server: Server, stripes: Stripes) -> None:
        self.counter, self.server, self.stripes = counter, server, stripes
        self.owner = counter.till.owner

    @asynccontextmanager
    async def tab(self, who: str = "client") -> AsyncIterator[Tab]:
        async with httpx.AsyncClient(base_url=self.server.url, timeout=60, verify=False) as client:
            yield Tab(getattr(self.counter.till, who), client)

    async def work_again(self) -> None:
        """A quarter of a minute after a kill: then what a killed worker had in hand is taken up by another.

        Nobody asks for a page: all has to settle by itself.
        """
        await self.owner.execute(_SILENT)
        self.server.start_worker()

    async def press(self, session: UUID) -> str:
        """*Pay*: the secret of the one payment."""
        async with self.tab() as emma:
            answer = await emma.post(f"/sessions/{session}/card/attempt", accept="application/json")
        assert answer.status_code == 200, answer.text
        return str(answer.json()["secret"])

    async def come_back(self, session: UUID) -> None:
        async with self.tab() as emma:
            assert (await emma.post(f"/sessions/{session}/card/look")).status_code == 204

    async def call_off(self, session: UUID) -> None:
        async with self.tab("practitioner") as sarah:
            typed = {"reason": "I am ill"}
            assert (await sarah.post(f"/sessions/{session}/cancellation", typed)).status_code == 303

    async def await_status(self, session: UUID, status: str) -> None:
        async def is_so() -> bool:
            return await self.counter.status(session) == status

        await eventually(is_so, within=_WITHIN)

    async def await_refund(self, session: UUID) -> None:
        async def sent() -> bool:
            found = "select sent_at is not null from refund where session_id = $1"
            return bool(await self.owner.fetchval(found, session))

        await eventually(sent, within=_WITHIN)

    async def charges(self) -> list[tuple[UUID, int, int]]:
        """Of every session: what Stripe has charged, and sent back, in all intents that name its payment."""
        intents = (await self.stripes.get("/v1/payment_intents?limit=100"))["data"]
        found = []
        for row in await self.owner.fetch("select id, session_id from card_payment order by begun_at"):
            of = [each for each in intents if each["metadata"].get("payment") == str(row["id"])]
            assert len(of) == 1, "one intent for a payment"
            charge = of[0]["latest_charge"]
            charge_id = charge if isinstance(charge, str) else charge["id"]
            seen = await self.stripes.get(f"/v1/charges/{charge_id}")
            found.append((row["session_id"], seen["amount"], seen["amount_refunded"]))
        return found


@pytest.fixture
async def shop(owner: Any, db: Database, stripes: Stripes, server: Callable[..., Server]) -> Shop:
    await owner.execute(_BUILD_GATE)
    started = server(worker=True, **stripes.settings)
    return Shop(await make_counter(owner, db, None), started, stripes)


async def test_killed_between_the_answer_and_the_commit_and_after_it(shop: Shop) -> None:
    first, second = await shop.counter.awaited(), await shop.counter.awaited(price=5000)
    async with closed_gate(shop.owner) as held:
        pressing = asyncio.create_task(shop.press(first))
        await held(1)  # Stripe has made the intent, and nobody has written it down
        shop.server.kill()
        with pytest.raises(httpx.HTTPError):
            await pressing
    shop.server.start()
    await shop.stripes.pay(await shop.press(second))
    await shop.come_back(second)
    await shop.await_status(second, "confirmed")
    await shop.stripes.pay(await shop.press(first))
    async with closed_gate(shop.owner) as held:
        await shop.come_back(first)
        await shop.call_off(second)
        await held(2)  # Stripe has said that one is paid, and has sent the other one back
        shop.server.kill()
    assert await shop.counter.status(first) == "approved"
    await shop.work_again()
    await shop.await_status(first, "confirmed")
    shop.server.kill()  # after the commit, whatever else was in hand
    await shop.work_again()
    await shop.await_refund(second)
    assert sorted(await shop.charges()) == sorted([(first, 8000, 0), (second, 5000, 5000)])
    assert await shop.counter.balances() == {"practitioner": 5600, "platform": 2400, "provider": -8000}
    booked = await shop.owner.fetch("select cause_id, step from money_posting where step <> 'cost'")
    assert sorted((row["cause_id"], row["step"]) for row in booked) == sorted(
        [(first, "paid"), (second, "paid"), (second, "refund"), (second, "refunded")]
    )
