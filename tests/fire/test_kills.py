"""kill -9 of web, worker and database under a booking load: what was acknowledged is there, once.

Once each here; the whole trial is `VISAVIS_FIRE_ROUNDS=20 bin/test tests/fire -s`.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import psutil

from tests.credits.world import check_ledger
from tests.fire.storm import Storm, brew, pay_by_credits
from tests.support.databases import SECRET_KEY, connect, short_folder
from tests.support.lifecycle import transitions
from tests.support.servers import alive, answers, await_true, free_port, kill, runs, visavis, web_processes
from tests.support.trials import asked
from tests.support.waiting import eventually
from visavis.operations.cluster import DATABASE, SUPERUSER, Cluster

ROUNDS = asked("VISAVIS_FIRE_ROUNDS")
TARGETS = ("web", "worker", "database")


async def test_what_was_acknowledged_survives_every_kill() -> None:
    with _served() as (home, url, supervisor):
        owner = await connect(Cluster(home).url(DATABASE, SUPERUSER))
        storm = await brew(owner, url)
        await pay_by_credits(owner, storm.practices[0])
        await owner.close()
        raging = asyncio.create_task(storm.rage())
        gaps = []
        try:
            for target in TARGETS * ROUNDS:
                await _more(storm, raging)
                gaps.append(await asyncio.to_thread(_strike, target, home, url, supervisor))
            await _more(storm, raging)
        finally:
            storm.stopping = True
            await raging
        longest = max(gaps[TARGETS.index("database") :: len(TARGETS)])
        print(
            f"\n{len(gaps)} kills, {len(storm.booked)} sessions acknowledged, {storm.refused} refused, "
            f"{storm.retried} requests sent again; longest gap after a killed database {longest:.1f} s"
        )
        owner = await connect(Cluster(home).url(DATABASE, SUPERUSER))
        await _check(owner, storm)
        await owner.close()


async def _more(storm: Storm, raging: "asyncio.Task[None]") -> None:
    """Wait until each practice had an approval since now, wherever the others are."""
    enough = len(storm.approved) + 2 * len(storm.practices)
    await eventually(lambda: len(storm.approved) >= enough or raging.done(), within=60)


@contextmanager
def _served() -> Iterator[tuple[Path, str, psutil.Process]]:
    """The whole of `visavis serve` on a durable database of its own."""
    with short_folder() as home:
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        process = visavis(
            "serve", output=home / "log", home=home, port=port, web_processes=2, secret_key=SECRET_KEY
        )
        try:
            await_true(lambda: answers(url + "/health/ready"))
            yield home, url, psutil.Process(process.pid)
        finally:
            process.terminate()
            process.wait(60)


def _strike(target: str, home: Path, url: str, supervisor: psutil.Process) -> float:
    """Kill one part while others work; the seconds until Visavis answers again."""
    victim = _victim(target, home, supervisor)
    kill(victim)
    await_true(lambda: not alive(victim))
    gap = await_true(lambda: answers(url + "/health/ready"))
    _worker(supervisor)
    return gap


def _victim(target: str, home: Path, supervisor: psutil.Process) -> psutil.Process:
    if target == "database":
        return psutil.Process(int((home / "postgres/data/postmaster.pid").read_text().split()[0]))
    if target == "worker":
        return _worker(supervisor)
    return _one(lambda: web_processes(supervisor))


def _worker(supervisor: psutil.Process) -> psutil.Process:
    return _one(lambda: [each for each in supervisor.children() if runs(each, "visavis worker")])


def _one(find: Callable[[], list[psutil.Process]]) -> psutil.Process:
    """The last of what is found, as soon as there is one."""
    living: list[psutil.Process] = []

    def found() -> bool:
        living[:] = find()
        return bool(living)

    await_true(found, why="no such process")
    return living[-1]


async def _check(owner: asyncpg.Connection, storm: Storm) -> None:
    """Every acknowledged change is there, none twice, and every life follows the table."""
    sessions = {row["id"]: row["status"] for row in await owner.fetch("select id, status from session")}
    assert set(sessions) == storm.booked
    certain = {session for session, status in sessions.items() if status in ("approved", "confirmed")}
    assert certain == storm.approved >= storm.paid
    await check_ledger(owner)  # and no approval took its credit without being one, or the reverse
    spent = await owner.fetchval("select count(*) from credit_entry where reason = 'session'")
    paid = {row[0] for row in await owner.fetch("select cause_id from money_posting where step = 'paid'")}
    assert paid == storm.paid  # booked once each, as the key of the table says
    assert await owner.fetch("select fault from money_faults()") == []
    assert spent == sum(status == "confirmed" for status in sessions.values()) - len(paid) > 0
    overlaps = await owner.fetchval(
        """select count(*) from session a join session b on a.id < b.id and a.during && b.during
            and (a.practitioner_id = b.practitioner_id or a.client_id = b.client_id)"""
    )
    assert overlaps == 0
    events = await owner.fetch(
        "select subject_id, verb, details from audit_event where subject_type = 'session' order by id"
    )
    assert len(events) == len(storm.booked) + len(storm.approved) + len(storm.paid)
    allowed = {(before.value, after.value) for before, after in transitions()}
    steps = [event["details"] for event in events if event["verb"] != "book"]
    assert all((step["from"], step["to"]) in allowed for step in steps)
