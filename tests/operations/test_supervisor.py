"""`visavis serve` as a whole: real processes, killed in every way."""

import os
import re
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import asyncpg
import httpx
import psutil
import pytest

from tests.support.databases import SECRET_KEY, FreshDatabase, short_folder
from tests.support.servers import (
    alive,
    answers,
    await_true,
    free_port,
    kill,
    runs,
    slowness,
    visavis,
    web_processes,
)
from visavis.operations import supervisor
from visavis.operations.cluster import Cluster
from visavis.operations.errors import StartError
from visavis.settings import Settings


class Serve:
    """One home with at most one `visavis serve`."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = home / "out.log"
        self.process: subprocess.Popen[str] | None = None
        self._heard = 0

    @property
    def said(self) -> str:
        """Since it was started last."""
        return self.log.read_bytes()[self._heard :].decode()

    def start(self, **more: object) -> "Serve":
        self._heard = self.log.stat().st_size if self.log.exists() else 0
        settings = {"home": self.home / "data", "port": self.port, "web_processes": 1} | more
        self.process = visavis("serve", output=self.log, **settings)
        return self

    def wait_ready(self) -> None:
        try:
            await_true(lambda: self._alive() and answers(self.url + "/health/ready"), why="not ready")
        except AssertionError as error:
            raise AssertionError(f"{error}: {self.said}") from None

    def _alive(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, "it ended"
        return True

    def children(self, command: str = "") -> list[psutil.Process]:
        assert self.process is not None
        found = psutil.Process(self.process.pid).children(recursive=True)
        return [each for each in found if runs(each, command)]

    def web_processes(self) -> list[psutil.Process]:
        assert self.process is not None
        return web_processes(psutil.Process(self.process.pid))

    def database_processes(self) -> list[psutil.Process]:
        return Cluster(self.home / "data").server.processes()

    def terminate(self, sign: signal.Signals = signal.SIGTERM) -> int:
        assert self.process is not None
        self.process.send_signal(sign)
        return self.process.wait(60)

    def kill_all(self) -> None:
        """As when the machine loses power: nobody gets a last word."""
        if self.process is None or self.process.poll() is not None:
            return
        for each in [*self.children(), *self.database_processes(), psutil.Process(self.process.pid)]:
            kill(each)
        self.process.wait(30)


@pytest.fixture
def serve() -> Iterator[Serve]:
    with short_folder() as folder:
        one = Serve(folder)
        yield one
        one.kill_all()


def test_taken_port_is_said(serve: Serve, own_signals: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "_PORT_PATIENCE", 0)
    with socket.socket() as other:
        other.bind(("127.0.0.1", serve.port))
        other.listen()
        with pytest.raises(StartError, match=r"VISAVIS_PORT: cannot listen on .* in use"):
            supervisor.Supervisor(Settings(home=serve.home / "data", port=serve.port)).run()


async def test_it_outlives_the_death_of_each_part_of_all_and_of_the_one_who_looks_after_them(
    serve: Serve, own_signals: None
) -> None:
    """One home in one life: each start is seconds of work."""
    serve.start(web_processes=2).wait_ready()
    _is_copied_with_nothing_in_hand(serve)
    _comes_back_with_its_database(serve)
    _is_replaced(serve, serve.web_processes)
    for command in ("visavis web", "visavis worker"):
        _is_replaced(serve, partial(serve.children, command))
    await _keeps_what_was_committed(serve)
    _hands_over(serve)
    _says_who_holds_the_data(serve)
    async with httpx.AsyncClient(base_url=serve.url, timeout=60, verify=False) as client:
        await client.get("/health/live")  # a connection that stays open holds up nothing
        assert _stops_cleanly(serve, signal.SIGHUP) < 5 * slowness()


def _is_copied_with_nothing_in_hand(serve: Serve) -> None:
    """The main process of the web looks after its parent and its copies, and knows nobody else."""
    main = psutil.Process(serve.web_processes()[0].ppid())
    assert main.num_threads() == 2 + len(serve.web_processes())
    assert main.net_connections("all") == []


def _comes_back_with_its_database(serve: Serve) -> None:
    """Within three seconds."""
    killed = serve.database_processes()
    for each in killed:
        kill(each)
    gap = await_true(lambda: answers(serve.url + "/health/ready") and not any(map(alive, killed)))
    assert gap < 3 * slowness(), f"{gap:.1f} s\n{serve.said}"


def _is_replaced(serve: Serve, find: Callable[[], list[psutil.Process]]) -> None:
    """The first of them, when it is killed."""
    await_true(lambda: bool(find()))
    killed = find()[0]
    kill(killed)
    await_true(
        lambda: any(each.pid != killed.pid for each in find()),
        why=f"{killed} was not replaced",
    )
    await_true(lambda: answers(serve.url + "/health/ready"))


async def _keeps_what_was_committed(serve: Serve) -> None:
    """When everything is killed, and started again."""
    connection = await asyncpg.connect(Cluster(serve.home / "data").url())
    await connection.execute("create table kept (id int); insert into kept select generate_series(1, 100)")
    serve.kill_all()
    connection.terminate()
    serve.start().wait_ready()
    connection = await asyncpg.connect(Cluster(serve.home / "data").url())
    assert await connection.fetchval("select count(*) from kept") == 100
    await connection.close()


def _hands_over(serve: Serve) -> None:
    """The children of a killed supervisor end, and the next start takes over."""
    assert serve.process is not None
    orphans = serve.children()
    serve.process.kill()
    serve.process.wait(30)
    serve.start()
    await_true(lambda: not any(map(alive, orphans)), why="orphans live on")  # it may be they who answer
    serve.wait_ready()


def _says_who_holds_the_data(serve: Serve) -> None:
    """To a second start, which changes nothing; what becomes of its sentence is test_cli's."""
    assert serve.process is not None
    holder = re.escape(f"process {serve.process.pid}, {serve.url}")
    with pytest.raises(StartError, match=rf"^Visavis already runs on {serve.home}/data: {holder}\.$"):
        supervisor.Supervisor(Settings(home=serve.home / "data", port=free_port())).run()
    assert answers(serve.url + "/health/ready")


def _stops_cleanly(serve: Serve, sign: signal.Signals) -> float:
    """It said where it is, and leaves nothing behind; how many seconds the end took."""
    await_true(lambda: f"Visavis is ready at {serve.url}" in serve.said, within=30)
    children = serve.children()
    began = os.times().elapsed
    assert serve.terminate(sign) == 0
    took = os.times().elapsed - began
    assert not [each for each in children if alive(each)]
    assert not serve.database_processes()
    assert not answers(serve.url + "/health/live")
    assert "Traceback" not in serve.said
    return took


@pytest.fixture
def both(tmp_path: Path) -> Iterator[list[Serve]]:
    """Two homes, and nothing left running, whatever a test found."""
    made = [Serve(tmp_path / name) for name in ("one", "two")]
    for each in made:
        each.home.mkdir()
    yield made
    for each in made:
        each.kill_all()


def test_several_share_a_database_of_ones_own(both: list[Serve], database: FreshDatabase) -> None:
    given = {"database_url": database.owner_url, "secret_key": SECRET_KEY, "web_processes": 1}
    for each in both:
        each.start(**given)
    for each in both:
        each.wait_ready()
        assert not (each.home / "data" / "postgres").exists()
        owner_address = database.owner_url.split("@")[0]
        assert not any(owner_address in str(child.environ()) for child in each.children())
    for each, sign in zip(both, (signal.SIGINT, signal.SIGTERM), strict=True):
        _stops_cleanly(each, sign)
