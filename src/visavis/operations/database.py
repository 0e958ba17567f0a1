"""Where the database is: the server of VISAVIS_DATABASE_URL, or one of our own under the home."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager

from visavis.operations.cluster import Cluster
from visavis.operations.errors import StartError
from visavis.operations.migrate import prepare_database
from visavis.settings import Settings


class OwnerDatabase:
    """The database as its owner reaches it, and our own cluster when it lies in one."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.cluster = None if settings.database_url else Cluster(settings.home)

    @property
    def url(self) -> str:
        """The owner's address."""
        return self.cluster.url() if self.cluster else str(self.settings.database_url)

    def prepare(self) -> list[str]:
        """Make roles, apply migrations; the names of what was applied."""
        return asyncio.run(prepare_database(self.url, self.settings.secret_key))


@contextmanager
def owner_database(settings: Settings) -> Iterator[OwnerDatabase]:
    """The database, reachable as long as the block runs."""
    make_home(settings)
    database = OwnerDatabase(settings)
    if database.cluster is None:
        yield database
        return
    with database.cluster:
        yield database


def make_home(settings: Settings) -> None:
    """Make the folder of all data, for nobody else to list. Raises StartError when that cannot be."""
    try:
        settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StartError(f"VISAVIS_HOME: {settings.home} cannot be made: {error.strerror}.") from error
    if not os.access(settings.home, os.W_OK | os.X_OK):
        raise StartError(f"VISAVIS_HOME: {settings.home} cannot be written by this user.")
