"""A page that was just read does not read again, but where something may have changed in between."""

import re
from typing import Any

import pytest

from tests.support.apps import visitor
from tests.support.streams import AppStream, cut_listening
from tests.support.waiting import eventually
from tests.support.world import Somebody, make_person
from visavis.live import memory
from visavis.live.actions import hint, hint_everyone

NOTHING = ("ready", {"missed": False})
PERHAPS: tuple[str, dict[str, Any]] = ("ready", {})


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """These databases live once: pages need not wait to be told from those of an earlier life."""
    monkeypatch.setattr(memory, "_APART", 0)


@pytest.fixture
async def ada(app: Any, owner: Any) -> Somebody:
    await _is_certain(app)
    return await make_person(owner, "Ada")


async def page_of(app: Any, somebody: Somebody) -> str:
    """What a page of theirs knows, read now."""
    async with visitor(app, "http://127.0.0.1:8000") as browser:
        page = await somebody.sign_in(browser).get("/account")
    return str(re.search(r' data-known="([^"]+)"', page.text)[1])  # type: ignore[index]


async def ready(app: Any, somebody: Somebody, known: str) -> tuple[str, Any]:
    """How the stream of a page begins."""
    async with AppStream(app, somebody.token, known=known) as stream:
        return await stream.event()


async def test_nothing_is_read_again_where_nothing_changed(app, ada):
    assert await ready(app, ada, await page_of(app, ada)) == NOTHING


async def test_what_changed_between_the_page_and_its_stream_is_read(app, owner, ada):
    known = await page_of(app, ada)
    await hint(owner, to=[ada.id], about=["dashboard"])
    await delivered(app, owner)
    assert await ready(app, ada, known) == PERHAPS
    assert await ready(app, ada, await page_of(app, ada)) == NOTHING


async def test_what_was_written_before_and_committed_after_the_page_is_read(app, owner, ada):
    change = owner.transaction()
    await change.start()
    await hint(owner, to=[ada.id], about=["dashboard"])
    known = await page_of(app, ada)
    assert await ready(app, ada, known) == NOTHING  # its hint will come through the stream
    await change.commit()
    await delivered(app, owner)
    assert await ready(app, ada, known) == PERHAPS
    assert await ready(app, ada, await page_of(app, ada)) == NOTHING


async def test_a_public_change_concerns_everyone_and_anothers_nobody(app, owner, ada):
    ben = await make_person(owner, "Ben")
    known = await page_of(app, ada)
    await hint(owner, to=[ben.id], about=["dashboard"])
    await delivered(app, owner)
    assert await ready(app, ada, known) == NOTHING
    await hint(owner, to=[ben.id], about=["dashboard"], public=["slots:1"])
    await delivered(app, owner)
    assert await ready(app, ada, known) == PERHAPS
    known = await page_of(app, ada)
    await hint_everyone(owner, about=["slots:2"])
    await delivered(app, owner)
    assert await ready(app, ada, known) == PERHAPS


async def test_who_does_not_say_what_they_know_reads_again_and_learns_nothing_of_others(app, owner, ada):
    ben = await make_person(owner, "Ben")
    known = await page_of(app, ada)
    own = await page_of(app, ben)
    assert await ready(app, ben, own) == NOTHING
    for words in ("", known, own[:-4], own[::-1], "1e9 99999999", "*", "%00", "Zm9v"):
        assert await ready(app, ben, words) == PERHAPS
    assert not re.fullmatch(r"[\d\W]+", known)  # no number to count our transactions by
    assert await page_of(app, ada) != known


async def test_a_page_of_before_a_break_reads_again(app, owner, ada):
    known = await page_of(app, ada)
    async with AppStream(app, ada.token, known=known) as stream:
        assert await stream.event() == NOTHING
        await cut_listening(owner)
        assert await stream.event() == ("resync", {})
    await _is_certain(app)
    assert await ready(app, ada, known) == PERHAPS
    assert await ready(app, ada, await page_of(app, ada)) == NOTHING


async def test_words_without_a_number_are_a_change_for_everyone_until_the_next_beat(app, owner, ada):
    known = await page_of(app, ada)
    async with AppStream(app, ada.token, known=known) as stream:
        assert await stream.event() == NOTHING
        await owner.execute("select pg_notify('visavis', $1)", f'{{"to": ["{ada.id}"], "about": ["y"]}}')
        assert await stream.event() == ("hint", {"about": ["y"]})
    assert await ready(app, ada, await page_of(app, ada)) == PERHAPS
    await app.state.live.heartbeat(owner)
    assert await ready(app, ada, known) == PERHAPS
    assert await ready(app, ada, await page_of(app, ada)) == NOTHING


async def test_a_page_of_an_earlier_life_of_the_database_reads_again(app, ada, monkeypatch):
    monkeypatch.setattr(memory, "_APART", 3600)
    assert await ready(app, ada, await page_of(app, ada)) == PERHAPS


async def delivered(app: Any, owner: Any) -> None:
    """Whatever was committed before has been heard: notifications come in the order of the commits."""
    watcher = await make_person(owner, "Watcher")
    async with AppStream(app, watcher.token) as stream:
        await stream.event()
        await hint(owner, to=[watcher.id], about=["delivered"])
        assert await stream.event() == ("hint", {"about": ["delivered"]})


async def _is_certain(app: Any) -> None:

    async def certain() -> bool:
        return app.state.live.hears and not app.state.live.memory.uncertain

    await eventually(certain)
