"""PostgreSQL of our own: made, started, shared by processes of one machine, stopped, mended after a crash.

Everything lies in `<home>/postgres`: `data`, `server.log`, `password`, the locks and, when its path is short
enough, the socket. The server outlives whoever started it and is stopped by its last user; users are counted
by a shared lock that the kernel frees, so a killed user never counts.
"""

import hashlib
import os
from functools import cached_property
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

from visavis.operations.locks import FileLock, alone
from visavis.operations.pgdata import DATABASE, OWNER, SUPERUSER, check_version, make_data
from visavis.operations.pgserver import SOCKET_NAME, Server
from visavis.operations.postgres import Programs
from visavis.operations.secrets import derived_password, kept_secret

__all__ = ["DATABASE", "OWNER", "SUPERUSER", "Cluster"]

_SOCKET_LIMIT = 103  # bytes of a Unix socket's path; Linux allows 107, others less


class Cluster:
    """The embedded server of one home. `durable=False` gives up safety for speed: only for tests."""

    def __init__(self, home: Path, *, durable: bool = True) -> None:
        self.durable = durable
        self.folder = home.absolute() / "postgres"
        self._users = FileLock(self.folder / "users.lock")

    def start(self) -> None:
        """Make and start the server unless others did, and count as its user until `stop`.

        Raises StartError in one sentence when that fails.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with alone(self.folder / "start.lock"):
            programs, data = self.server.programs, self.server.data
            programs.own(self.folder)
            if not (data / "PG_VERSION").exists():
                make_data(programs, data, self._secret, durable=self.durable)
            check_version(programs, data)
            self.server.ensure_running()
            self._users.share()

    def stop(self) -> None:
        """Stop counting as a user; the last one stops the server."""
        with alone(self.folder / "start.lock"):
            self._users.free()
            if self._users.take(wait=False):
                self.server.stop()
            self._users.free()

    def revive(self) -> bool:
        """Start the server again when it has died under its users; whether that was so."""
        if self.server.running():
            return False
        with alone(self.folder / "start.lock"):
            self.server.ensure_running()
        return True

    def __enter__(self) -> "Cluster":
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def url(self, database: str = DATABASE, role: str = OWNER) -> str:
        """The address of a database, through the socket, as OWNER or SUPERUSER."""
        password = derived_password(self._secret, role)
        return f"postgresql://{role}:{password}@/{database}?host={quote(str(self.socket_folder), safe='')}"

    @cached_property
    def server(self) -> Server:
        return Server(Programs(), self.folder / "data", self.socket_folder, durable=self.durable)

    @cached_property
    def socket_folder(self) -> Path:
        """The cluster's folder, or one in /tmp when its path is too long for a socket."""
        if len(os.fsencode(self.folder / SOCKET_NAME)) <= _SOCKET_LIMIT:
            return self.folder
        name = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:16]
        return Path("/tmp") / f"visavis-{name}"  # noqa: S108 - owner and mode are checked before use

    @cached_property
    def _secret(self) -> bytes:
        return kept_secret(self.folder / "password")
