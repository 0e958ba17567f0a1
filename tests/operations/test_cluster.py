"""The embedded server: shared, stopped by its last user, mended after every kind of kill."""

import multiprocessing
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg
import psutil
import pytest

from tests.support.databases import short_folder
from tests.support.servers import alive, await_true, kill
from visavis.operations.cluster import SUPERUSER, Cluster
from visavis.operations.errors import StartError

HOLDER = """
    import sys, time
    from pathlib import Path
    from visavis.operations.cluster import Cluster
    with Cluster(Path(sys.argv[1])):
        print("holding", flush=True)
        sys.stdin.readline()
"""

WANTED = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "data_checksums": "on",
    "server_encoding": "UTF8",
    "listen_addresses": "",
    "password_encryption": "scram-sha-256",
}


@pytest.fixture(scope="module")
def ready_made() -> Iterator[Path]:
    """A home whose cluster has been made and stopped."""
    with short_folder() as folder:
        with Cluster(folder):
            pass
        yield folder


@pytest.fixture
def home(ready_made: Path) -> Iterator[Path]:
    with short_folder() as folder:
        subprocess.run(["cp", "-a", f"{ready_made}/.", str(folder)], check=True)
        yield folder
        for process in servers_of(folder):
            kill(process)


@pytest.fixture
def new_home() -> Iterator[Path]:
    with short_folder() as folder:
        yield folder


def servers_of(home: Path) -> list[psutil.Process]:
    """Every server process that works in this home's data."""
    return Cluster(home).server.processes()


def hold(home: Path) -> subprocess.Popen[str]:
    """Another process that uses the same cluster until it is told to end."""
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(HOLDER), str(home)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "holding\n"
    return process


def let_go(process: subprocess.Popen[str]) -> None:
    process.communicate("\n", timeout=30)
    assert process.returncode == 0


async def run(cluster: Cluster, sql: str, role: str = SUPERUSER) -> object:
    connection = await asyncpg.connect(cluster.url(role=role))
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


async def test_new_cluster_is_durable_and_closed(home: Path) -> None:
    with Cluster(home) as cluster:
        for setting, wanted in WANTED.items():
            assert await run(cluster, f"show {setting}") == wanted
        stranger = cluster.url().replace(":", ":x", 2).replace("postgresql:x", "postgresql:")
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(stranger)
    assert (cluster.folder / "password").stat().st_mode & 0o777 == 0o600
    assert cluster.server.data.stat().st_mode & 0o777 == 0o700
    assert not servers_of(home)


async def test_two_processes_share_one_server(home: Path) -> None:
    other = hold(home)
    cluster = Cluster(home)
    cluster.start()
    server = await run(cluster, "select pg_postmaster_start_time()")
    let_go(other)
    assert await run(cluster, "select pg_postmaster_start_time()") == server
    cluster.stop()
    assert not servers_of(home)


def test_killed_user_does_not_count(home: Path) -> None:
    other = hold(home)
    other.kill()
    other.communicate(timeout=30)
    with Cluster(home):
        assert servers_of(home)
    assert not servers_of(home)


async def test_two_at_once_make_one_cluster(new_home: Path) -> None:
    both = [hold(new_home) for _ in range(2)]
    assert len([each for each in servers_of(new_home) if "-D" in each.cmdline()]) == 1
    for each in both:
        let_go(each)
    assert not servers_of(new_home)


def kill_everything(home: Path) -> None:
    killed = servers_of(home)
    for process in killed:
        kill(process)
    # Who is told to die may look alive a moment longer, on a machine that does much else.
    await_true(lambda: not any(map(alive, killed)), within=30)


def kill_postmaster_and_leave_a_busy_backend(home: Path) -> None:
    # A stopped backend cannot notice that its server died, like one deep in a computation.
    processes = servers_of(home)
    backend = next(each for each in processes if "visavis [local]" in " ".join(each.cmdline()))
    backend.send_signal(signal.SIGSTOP)
    postmaster = next(each for each in processes if "-D" in each.cmdline())
    postmaster.kill()
    await_true(lambda: not alive(postmaster), within=30)


def kill_everything_and_reuse_the_number(home: Path) -> None:
    kill_everything(home)
    file = Cluster(home).server.data / "postmaster.pid"
    lines = file.read_text().splitlines()
    # After a reboot the number in the file may be anybody's: here it is ours.
    file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")


@pytest.mark.parametrize(
    "disaster",
    [kill_everything, kill_postmaster_and_leave_a_busy_backend, kill_everything_and_reuse_the_number],
)
async def test_recovers_with_every_commit(home: Path, disaster: Callable[[Path], None]) -> None:
    first = Cluster(home)
    first.start()
    connection = await asyncpg.connect(first.url())
    await connection.execute("create table kept (id int); insert into kept select generate_series(1, 1000)")
    disaster(home)
    connection.terminate()
    first._users.free()
    with Cluster(home) as cluster:
        assert await run(cluster, "select count(*) from kept", "visavis_owner") == 1000
    assert not servers_of(home)


async def test_revives_a_server_that_died_under_its_users(home: Path) -> None:
    with Cluster(home) as cluster:
        assert not cluster.revive()
        kill_everything(home)
        await_true(cluster.revive, within=30)
        assert await run(cluster, "select 1") == 1


def test_long_log_is_set_aside(home: Path) -> None:
    log = home / "postgres" / "server.log"
    with log.open("r+b") as file:
        file.truncate(10_000_001)
    with Cluster(home):
        assert log.stat().st_size < 10_000
    assert log.with_name("server.log.1").exists()


def test_half_made_cluster_is_made_again(new_home: Path) -> None:
    (new_home / "postgres" / "data.new").mkdir(parents=True)
    (new_home / "postgres" / "data.new" / "PG_VERSION").write_text("18\n")
    with Cluster(new_home):
        assert servers_of(new_home)


def test_other_major_version_is_refused(new_home: Path) -> None:
    data = new_home / "postgres" / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("17\n")
    with pytest.raises(StartError, match="is of PostgreSQL 17, the programs are 18"):
        Cluster(new_home).start()


async def test_long_path_gets_a_short_socket(home: Path) -> None:
    long = home / ("long" * 20) / ("path" * 20)
    with Cluster(long) as cluster:
        assert await run(cluster, "select 1") == 1
        assert cluster.socket_folder.parent == Path("/tmp")
        assert cluster.socket_folder.stat().st_mode & 0o077 == 0
    assert not cluster.socket_folder.exists()


def test_anothers_socket_folder_is_refused(home: Path) -> None:
    long = home / ("long" * 20) / ("path" * 20)
    folder = Cluster(long).socket_folder
    folder.mkdir()
    folder.chmod(0o777)
    try:
        with pytest.raises(StartError, match="belongs to somebody else"):
            Cluster(long).start()
    finally:
        folder.rmdir()


@pytest.mark.skipif(os.geteuid() != 0, reason="every other test here runs as an ordinary user already")
def test_ordinary_user(new_home: Path) -> None:
    new_home.chmod(0o777)
    context = multiprocessing.get_context("fork")
    child = context.Process(target=_as_nobody, args=(new_home / "of-nobody",))
    child.start()
    child.join(60)
    assert child.exitcode == 0


def _as_nobody(home: Path) -> None:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
    with Cluster(home) as cluster:
        await_true(lambda: bool(servers_of(home)), within=30)
        assert cluster.server.data.stat().st_uid == 65534
    assert not servers_of(home)
