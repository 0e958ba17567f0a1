"""Processor time: it hardly depends on what else the machine does, so it tells a cause from noise."""

import os

import psutil
from tests.support.servers import Server

from bench.site import Site
from bench.table import Row


def spent(site: Site, server: Server) -> dict[str, float]:
    """Seconds so far, user and system: of the web processes, of the database, of who asks them (this one)."""
    postmaster = psutil.Process(int((site.cluster.server.data / "postmaster.pid").read_text().split()[0]))
    return {
        "web": _seconds(server.processes()),
        "database": _seconds([postmaster, *postmaster.children(recursive=True)]),
        "load": _seconds([psutil.Process(os.getpid())]),
    }


def row(before: dict[str, float], after: dict[str, float], requests: int) -> Row:
    """What one of the requests took between the two."""
    each = {name: (after[name] - before[name]) / requests * 1000 for name in after}
    note = ", ".join(f"{name} {milliseconds:.2f}" for name, milliseconds in each.items())
    return Row("  its processor time", sum(each.values()), None, note=note, unit="ms")


def _seconds(processes: list[psutil.Process]) -> float:
    times = [process.cpu_times() for process in processes]
    return float(sum(time.user + time.system for time in times))
