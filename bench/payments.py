"""What the books cost: sessions that are paid by credits as they are booked, worth something and nothing."""

import asyncio
import json
import statistics
from collections.abc import Iterator
from itertools import count

from tests.support.servers import Server

from bench.bookings import request
from bench.load import load
from bench.site import Crowd, Site, run, settle
from bench.table import Row

BOUGHT, GIVEN = Crowd("7"), Crowd("8")
_AT_ONCE = (1, 8, 40)
_ROUNDS = 3

# Credits that were given are worth nothing, so that nothing is booked: the same work without the ledger.
_GIVEN = """
    with lot as (insert into credit_lot (client_id, source, name, credits, expires_at)
        select id, 'granted', 'A gift', 1000, 'infinity' from account where id::text like $1 returning *)
    insert into credit_entry (lot_id, client_id, delta, reason, at)
    select id, client_id, credits, 'granted', now() from lot
"""
_BOUGHT = """
    with package as (insert into credit_package (name, credits, price_minor, currency, valid_months)
        values ('A thousand', 1000, 1000000, 'GBP', 12) returning *),
    purchase as (insert into credit_purchase (client_id, package_id, name, credits, price_minor, currency,
            valid_months, status)
        select a.id, p.id, p.name, p.credits, p.price_minor, p.currency, p.valid_months, 'paid'
        from account a, package p where a.id::text like $1 returning *),
    lot as (insert into credit_lot (client_id, source, name, credits, expires_at, purchase_id)
        select client_id, 'bought', name, credits, 'infinity', id from purchase returning *)
    insert into credit_entry (lot_id, client_id, delta, reason, at)
    select id, client_id, credits, 'bought', now() from lot
"""
_WORTH = """
    with posting as (insert into money_posting (cause, cause_id, step, currency, month, at)
        select 'purchase', id, 'bought', 'GBP', date_trunc('month', now()), now() from credit_purchase
        returning id, cause_id),
    account as (insert into money_account (kind, holder_id, currency)
        select 'client', client_id, 'GBP' from credit_purchase
        union all select 'bank', null, 'GBP' returning id, kind, holder_id)
    insert into money_line (posting_id, account_id, currency, part, amount_minor, lot_id)
    select p.id, a.id, 'GBP', 'paid', 1000000, l.id
    from credit_lot l join posting p on p.cause_id = l.purchase_id join account a on a.holder_id = l.client_id
    union all select p.id, a.id, 'GBP', 'received', -1000000, null
    from posting p join account a on a.kind = 'bank'
"""


def measure(site: Site, seconds: float) -> list[Row]:
    """Payments a second, and their part of the same without the books."""
    for crowd in (BOUGHT, GIVEN):
        asyncio.run(settle(site, crowd))
    asyncio.run(_credits(site))
    with site.server(processes=2) as server:
        numbers = {crowd: count() for crowd in (BOUGHT, GIVEN)}
        for crowd in (BOUGHT, GIVEN):
            run(_book(server, crowd, numbers[crowd], 8, 2))  # warm
        rows = [_compare(server, numbers, at_once, seconds) for at_once in _AT_ONCE]
    asyncio.run(_right(site))
    return rows


async def _credits(site: Site) -> None:
    owner = await site.owner()
    await owner.execute(
        """update offering
        set policy = policy || '{"payment": "credits", "credits": 1, "approval": "automatic"}'"""
    )
    await owner.execute(_GIVEN, GIVEN.pattern("c") + "%")
    await owner.execute(_BOUGHT, BOUGHT.pattern("c") + "%")
    await owner.execute(_WORTH)
    await owner.execute("vacuum analyze")
    await owner.close()


def _compare(server: Server, numbers: dict[Crowd, Iterator[int]], at_once: int, seconds: float) -> Row:
    rates: dict[Crowd, list[float]] = {BOUGHT: [], GIVEN: []}
    for _round in range(_ROUNDS):
        for crowd, found in rates.items():
            found.append(run(_book(server, crowd, numbers[crowd], at_once, seconds / _ROUNDS)))
    bought, given = statistics.median(rates[BOUGHT]), statistics.median(rates[GIVEN])
    note = f"{bought:.0f}/s ÷ {given:.0f}/s"
    return Row(
        f"booked and paid ÷ without the books, {at_once} at once", bought / given, 0.5, "at least", note
    )


async def _book(server: Server, crowd: Crowd, numbers: Iterator[int], at_once: int, seconds: float) -> float:
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds
    made = 0

    def requests() -> Iterator[bytes]:
        while loop.time() < until:
            yield request(server, crowd, next(numbers))

    def answered(answer: bytes, _took: float) -> None:
        nonlocal made
        if answer[9:12] != b"201" or json.loads(answer.partition(b"\r\n\r\n")[2])["status"] != "confirmed":
            raise RuntimeError(answer.decode())
        made += 1

    took = await load(server.port, at_once, requests(), answered)
    return made / took


async def _right(site: Site) -> None:
    owner = await site.owner()
    found = await owner.fetch("select fault, many from money_faults()")
    await owner.close()
    if found:
        raise RuntimeError(str(found))
