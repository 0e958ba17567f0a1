"""A full dashboard of either side: how long it takes, and how many statements it is made of."""

import asyncio
import statistics
from itertools import repeat

from tests.support.servers import Server

from bench import capture, processor
from bench.load import get, load
from bench.site import Crowd, Site, run, settle
from bench.table import Row

CROWD = Crowd("e")
_SESSIONS = """
    insert into session (practitioner_id, client_id, offering_id, offering_name, created_by, status, during,
        blocked, length_minutes, price_minor, currency, policy, due_at)
    select $1, $2, $3, 'Talking session', 'client', status, d, d, 60, 8000, 'GBP', $4,
        case when status in ('pending_approval', 'approved') then now() + interval '1 day' end
    from (values ('pending_approval', 1), ('approved', 2), ('payment_submitted', 3), ('confirmed', 4),
            ('completed', -5), ('completed', -6), ('declined', -7), ('cancelled', -8)) state (status, day),
        generate_series(0, 3) n,
        lateral (select tstzrange(at, at + interval '1 hour') as d
            from (select date_trunc('day', now()) + make_interval(days => day, hours => 8 + 2 * n) as at) x) y
"""


def measure(site: Site, requests: int) -> list[Row]:
    """Both dashboards, 16 open and 16 past sessions on each."""
    asyncio.run(settle(site, CROWD))
    asyncio.run(_fill(site))
    rows: list[Row] = []
    with site.server(processes=1) as server:
        for side in ("client", "practitioner"):
            rows += run(_look(site, server, side, requests))
    return rows


async def _fill(site: Site) -> None:
    owner = await site.owner()
    policy = await owner.fetchval("select policy from offering limit 1")
    people = CROWD.practitioner(0), CROWD.client(0), CROWD.offering(0)
    await owner.execute(_SESSIONS, *people, policy)
    await owner.execute(
        """insert into sign_in (account_id, token_hash, expires_at)
        values ($1, sha256(convert_to('the practitioner', 'UTF8')), now() + interval '1 day')""",
        CROWD.practitioner(0),
    )
    await owner.execute("vacuum analyze session")
    await owner.close()


async def _look(site: Site, server: Server, side: str, requests: int) -> list[Row]:
    token = CROWD.token(0) if side == "client" else "the practitioner"
    request = get(f"/dashboard/{side}", token)
    took: list[float] = []
    sizes: list[int] = []

    def answered(answer: bytes, seconds: float) -> None:
        if answer[9:12] != b"200":
            raise RuntimeError(answer[:2000].decode())
        took.append(seconds * 1000)
        sizes.append(len(answer))

    await load(server.port, 1, repeat(request, 30), answered)
    took.clear()
    before = processor.spent(site, server)
    await load(server.port, 1, repeat(request, requests), answered)
    after = processor.spent(site, server)
    statements = await _statements(site, server, request, answered)
    p50, p99 = statistics.median(took), statistics.quantiles(took, n=100)[98]
    note = f"through HTTP, p99 {p99:.1f} ms, {sizes[-1] / 1024:.0f} KB, 32 sessions"
    what = f"dashboard of a {side}"
    return [
        Row(f"{what}, p50", p50, 10, note=note, unit="ms"),
        processor.row(before, after, requests),
        Row(f"{what}, statements", len(statements), 8, note="sign-in and transaction included"),
    ]


async def _statements(site: Site, server: Server, request: bytes, answered: object) -> list[capture.Seen]:
    owner = await site.owner()
    await capture.begin(owner)
    await asyncio.sleep(0.5)
    offset = site.cluster.server.log.stat().st_size
    await load(server.port, 1, iter([request]), answered)  # type: ignore[arg-type]
    await asyncio.sleep(0.5)
    await capture.end(owner)
    await owner.close()
    return capture.read(site.cluster.server.log, offset)
