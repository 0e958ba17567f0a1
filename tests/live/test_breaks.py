"""What breaks heals: the LISTEN connection, the database, a reader that does not read."""

import asyncio

import asyncpg

from tests.support.databases import SECRET_KEY, connect
from tests.support.servers import Server
from tests.support.streams import LiveStream, cut_listening
from tests.support.world import Somebody, make_person
from visavis.live.actions import end_streams, hint, hint_everyone
from visavis.operations.cluster import Cluster

_PARTS = 16


async def test_a_lost_listen_connection_is_made_again_and_pages_read_again(app, watch, owner):
    person = await make_person(owner)
    stream = await watch(app, person)
    await cut_listening(owner)
    assert await stream.event() == ("resync", {})
    await hint(owner, to=[person.id], about=["dashboard"])
    assert await stream.event() == ("hint", {"about": ["dashboard"]})


async def test_a_restarted_database_is_heard_again(tmp_path, migrated_clusters):
    with migrated_clusters.opened() as cluster:
        site = Server(tmp_path, database_url=cluster.url(), secret_key=SECRET_KEY).start()
        try:
            owner = await connect(cluster.url(role="postgres"))
            person = await make_person(owner)
            async with LiveStream(site.url, person.token) as stream:
                assert await stream.event() == ("ready", {})
                await owner.close()
                await asyncio.to_thread(_restart, cluster)
                assert await stream.event() == ("resync", {})
                owner = await connect(cluster.url(role="postgres"))
                await hint(owner, to=[person.id], about=["dashboard"])
                assert await stream.event() == ("hint", {"about": ["dashboard"]})
                await owner.close()
        finally:
            site.stop()


async def test_a_reader_that_does_not_read_holds_up_nobody(site, watch, site_owner):
    lazy, eager = await make_person(site_owner, "Lazy"), await make_person(site_owner, "Eager")
    async with LiveStream(site.url, lazy.token, receive_buffer=2048) as stuck:
        assert stuck.status == 200
        quick = [await watch(site, eager) for _tab in range(8)]  # of both processes, all but surely
        await hint(site_owner, to=[lazy.id, eager.id], about=["dashboard"])
        await _all_hear(quick)
        memory = _memory(site)
        for part in range(_PARTS):
            await _fill(site_owner, lazy, part)
            await hint(site_owner, to=[eager.id], about=["dashboard"])
            await _all_hear(quick)  # past all of it: what is on its way to a process is nothing that is kept
        assert _memory(site) - memory < 5_000_000  # of 12 MB
        names = [(await stuck.event())[0]]
        while names[-1] != "resync":  # what did not fit is one "read everything again"
            names.append((await stuck.event())[0])
        assert len(names) < 2000


async def test_who_does_not_read_is_cut_off_when_the_sign_in_ends(site, site_owner):
    person = await make_person(site_owner)
    async with LiveStream(site.url, person.token, receive_buffer=2048) as stuck:
        for part in range(_PARTS):
            await _fill(site_owner, person, part)
        await end_streams(site_owner, [person.sign_in_id])
        await hint(site_owner, to=[person.id], about=["session:secret"])
        await asyncio.sleep(2.5)  # two seconds for last words, then it is cut
        told = [token for data in await stuck.rest() for token in data.get("about", ())]
        assert told
        assert "session:secret" not in told


async def test_many_waiting_hints_become_one_resync_and_duplicates_one_hint(app, watch, owner):
    person = await make_person(owner)
    stream = await watch(app, person)
    async with owner.transaction():
        for _ in range(500):
            await hint(owner, to=[person.id], about=["dashboard"])
    assert await stream.event() == ("hint", {"about": ["dashboard"]})
    await hint_everyone(owner, about=["end"])
    events = 0
    while (await stream.event())[1] != {"about": ["end"]}:
        events += 1
    assert events <= 2


async def _all_hear(streams: list[LiveStream]) -> None:
    for each in streams:
        assert await each.event() == ("hint", {"about": ["dashboard"]})


async def _fill(owner: asyncpg.Connection, person: Somebody, part: int) -> None:
    """One part of 12 MB for who does not read."""
    for number in range(part * 100, part * 100 + 100):
        await hint(owner, to=[person.id], about=[f"session:{number}-{nth:0>60}" for nth in range(95)])


def _memory(site: Server) -> int:
    """Not what is unshared: that also grows when a process first writes to what it shares with another."""
    return sum(process.memory_info().rss for process in site.processes())


def _restart(cluster: Cluster) -> None:
    cluster.stop()
    cluster.start()
