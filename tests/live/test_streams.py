"""Hints reach the people named and nobody else; streams end when their sign-in does."""

import asyncio
import re
import time
from secrets import token_urlsafe
from uuid import uuid4

import httpx

from tests.support.servers import slowness
from tests.support.streams import AppStream, cut_listening
from tests.support.world import make_person
from visavis.accounts.authentication import digest
from visavis.live import hub
from visavis.live.actions import end_streams, hint, hint_everyone
from visavis.live.streams import MOST_STREAMS


async def test_a_hint_reaches_the_named_person_in_every_tab_and_nobody_else(app, watch, owner):
    ada, ben = await make_person(owner, "Ada"), await make_person(owner, "Ben")
    adas, adas_phone, bens = [await watch(app, one) for one in (ada, ada, ben)]
    await hint(owner, to=[ada.id], about=["session:1", "dashboard"])
    assert await adas.event() == ("hint", {"about": ["dashboard", "session:1"]})
    assert await adas_phone.event() == ("hint", {"about": ["dashboard", "session:1"]})
    assert await bens.silence()


async def test_a_public_change_reaches_everyone_and_many_at_once_arrive_merged(app, watch, owner):
    person = await make_person(owner)
    stream = await watch(app, person)
    began = time.monotonic()
    for number in range(20):
        await hint_everyone(owner, about=[f"slots:{number}"])
    seen: set[str] = set()
    events = 0
    while len(seen) < 20:
        name, data = await stream.event()
        assert name == "hint"
        seen.update(data["about"])
        events += 1
    assert events <= 3 + (time.monotonic() - began) / hub._EVERYONE_EVERY


async def test_a_hint_of_a_change_that_is_taken_back_is_never_sent(app, watch, owner):
    person = await make_person(owner)
    stream = await watch(app, person)
    change = owner.transaction()
    await change.start()
    await hint(owner, to=[person.id], about=["dashboard"])
    await change.rollback()
    assert await stream.silence()


async def test_words_that_are_no_hint_harm_nothing(app, watch, owner):
    person = await make_person(owner)
    stream = await watch(app, person)
    for payload in ("", "{", "[]", '{"to": 1}', '{"about": ["x"]}', "{}"):
        await owner.execute("select pg_notify('visavis', $1)", payload)
    await hint(owner, to=[person.id], about=["dashboard"])
    assert (await stream.event())[0] == "hint"


async def test_nobody_gets_a_stream_without_a_sign_in(app, owner):
    async with AppStream(app) as stream:
        assert stream.status == 401
    async with AppStream(app, "wrong") as stream:
        assert stream.status == 401
    async with AppStream(app, key="wrong") as stream:
        assert stream.status == 401


async def test_an_api_key_opens_a_stream_and_its_end_closes_it(app, watch, owner):
    person = await make_person(owner)
    key = token_urlsafe(32)
    await owner.execute(
        "insert into api_key (account_id, name, hint, token_hash) values ($1, 'mine', 'x', $2)",
        person.id, digest(key),
    )  # fmt: skip
    async with AppStream(app, key=key) as stream:
        assert stream.status == 200
        await hint(owner, to=[person.id], about=["dashboard"])
        assert [(await stream.event())[0] for _ in range(2)] == ["ready", "hint"]
        await owner.execute("update api_key set revoked_at = now()")
        await cut_listening(owner)
        assert await stream.closed() == ["end"]


async def test_only_get(app, owner):
    person = await make_person(owner)
    async with AppStream(app, person.token, method="POST") as stream:
        assert stream.status == 405


async def test_one_account_cannot_take_all_the_room(app, watch, owner):
    person = await make_person(owner)
    for _ in range(MOST_STREAMS):
        await watch(app, person)
    async with AppStream(app, person.token) as one_more:
        assert one_more.status == 429
        assert one_more.headers["retry-after"] == "60"


async def test_signing_out_ends_the_streams_of_that_sign_in_at_once(app, watch, owner):
    ada, ben = await make_person(owner, "Ada"), await make_person(owner, "Ben")
    adas, bens = await watch(app, ada), await watch(app, ben)
    began = time.monotonic()
    async with owner.transaction():
        await owner.execute("delete from sign_in where id = $1", ada.sign_in_id)
        # Many at once are said in several words, which concern nobody else.
        await hint(owner, to=[uuid4() for _ in range(300)], about=["dashboard"])
        await end_streams(owner, [*(uuid4() for _ in range(300)), ada.sign_in_id])
    assert await adas.closed() == ["end"]
    assert time.monotonic() - began < 2 * slowness()
    assert await bens.silence()
    async with AppStream(app, ada.token) as again:
        assert again.status == 401


async def test_web_processes_behave_as_one_and_let_go_of_everybody_when_they_stop(
    site, site_owner, server, site_database, watch
):
    owner = site_owner
    sites = [site, server(database_url=site_database.url)]
    ada, ben, cleo = [await make_person(owner, name) for name in ("Ada", "Ben", "Cleo")]
    adas, bens, cleos = [[await watch(site, each) for site in sites] for each in (ada, ben, cleo)]
    await hint(owner, to=[ada.id], about=["dashboard"])
    assert [await stream.event() for stream in adas] == [("hint", {"about": ["dashboard"]})] * 2
    await end_streams(owner, [ada.sign_in_id])
    assert [await stream.closed() for stream in adas] == [["end"]] * 2
    for stream in bens:
        assert await stream.silence()
    began = await _sign_out(sites[0].url, cleo)
    assert [await stream.closed() for stream in cleos] == [["end"], ["end"]]
    assert time.monotonic() - began < 2 * slowness()
    another = await watch(sites[1], ben)
    await asyncio.to_thread(sites[1].stop)
    assert "refused to gracefully stop" not in sites[1].log.read_text()  # so it need not be killed
    assert await bens[1].closed() == await another.closed() == []
    assert await bens[0].silence()


async def _sign_out(url, person):
    """With the button; when it was pressed."""
    async with httpx.AsyncClient(base_url=url, timeout=60, verify=False) as browser:
        page = (await person.sign_in(browser).get("/account")).text
        token = re.search(r'name="_csrf_token" value="([^"]+)"', page)[1]
        began = time.monotonic()
        assert (await browser.post("/sign-out", data={"_csrf_token": token})).status_code == 303
    return began


async def test_a_sign_in_that_ended_unheard_ends_its_stream_with_the_next_check(app, watch, owner):
    ada, ben, cleo = [await make_person(owner, name) for name in ("Ada", "Ben", "Cleo")]
    gone, expired, kept = await watch(app, ada), await watch(app, ben), await watch(app, cleo)
    await owner.execute("delete from sign_in where id = $1", ada.sign_in_id)
    await owner.execute("update sign_in set expires_at = now() where id = $1", ben.sign_in_id)
    await cut_listening(owner)
    assert await gone.closed() == ["end"]
    assert await expired.closed() == ["end"]
    assert await kept.event() == ("resync", {})


async def test_a_disabled_account_has_no_stream(app, watch, owner):
    person = await make_person(owner)
    stream = await watch(app, person)
    await owner.execute("update account set disabled_at = now() where id = $1", person.id)
    await cut_listening(owner)
    assert await stream.closed() == ["end"]


async def test_hints_name_strangers_without_harm(app, watch, owner):
    person = await make_person(owner)
    stream = await watch(app, person)
    await hint(owner, to=[uuid4(), person.id], about=["session:2"])
    assert await stream.event() == ("hint", {"about": ["session:2"]})
