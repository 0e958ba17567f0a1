"""A migrated PostgreSQL cluster that is made once in a run; each process of the tests begins with a copy.

To make one and to apply all migrations is two seconds of work.
"""

import asyncio
import shutil
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from tests.support.databases import SECRET_KEY, short_folder
from visavis.operations.cluster import Cluster
from visavis.operations.locks import alone
from visavis.operations.migrate import prepare_database


class MigratedClusters:
    """Copies of the one cluster that all processes of a run keep in `shared`."""

    def __init__(self, shared: Path) -> None:
        self._kept = shared / "migrated-cluster"

    @contextmanager
    def opened(self) -> Iterator[Cluster]:
        """A running cluster, with every migration applied to its database. Not durable."""
        self._ensure()
        with short_folder() as home:
            _copy(self._kept, home / "postgres")
            with Cluster(home, durable=False) as cluster:
                yield cluster

    def remove(self) -> None:
        """At the end of a run: pytest keeps the folders of the last few."""
        shutil.rmtree(self._kept, ignore_errors=True)

    def _ensure(self) -> None:
        """Whoever is first makes it; who is killed meanwhile leaves the lock, and nothing that counts."""
        with alone(self._kept.with_suffix(".lock")):
            if self._kept.exists():
                return
            half_made = self._kept.with_suffix(".new")
            shutil.rmtree(half_made, ignore_errors=True)
            with short_folder() as home:
                with Cluster(home, durable=False) as cluster, ThreadPoolExecutor(1) as beside:
                    # There may be a loop here already.
                    beside.submit(asyncio.run, prepare_database(cluster.url(), SECRET_KEY.encode())).result()
                _copy(home / "postgres", half_made)
            half_made.rename(self._kept)


def _copy(source: Path, target: Path) -> None:
    """With owners and modes: PostgreSQL has a user of its own."""
    subprocess.run(["cp", "-a", source, target], check=True)
