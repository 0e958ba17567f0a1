"""Pages of money with a million lines in the books, against the same pages with a thousand."""

import asyncio
import hashlib
import statistics
from itertools import repeat
from time import perf_counter

from tests.support.servers import Server

from bench import ledger
from bench.ledger import CROWD, LINES
from bench.load import get, load
from bench.site import PRACTITIONERS, Site, run, settle
from bench.table import Row

_FEW, _MANY = 1_000, 1_000_000
_MONTHS = 24
_PRACTITIONER, _OPERATOR = "earns here", "looks after it"


def measure(site: Site, requests: int) -> list[Row]:
    """p50 of each page, and the ratio; then how long the hourly check takes, and whom it stops."""
    asyncio.run(settle(site, CROWD))
    asyncio.run(_few(site))
    few = _pages(site, requests)
    asyncio.run(_many(site))
    many = _pages(site, requests)
    rows = [
        Row(f"{what}: a million lines ÷ a thousand", many[what] / few[what], 1.2,
            note=f"p50 {many[what]:.2f} ms, {few[what]:.2f} ms through HTTP")
        for what in few
    ]  # fmt: skip
    return rows + asyncio.run(_check(site))


async def _few(site: Site) -> None:
    """One practitioner's two years, and an account for everybody."""
    owner = await site.owner()
    people = [CROWD.practitioner(0), CROWD.client(0)]
    for account, token in zip(people, (_PRACTITIONER, _OPERATOR), strict=True):
        digest = hashlib.sha256(token.encode()).digest()
        await owner.execute(
            """insert into sign_in (account_id, token_hash, expires_at)
            values ($1, $2, now() + interval '1 day')""",
            account, digest,
        )  # fmt: skip
    await owner.execute("update account set is_operator = true where id = $1", CROWD.client(0))
    await owner.execute(
        """insert into money_account (kind, holder_id, currency)
        select case when is_practitioner then 'practitioner' else 'client' end, id, 'GBP' from account"""
    )
    await ledger.add(owner, _FEW // LINES, [CROWD.practitioner(0)], before=0, months=_MONTHS)
    await owner.close()


async def _many(site: Site) -> None:
    """The same practitioner's long past, a tenth of all; and everybody else's."""
    owner = await site.owner()
    rest = (_MANY - _FEW) // LINES
    await ledger.add(owner, rest // 10, [CROWD.practitioner(0)], before=_MONTHS, months=100)
    others = [CROWD.practitioner(number) for number in range(1, PRACTITIONERS)]
    await ledger.add(owner, rest - rest // 10, others, before=0, months=_MONTHS)
    await owner.close()


def _pages(site: Site, requests: int) -> dict[str, float]:
    with site.server(processes=1) as server:
        return run(_each(server, requests))


async def _each(server: Server, requests: int) -> dict[str, float]:
    month = (await _answer(server, get("/practice/earnings", _PRACTITIONER))).partition(
        b"/practice/earnings/2"
    )[2]
    pages = {
        "a practitioner’s earnings": ("/practice/earnings", _PRACTITIONER),
        "a month’s statement": (f"/practice/earnings/2{month[:6].decode()}", _PRACTITIONER),
        "balances through the API": ("/api/earnings", _PRACTITIONER),
        "the operator’s books": ("/operator/money", _OPERATOR),
    }
    return {what: await _p50(server, get(path, who), requests) for what, (path, who) in pages.items()}


async def _answer(server: Server, request: bytes) -> bytes:
    answers: list[bytes] = []
    await load(server.port, 1, iter([request]), lambda answer, _took: answers.append(answer))
    if answers[0][9:12] != b"200":
        raise RuntimeError(answers[0][:2000].decode())
    return answers[0]


async def _p50(server: Server, request: bytes, requests: int) -> float:
    await _answer(server, request)
    took: list[float] = []
    await load(server.port, 1, repeat(request, 30), lambda _answer, _took: None)
    await load(
        server.port, 1, repeat(request, requests), lambda _answer, seconds: took.append(seconds * 1000)
    )
    return statistics.median(took)


async def _check(site: Site) -> list[Row]:
    owner = await site.owner()
    began = perf_counter()
    found = await ledger.faults(owner)
    took = perf_counter() - began
    await owner.close()
    if found:
        raise RuntimeError(str(found))
    return [
        Row("the hourly check of a million lines", took, 60, unit="s", note="read only: it stops no writer")
    ]
