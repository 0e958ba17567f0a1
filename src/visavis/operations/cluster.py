"""PostgreSQL of our own: made, started, shared by processes of one machine, stopped, mended after a crash.

Everything lies in `<home>/postgres`: `data`, `server.log`, `password`, the locks and, when its path is short
enough, the socket. The server outlives whoever started it and is stopped by its last user; users are counted
by a shared lock that the kernel frees, so a killed user never counts.
"""

import hashlib
import os
import shutil
import signal
import time
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

import psutil

from visavis.operations.errors import StartError
from visavis.operations.locks import FileLock, alone
from visavis.operations.postgres import Programs
from visavis.operations.secrets import derived_password, kept_secret

DATABASE = "visavis"
OWNER = "visavis_owner"
SUPERUSER = "postgres"
_SOCKET_LIMIT = 107  # bytes of a Unix socket's path, on Linux; 103 elsewhere
_SOCKET_NAME = ".s.PGSQL.5432"

_SETTINGS = """\
# Written at every start; changes made here are lost.
listen_addresses = ''
unix_socket_directories = '{socket_folder}'
max_connections = 200
shared_buffers = 128MB
max_wal_size = 1GB
log_checkpoints = off
log_timezone = 'UTC'
timezone = 'UTC'
fsync = {durable}
synchronous_commit = {durable}
full_page_writes = {durable}
"""


