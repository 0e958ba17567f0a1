"""`visavis serve`: database, web processes and worker, kept running until it is told to stop."""

import asyncio
import http.client
import os
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit

import structlog

from visavis.operations.children import Child
from visavis.operations.database import OwnerDatabase, make_home, owner_database
from visavis.operations.errors import StartError
from visavis.operations.locks import FileLock
from visavis.operations.roles import WEB, WORKER, url_for
from visavis.settings import Settings

_log = structlog.get_logger(__name__)

_LOOK_EVERY = 0.25  # seconds
_STOP_WITHIN = 13.0  # seconds; the web processes give open requests 10
_PORT_PATIENCE = 8.0  # seconds; children of a killed supervisor notice and end within these
_READY_PATIENCE = 120.0
_DATABASE_PAUSE = 2.0
_HOPELESS = 3  # restarts before anything ever worked


class Supervisor:
    """Runs until SIGTERM, SIGINT or a closed terminal (SIGHUP); `stopping` is set by them."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.stopping = False
        self.children: list[Child] = []

    def run(self) -> None:
        """Start everything, keep it running, stop it. Raises StartError in one sentence."""
        for sign in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(sign, self._stop)
        make_home(self.settings)
        with ExitStack() as stack:
            if self.settings.database_url is None:
                stack.enter_context(_only_one(self.settings))
            _await_free_port(self.settings)
            database = stack.enter_context(owner_database(self.settings))
            database.prepare()
            _load_demonstration(self.settings, database)
            self.children = _children(self.settings, database)
            stack.callback(self._stop_children)
            self._serve(database)

    def _serve(self, database: OwnerDatabase) -> None:
        for child in self.children:
            child.start()
        told, since = False, time.monotonic()
        while not self.stopping:
            time.sleep(_LOOK_EVERY if told else 0.05)
            if not told and _ready(self.settings):
                told = True
                print(_greeting(self.settings), flush=True)
            if not told:
                self._give_up_when_hopeless(since)
            _keep_database(database)
            for child in self.children:
                child.keep_running()

    def _give_up_when_hopeless(self, since: float) -> None:
        if any(child.restarts > _HOPELESS for child in self.children):
            raise StartError("A process ends as soon as it starts; the lines above say why.")
        if time.monotonic() - since > _READY_PATIENCE:
            raise StartError("The web processes do not answer; the lines above say why.")

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping = True

    def _stop_children(self) -> None:
        for child in self.children:
            child.ask_to_stop()
        deadline = time.monotonic() + _STOP_WITHIN
        for child in self.children:
            child.wait_or_kill(deadline)


@contextmanager
def _only_one(settings: Settings) -> Iterator[None]:
    """Hold the home: one supervisor for one set of data."""
    path = settings.home / "visavis.lock"
    lock = FileLock(path)
    if not lock.take(wait=False):
        raise StartError(f"Visavis already runs on {settings.home}: {_holder(path)}.")
    path.write_text(f"process {os.getpid()}, {settings.public_url}\n")
    try:
        yield
    finally:
        lock.free()


def _holder(path: Path) -> str:
    return path.read_text().strip() or "it is just starting"


def _await_free_port(settings: Settings) -> None:
    """The web processes share their port with whoever asks, so make sure here that nobody else has it."""
    deadline = time.monotonic() + _PORT_PATIENCE
    while (problem := _port_problem(settings)) is not None:
        if time.monotonic() > deadline:
            raise StartError(f"VISAVIS_PORT: cannot listen on {settings.host}:{settings.port}: {problem}.")
        time.sleep(0.2)


def _port_problem(settings: Settings) -> str | None:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((settings.host, settings.port))
    except OSError as error:
        return error.strerror or str(error)
    return None


def _load_demonstration(settings: Settings, database: OwnerDatabase) -> None:
    if settings.demo:
        # Only a demonstration pays for this import.
        asyncio.run(import_module("visavis.operations.demo").load(database.url, settings))


def _children(settings: Settings, database: OwnerDatabase) -> list[Child]:
    """One granian main process and one worker, each knowing only its own role's address."""
    return [
        Child(
            command, os.environ | {"VISAVIS_DATABASE_URL": url_for(database.url, role, settings.secret_key)}
        )
        for command, role in (("web", WEB), ("worker", WORKER))
    ]


def _keep_database(database: OwnerDatabase) -> None:
    if database.cluster is None:
        return
    try:
        if database.cluster.revive():
            _log.warning("the database server had ended and was started again")
    except StartError as error:
        _log.error("the database server does not start; trying again", reason=str(error))
        time.sleep(_DATABASE_PAUSE)


def _greeting(settings: Settings) -> str:
    """Where it is, and what to do first with a demonstration."""
    ready = f"Visavis is ready at {settings.public_url}"
    if not settings.demo:
        return ready
    return f"{ready}\nBe anybody of this demonstration at {settings.public_url}/sign-in. Ctrl+C ends it."


def _ready(settings: Settings) -> bool:
    host = urlsplit(settings.local_url).hostname or "127.0.0.1"
    connection = http.client.HTTPConnection(host, settings.port, timeout=2)
    try:
        connection.request("GET", "/health/ready")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
