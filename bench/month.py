"""A month of free starts through HTTP: the page's fragment and JSON, with two processes on this machine."""

import statistics
from datetime import timedelta
from itertools import repeat
from urllib.parse import urlencode

import psutil
from tests.support.servers import Server

from bench.load import load
from bench.site import Site, run
from bench.slots import fill
from bench.table import Row
from visavis.kit.clock import utc_now

CONNECTIONS = 8
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
    cookie = f"Cookie: visavis={token}\r\n" if token else ""
    request = f"GET {path} HTTP/1.1\r\nHost: x\r\n{cookie}\r\n".encode()
    took: list[float] = []
    sizes: list[int] = []

    def answered(answer: bytes, duration: float) -> None:
        if answer[9:12] != b"200":
            raise RuntimeError(answer[:2000].decode())
        took.append(duration * 1000)
        sizes.append(len(answer))

    await load(server.port, CONNECTIONS, repeat(request, 400), answered)
    rate = len(took) / sum(took) * 1000 * CONNECTIONS
    took.clear()
    before = _cpu(site, server)
    lasted = await load(server.port, CONNECTIONS, repeat(request, int(rate * seconds) + 100), answered)
    spent = {name: after - before[name] for name, after in _cpu(site, server).items()}
    each = ", ".join(f"{name} {cpu / len(took) * 1000:.2f} ms" for name, cpu in spent.items())
    p99 = statistics.quantiles(took, n=100)[98]
    note = f"{sizes[-1] / 1024:.0f} KB, processor time of each: {each}"
    return [
        Row(f"a month of slots, {what}", len(took) / lasted, target, "at least", note, "/s"),
        Row(f"a month of slots, {what}, p99", p99, 40, note=f"{CONNECTIONS} at once", unit="ms"),
    ]


def _cpu(site: Site, server: Server) -> dict[str, float]:
    """Processor seconds spent so far: by the web processes, by the database."""
    postmaster = psutil.Process(int((site.cluster.server.data / "postmaster.pid").read_text().split()[0]))
    database = [postmaster, *postmaster.children(recursive=True)]
    return {"web": _seconds(server.processes()), "database": _seconds(database)}


def _seconds(processes: list[psutil.Process]) -> float:
    times = [each.cpu_times() for each in processes]
    return float(sum(each.user + each.system for each in times))
