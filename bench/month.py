"""A month of free starts through HTTP: the page's fragment and JSON, with two processes on this machine."""

import statistics
from datetime import timedelta
from itertools import repeat
from urllib.parse import urlencode

from tests.support.servers import Server

from bench import processor
from bench.load import get, load
from bench.site import Site, run
from bench.slots import fill
from bench.table import Row
from visavis.kit.clock import utc_now

CONNECTIONS, ROUNDS = 8, 5
MONTH = timedelta(days=30)


def measure(site: Site, seconds: float) -> list[Row]:
    """Requests a second, and how long the slowest of a hundred take."""
    practitioner, looks, offering = run(_people(site))
    query = {"offering": offering, "length": 50}
    page = f"/practitioners/{practitioner}/book/slots?{urlencode(query)}"
    now = utc_now()
    asked = {"from": f"{now:%FT%TZ}", "to": f"{now + MONTH:%FT%TZ}", "length": 50, "offering_id": offering}
    program = f"/api/practitioners/{practitioner}/slots?{urlencode(asked)}"
    rows: list[Row] = []
    with site.server(processes=2) as server:
        for what, path, token, target in (
            ("the page's fragment, signed in", page, looks, 500),
            ("JSON, which needs no key", program, "", 1000),
            ("JSON, signed in", program, looks, None),
        ):
            rows += run(_look(site, server, what, path, token, target, seconds))
    return rows


async def _people(site: Site) -> tuple[str, str, str]:
    owner = await site.owner()
    practitioner, looks, offering = await fill(owner, 1000)
    await owner.close()
    return str(practitioner.id), looks.token, str(offering)


async def _look(
    site: Site, server: Server, what: str, path: str, token: str, target: int | None, seconds: float
) -> list[Row]:
    request = get(path, token)
    took: list[float] = []
    sizes: list[int] = []

    def answered(answer: bytes, duration: float) -> None:
        if answer[9:12] != b"200":
            raise RuntimeError(answer[:2000].decode())
        took.append(duration * 1000)
        sizes.append(len(answer))

    warm = await load(server.port, CONNECTIONS, repeat(request, 400), answered)
    took.clear()
    count = int(400 / warm * seconds / ROUNDS) + 100
    before = processor.spent(site, server)
    rates = [
        count / await load(server.port, CONNECTIONS, repeat(request, count), answered) for _ in range(ROUNDS)
    ]
    after = processor.spent(site, server)
    p99 = statistics.quantiles(took, n=100)[98]
    note = f"{sizes[-1] / 1024:.0f} KB, {min(rates):.0f} to {max(rates):.0f} in {ROUNDS} rounds"
    return [
        Row(f"a month of slots, {what}", statistics.median(rates), target, "at least", note, "/s"),
        Row(f"a month of slots, {what}, p99", p99, 40, note=f"{CONNECTIONS} at once", unit="ms"),
        processor.row(before, after, len(took)),
    ]
