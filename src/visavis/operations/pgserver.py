"""The server process of a data folder: found, started, stopped, and cleared away after it was killed."""

import os
import shutil
import signal
import socket
import time
from pathlib import Path

import psutil

from visavis.operations.errors import StartError
from visavis.operations.postgres import Programs, reason

SOCKET_NAME = ".s.PGSQL.5432"
_START_WITHIN = 900  # seconds; recovery after a crash under load may take minutes
_STOP_WITHIN = 60
_LONG_LOG = 10_000_000  # bytes; then a start begins a new one and keeps one old

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


class Server:
    """The PostgreSQL server of `data`. Callers hold the lock of starting and stopping."""

    def __init__(self, programs: Programs, data: Path, socket_folder: Path, *, durable: bool) -> None:
        self.programs = programs
        self.data = data
        self.log = data.with_name("server.log")
        self.socket_folder = socket_folder
        self.durable = durable

    def running(self) -> bool:
        """Whether it runs, perhaps still recovering; also when another container started it here."""
        return self._postmaster() is not None or self._answers()

    def ensure_running(self) -> None:
        """Start it unless it runs, after clearing away what a killed one left. Raises StartError."""
        postmaster = self._postmaster()
        if postmaster is not None:
            self._await_ready(postmaster)
        elif not self._answers():
            self._clear_away()
            self._prepare_socket_folder()
            self._start()

    def stop(self) -> None:
        """Stop it, rolling back what is open."""
        if self._postmaster() is None:
            return
        for mode in ("fast", "immediate"):
            done = self.programs.run(
                "pg_ctl", "stop", "-D", str(self.data), "-m", mode, "-w", "-s", "-t", str(_STOP_WITHIN),
                cwd=self.data.parent, seconds=_STOP_WITHIN + 30,
            )  # fmt: skip
            if done.returncode == 0:
                break
        if self.socket_folder != self.data.parent:
            shutil.rmtree(self.socket_folder, ignore_errors=True)

    def processes(self) -> list[psutil.Process]:
        """Its processes: each has the data folder as its working folder, whatever its number."""
        return [process for process in psutil.process_iter() if _works_in(process, self.data)]

    def _start(self) -> None:
        if self.log.exists() and self.log.stat().st_size > _LONG_LOG:
            self.log.replace(self.log.with_suffix(".log.1"))
        settings = self.data / "postgresql.conf"
        durable = "on" if self.durable else "off"
        settings.write_text(_SETTINGS.format(socket_folder=self.socket_folder, durable=durable))
        # pg_ctl returns as soon as the server is ready or dead.
        done = self.programs.run(
            "pg_ctl", "start", "-D", str(self.data), "-l", str(self.log), "-w", "-s",
            "-t", str(_START_WITHIN), cwd=self.data.parent, seconds=_START_WITHIN + 60,
        )  # fmt: skip
        if done.returncode:
            raise StartError(f"PostgreSQL did not start: {self._why(done.stdout)}")

    def _await_ready(self, postmaster: psutil.Process) -> None:
        """Usually it is ready; not when its starter was killed while it recovered."""
        deadline = time.monotonic() + _START_WITHIN
        while self._status_lines()[7:8] != ["ready"]:
            if not postmaster.is_running() or time.monotonic() > deadline:
                raise StartError(f"PostgreSQL did not become ready: {self._why()}")
            time.sleep(0.1)

    def _postmaster(self) -> psutil.Process | None:
        """The process named in postmaster.pid; None when that number is dead or somebody else's now."""
        number = self._status_lines()[:1]
        if not number or not number[0].isdigit():
            return None
        try:
            process = psutil.Process(int(number[0]))
        except psutil.NoSuchProcess:
            return None
        return process if _works_in(process, self.data) else None

    def _status_lines(self) -> list[str]:
        try:
            text = (self.data / "postmaster.pid").read_text()
        except FileNotFoundError:
            return []
        return [line.strip() for line in text.splitlines()]

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(str(self.socket_folder / SOCKET_NAME))
            except OSError:
                return False
        return True

    def _clear_away(self) -> None:
        """End backends whose server was killed: a busy one lives on and keeps a new one from starting."""
        for sign in (signal.SIGQUIT, signal.SIGKILL):
            left = self.processes()
            for process in left:
                _signal(process, sign)
            psutil.wait_procs(left, timeout=1)
        # Their numbers may be zombies' or a stranger's now, which PostgreSQL would take for a running server.
        for stale in (self.data / "postmaster.pid", self.socket_folder / f"{SOCKET_NAME}.lock"):
            stale.unlink(missing_ok=True)

    def _prepare_socket_folder(self) -> None:
        folder = self.socket_folder
        if folder == self.data.parent:
            return
        folder.mkdir(mode=0o700, exist_ok=True)
        if folder.lstat().st_uid == os.geteuid() and not folder.is_symlink():
            self.programs.own(folder)
        found = folder.lstat()
        wanted = self.programs.user.pw_uid if self.programs.user else os.geteuid()
        if found.st_uid != wanted or found.st_mode & 0o077 or folder.is_symlink():
            raise StartError(f"{folder} belongs to somebody else; choose a VISAVIS_HOME with a shorter path.")

    def _why(self, said: str = "") -> str:
        logged = self.log.read_text(errors="replace") if self.log.exists() else ""
        return f"{reason(logged or said)} (see {self.log})"


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
