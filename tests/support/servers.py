"""Real `visavis` processes on a free port, started, killed and restarted by tests."""

import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlsplit

import psutil

_READY_WITHIN = 90.0  # seconds; a machine that does much else at once is slow, not wrong
_GONE_WITHIN = 30.0
_MAY_DIE_AFTER = 6.0  # a main process whose copies die again sooner gives up
_PORTS = range(11_000, 32_000)  # browsers refuse 10,080
_WHICH = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))  # process of the tests this is
_OF = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))


def free_port() -> int:
    """A port nobody listens on now.

    It is none that the system gives to whoever connects, and none that another process of the tests finds:
    web processes share their port, so two servers that had found the same one would both answer on it.
    """
    for _try in range(1000):
        port = random.randrange(_PORTS.start + _WHICH, _PORTS.stop, _OF)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError(f"no port is free in {_PORTS}")


def await_true(
    what: Callable[[], bool], *, within: float = _READY_WITHIN, why: str = "it did not happen"
) -> float:
    """Wait until `what()` is true; how many seconds that took."""
    began = time.monotonic()
    while not what():
        if time.monotonic() - began > within:
            raise AssertionError(f"{why} within {within} s")
        time.sleep(0.02)
    return time.monotonic() - began


def slowness() -> float:
    """How much longer things may take than on a quiet machine: others work, too, and processors are slower.

    What a limit is there to find, a poll or a patience that ran out, takes longer still.
    """
    return 4 * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def environment(**settings: object) -> dict[str, str]:
    """The environment of a child: ours, with `VISAVIS_<NAME>` for each setting that is not None."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("VISAVIS_")}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)  # dozens of processes would each compile the whole program
    return kept | {
        f"VISAVIS_{name.upper()}": str(value) for name, value in settings.items() if value is not None
    }


def visavis(*arguments: str, output: Path | None = None, **settings: object) -> subprocess.Popen[str]:
    """Start `visavis <arguments>`; with `output`, everything it says is appended there."""
    with output.open("a") if output else open(os.devnull, "w") as said:
        return subprocess.Popen(
            [sys.executable, "-m", "visavis", *arguments],
            env=environment(**settings),
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            text=True,
        )


def alive(process: psutil.Process) -> bool:
    """Whether it still does something; a killed process waits as a zombie until its parent looks."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def kill(process: psutil.Process) -> None:
    """SIGKILL, unless it has gone already."""
    try:
        process.kill()
    except psutil.NoSuchProcess:
        return


def web_processes(above: psutil.Process) -> list[psutil.Process]:
    """Those that answer, of this process or below it: copies of their main process, with its very command."""
    found = {each.pid: each for each in [above, *above.children(recursive=True)] if runs(each, "visavis web")}
    return [each for each in found.values() if each.ppid() in found]


def runs(process: psutil.Process, command: str) -> bool:
    """Whether it lives, with `command` in its command."""
    try:
        return alive(process) and command in " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return False


def answers(url: str, status: int = 200) -> bool:
    """Whether a GET is answered with `status`: asked so often that it has to be cheap."""
    parts = urlsplit(url)
    connection = HTTPConnection(parts.netloc, timeout=2)
    try:
        connection.request("GET", parts.path)
        return connection.getresponse().status == status
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


class Server:
    """Web processes (and, when asked for, a worker) on one database."""

    def __init__(self, home: Path, *, processes: int = 1, worker: bool = False, **settings: object) -> None:
        self.home = home
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = home / f"server-{self.port}.log"
        self._settings = {"home": home, "port": self.port, "web_processes": processes} | settings
        self._commands = ["web", "worker"] if worker else ["web"]
        self.running: list[subprocess.Popen[str]] = []
        self._anew_at = -_MAY_DIE_AFTER

    def start(self) -> "Server":
        """Start and wait until it answers."""
        self.running = [visavis(command, output=self.log, **self._settings) for command in self._commands]
        try:
            await_true(
                lambda: self._alive() and answers(self.url + "/health/ready"), why="the server was not ready"
            )
        except AssertionError as error:
            self.kill()
            raise AssertionError(f"{error}\n{self.log.read_text()[-4000:]}") from None
        return self

    def start_worker(self) -> None:
        """Start only the process that does jobs."""
        self.running = [visavis("worker", output=self.log, **self._settings)]

    def stop(self) -> None:
        """SIGTERM, and wait; none is left behind, whatever comes of it."""
        for process in self.running:
            process.terminate()
        try:
            for process in self.running:
                process.wait(_GONE_WITHIN)
        finally:
            self.kill()

    def kill(self) -> None:
        """SIGKILL to every process at once, as when the machine fails."""
        for process in self.processes():
            kill(process)
        for parent in self.running:
            parent.wait(_GONE_WITHIN)
        self.running = []

    def begin_anew(self) -> None:
        """SIGKILL to every process that answers: others come in their place, and know of nothing.

        As after a restart, but the main process, which knows of nobody, need not make the application again.
        """
        time.sleep(max(0.0, self._anew_at + _MAY_DIE_AFTER - time.monotonic()))
        main = psutil.Process(self.running[0].pid)
        lost = set(web_processes(main))
        for each in lost:
            kill(each)
        await_true(lambda: len({*web_processes(main)} - lost) == len(lost), why="no others came")
        self._anew_at = time.monotonic()
        await_true(lambda: self._alive() and answers(self.url + "/health/ready"), why="they are not ready")

    def processes(self) -> list[psutil.Process]:
        """Every process of this server, the web workers among them."""
        parents = [psutil.Process(each.pid) for each in self.running if each.poll() is None]
        found = [process for parent in parents for process in [parent, *parent.children(recursive=True)]]
        return [process for process in found if alive(process)]

    def _alive(self) -> bool:
        ended = [process.args for process in self.running if process.poll() is not None]
        if ended:
            raise AssertionError(f"ended at once: {ended}")
        return True