class Cluster:
    """The embedded server of one home. `durable=False` gives up safety for speed: only for tests."""

    def __init__(self, home: Path, *, durable: bool = True) -> None:
        self.home = home
        self.durable = durable
        self.folder = home / "postgres"
        self.data = self.folder / "data"
        self.log = self.folder / "server.log"
        self._users = FileLock(self.folder / "users.lock")
        self._programs: Programs | None = None

    def start(self) -> None:
        """Make and start the server unless others did, and count as its user until `stop`.

        Raises StartError in one sentence when that fails.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with alone(self.folder / "start.lock"):
            self.programs.own(self.folder)
            if not (self.data / "PG_VERSION").exists():
                self._make()
            self._check_version()
            self._ensure_running()
            self._users.share()

    def stop(self) -> None:
        """Stop counting as a user; the last one stops the server."""
        with alone(self.folder / "start.lock"):
            self._users.free()
            if self._users.take(wait=False):
                self._stop_server()
            self._users.free()

    def revive(self) -> bool:
        """Start the server again when it has died under its users; whether that was so."""
        if self._postmaster() is not None:
            return False
        with alone(self.folder / "start.lock"):
            self._ensure_running()
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

    @property
    def programs(self) -> Programs:
        if self._programs is None:
            self._programs = Programs()
        return self._programs

    @property
    def socket_folder(self) -> Path:
        """The cluster's folder, or one in /tmp when its path is too long for a socket."""
        if len(os.fsencode(self.folder / _SOCKET_NAME)) <= _SOCKET_LIMIT - 4:
            return self.folder
        name = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:16]
        return Path("/tmp") / f"visavis-{name}"  # noqa: S108 - owner and mode are checked before use

    @property
    def _secret(self) -> bytes:
        return kept_secret(self.folder / "password")

    def _make(self) -> None:
        """Make it beside its final place, then rename: a maker killed half-way leaves nothing half-ready."""
        fresh = self.folder / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        self.programs.own(fresh)
        self._initialise(fresh)
        self._make_database(fresh)
        fresh.rename(self.data)

    def _initialise(self, fresh: Path) -> None:
        password_file = self.folder / "initdb.password"
        password_file.touch(mode=0o600)
        password_file.write_text(derived_password(self._secret, SUPERUSER))
        self.programs.own(password_file)
        options = [
            f"--pgdata={fresh}", f"--username={SUPERUSER}", f"--pwfile={password_file}",
            "--auth=scram-sha-256", "--encoding=UTF8", "--data-checksums", "--no-instructions",
            # The built-in order of text never changes under an index, whatever the system's libraries do.
            "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
        ]  # fmt: skip
        try:
            done = self.programs.run(
                "initdb", *options, *([] if self.durable else ["--no-sync"]), cwd=self.folder
            )
        finally:
            password_file.unlink()
        if done.returncode:
            raise StartError(
                f"PostgreSQL could not make its data folder {self.data}: {_last_line(done.stdout)}"
            )

    def _make_database(self, data: Path) -> None:
        """Make owner and database before anybody can connect (single-user mode: one statement per line)."""
        password = derived_password(self._secret, OWNER)
        done = self.programs.run(
            "postgres", "--single", "-D", str(data), "-c", "exit_on_error=on", SUPERUSER,
            cwd=self.folder,
            text=f"create role {OWNER} login createrole password '{password}'\n"
            f"create database {DATABASE} owner {OWNER}\n",
        )  # fmt: skip
        if done.returncode:
            raise StartError(f"The database could not be made: {_last_line(done.stdout)}")

    def _check_version(self) -> None:
        found, ours = (self.data / "PG_VERSION").read_text().strip(), self.programs.major()
        if found != str(ours):
            raise StartError(
                f"The data in {self.data} is of PostgreSQL {found}, the programs are {ours}: "
                "dump with the old version and restore with the new one."
            )

    def _ensure_running(self) -> None:
        postmaster = self._postmaster()
        if postmaster is None:
            self._end_leftovers()
            (self.data / "postmaster.pid").unlink(missing_ok=True)
            self._prepare_socket_folder()
            self._start_server()
        elif not self._ready():
            # Its starter was killed while it recovered.
            self._await_ready(postmaster)

    def _start_server(self) -> None:
        settings = self.data / "postgresql.conf"
        durable = "on" if self.durable else "off"
        settings.write_text(_SETTINGS.format(socket_folder=self.socket_folder, durable=durable))
        # Recovery may take minutes after a crash under load; pg_ctl returns once the server is ready or dead.
        done = self.programs.run(
            "pg_ctl", "start", "-D", str(self.data), "-l", str(self.log), "-w", "-s", "-t", "900",
            cwd=self.folder, seconds=960,
        )  # fmt: skip
        if done.returncode:
            raise StartError(
                f"PostgreSQL did not start: {_last_line(self._logged() or done.stdout)} (see {self.log})"
            )

    def _stop_server(self) -> None:
        if self._postmaster() is None:
            return
        for mode in ("fast", "immediate"):
            done = self.programs.run(
                "pg_ctl",
                "stop",
                "-D",
                str(self.data),
                "-m",
                mode,
                "-w",
                "-s",
                "-t",
                "60",
                cwd=self.folder,
                seconds=90,
            )
            if done.returncode == 0:
                return

    def _logged(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def _processes(self) -> list[psutil.Process]:
        """Server processes of this data folder: each has it as its working folder, whatever its number."""
        return [process for process in psutil.process_iter() if _works_in(process, self.data)]

    def _postmaster(self) -> psutil.Process | None:
        """The running server named in postmaster.pid; None when that number is dead or another process's."""
        number = self._status_lines()[:1]
        if not number or not number[0].strip("-").isdigit():
            return None
        try:
            process = psutil.Process(abs(int(number[0])))
        except psutil.NoSuchProcess:
            return None
        return process if _works_in(process, self.data) else None

    def _ready(self) -> bool:
        return self._status_lines()[7:8] == ["ready"]

    def _status_lines(self) -> list[str]:
        try:
            text = (self.data / "postmaster.pid").read_text()
        except FileNotFoundError:
            return []
        return [line.strip() for line in text.splitlines()]

    def _await_ready(self, postmaster: psutil.Process) -> None:
        deadline = time.monotonic() + 900
        while postmaster.is_running() and time.monotonic() < deadline:
            if self._ready():
                return
            time.sleep(0.1)
        raise StartError(f"PostgreSQL did not become ready: {_last_line(self._logged())} (see {self.log})")

    def _end_leftovers(self) -> None:
        """End backends whose server was killed: a busy one lives on and keeps a new server from starting."""
        for sign in (signal.SIGQUIT, signal.SIGKILL):
            left = self._processes()
            for process in left:
                _signal(process, sign)
            psutil.wait_procs(left, timeout=3)

    def _prepare_socket_folder(self) -> None:
        folder = self.socket_folder
        if folder == self.folder:
            return
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
        if found.st_uid == os.geteuid():
            self.programs.own(folder)
            found = folder.lstat()
        wanted = self.programs.user.pw_uid if self.programs.user else os.geteuid()
        if found.st_uid != wanted or found.st_mode & 0o077 or folder.is_symlink():
            raise StartError(f"{folder} belongs to somebody else; choose a VISAVIS_HOME with a shorter path.")


def _works_in(process: psutil.Process, folder: Path) -> bool:
    try:
        return process.name() == "postgres" and Path(process.cwd()) == folder.resolve()
    except (psutil.NoSuchProcess, psutil.AccessDenied, OSError):
        return False


def _signal(process: psutil.Process, sign: signal.Signals) -> None:
    try:
        process.send_signal(sign)
    except psutil.NoSuchProcess:
        return


def _last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1].strip() if lines else "no reason given"
