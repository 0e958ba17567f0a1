"""Signing in and out, and what must not be possible there."""

import asyncio
import threading
import time
from typing import Any

import pytest

from tests.accounts.visits import ADA, PASSWORD, is_signed_in, join, shown, sign_in, submit
from tests.support.waiting import eventually
from tests.support.world import make_person
from visavis.accounts.authentication import digest
from visavis.accounts.pace import QUIET
from visavis.settings import Settings


async def test_in_and_out(client: Any, owner: Any) -> None:
    ada = await join(client(), owner)
    await submit(ada, "/sign-out")
    assert not await is_signed_in(ada)
    answer = await sign_in(ada, email="  ADA@Example.net ")
    assert (answer.status_code, answer.headers["location"]) == (303, "/dashboard")
    assert await is_signed_in(ada)
    assert (await ada.get("/sign-in")).headers["location"] == "/dashboard"
    assert (await ada.get("/sign-up")).headers["location"] == "/dashboard"


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(client: Any, owner: Any) -> None:
    ada = await join(client(), owner)
    cookie = (await sign_in(client())).headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "path=/" in cookie
    assert "max-age=2592000" in cookie
    assert "domain" not in cookie
    gone = (await submit(ada, "/sign-out")).headers["set-cookie"].lower()
    assert gone.startswith(('visavis=""; ', "visavis=;"))
    assert "max-age=0" in gone


class TestOverHttps:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"public_url": "https://visavis.example"})

    async def test_the_cookie_is_bound_to_the_host(self, client: Any) -> None:
        ada = client()
        page = await ada.get("/sign-in")
        token = ada.cookies["__Host-visavis-csrf"]
        assert "secure" in page.headers["set-cookie"].lower()
        await ada.post("/sign-up", data=ADA | {"_csrf_token": token})
        data = {"email": ADA["email"], "password": PASSWORD, "_csrf_token": token}
        cookie = (await ada.post("/sign-in", data=data)).headers["set-cookie"]
        assert cookie.startswith("__Host-visavis=")
        assert "secure" in cookie.lower()


async def test_the_same_answer_for_a_wrong_password_and_an_unknown_address(client: Any, owner: Any) -> None:
    await join(client(), owner)
    wrong = await sign_in(client(), password="not the password")
    unknown = await sign_in(client(), email="bob@example.net")
    assert wrong.status_code == unknown.status_code == 422
    assert shown(wrong).replace("ada@", "bob@") == shown(unknown)
    assert "Address and password do not belong together" in wrong.text


async def test_an_unknown_address_costs_a_hash_as_well(
    client: Any, owner: Any, monkeypatch: Any, in_earnest: None
) -> None:
    from visavis.accounts import passwords

    assert not passwords.is_outdated(passwords._NOBODYS)
    asked: list[Any] = []
    real = passwords._verify

    def listening(stored: str | None, password: str) -> bool:
        asked.append(stored)
        return real(stored, password)

    monkeypatch.setattr(passwords, "_verify", listening)
    await sign_in(client(), email="nobody@example.net")
    assert asked == [None]


@pytest.mark.parametrize(("path", "more"), [("/forgot-password", {}), ("/sign-up", ADA)])
async def test_no_answer_comes_sooner_than_the_even_pace(
    client: Any, owner: Any, path: str, more: dict[str, str], in_earnest: None
) -> None:
    """Quick answers would tell known addresses from others: nothing is sent to these, or to those."""
    await join(client(), owner)
    for address in (ADA["email"], "nobody@example.net"):
        browser = client()
        await browser.get("/sign-in")
        before = time.monotonic()
        await submit(browser, path, more | {"email": address})
        assert time.monotonic() - before >= QUIET, address


async def test_hashing_never_holds_the_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    from visavis.accounts import passwords

    begun, end = threading.Event(), threading.Event()

    class Slow:
        def hash(self, _password: str) -> str:
            begun.set()
            return "in time" if end.wait(30) else "too late"

    monkeypatch.setattr(passwords, "_hasher", Slow())
    work = asyncio.create_task(passwords.hashed("a long enough password"))
    await eventually(begun.is_set)
    end.set()  # the loop goes on meanwhile
    assert await work == "in time"


async def test_a_token_that_the_browser_brings_is_never_adopted(client: Any, owner: Any) -> None:
    """Session fixation: ASVS 7.2.4."""
    await join(client(), owner)
    victim = client()
    victim.cookies.set("visavis", "chosen-by-mallory")
    assert (await sign_in(victim)).status_code == 303
    kept = {row["token_hash"] for row in await owner.fetch("select token_hash from sign_in")}
    assert digest("chosen-by-mallory") not in kept
    fixed = client()
    fixed.cookies.set("visavis", "chosen-by-mallory")
    assert not await is_signed_in(fixed)


async def test_signing_in_again_ends_the_sign_in_before(client: Any, owner: Any) -> None:
    ada = await join(client(), owner)
    before = ada.cookies["visavis"]
    await sign_in(ada)
    assert ada.cookies["visavis"] != before
    old = client()
    old.cookies.set("visavis", before)
    assert not await is_signed_in(old)
    assert await owner.fetchval("select count(*) from sign_in") == 1


async def test_a_copied_cookie_is_worthless_after_sign_out(client: Any, owner: Any) -> None:
    ada = await join(client(), owner)
    copy = client()
    copy.cookies.set("visavis", ada.cookies["visavis"])
    assert await is_signed_in(copy)
    await submit(ada, "/sign-out")
    assert not await is_signed_in(copy)


async def test_a_sign_in_ends_by_itself(client: Any, owner: Any) -> None:
    ada = await join(client(), owner)
    days = await owner.fetchval("select extract(day from expires_at - created_at) from sign_in")
    assert days == 30
    await owner.execute("update sign_in set expires_at = now()")
    assert not await is_signed_in(ada)


async def test_a_disabled_account_opens_for_nobody(client: Any, owner: Any) -> None:
    ada = await join(client(), owner)
    await owner.execute("update account set disabled_at = now()")
    assert not await is_signed_in(ada)
    assert (await sign_in(client())).status_code == 422


async def test_sign_out_ends_the_streams_with_the_same_commit(client: Any, owner: Any) -> None:
    heard: list[str] = []
    await owner.add_listener("visavis", lambda *said: heard.append(said[-1]))
    ada = await join(client(), owner)
    sign_in_id = await owner.fetchval("select id from sign_in")
    await submit(ada, "/sign-out")
    await eventually(lambda: f'{{"end":["{sign_in_id}"]}}' in heard)


@pytest.mark.parametrize(
    "evil",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "http:evil.example",
        "javascript:alert(1)",
        "/x//evil.example",
        " //evil.example",
        "/%0d%0aset-cookie:a=b",
        "@evil.example",
    ],
)
async def test_a_link_never_leads_away(client: Any, owner: Any, evil: str) -> None:
    """Open redirect."""
    await join(client(), owner)
    browser = client()
    page = await browser.get("/sign-in", params={"next": evil})
    assert "evil" not in page.text
    answer = await sign_in(browser, next=evil)
    assert answer.status_code == 303
    where = answer.headers["location"]
    assert where == "/dashboard" or (where == evil and evil.startswith("/%0d"))


async def test_where_one_wanted_to_go(client: Any, owner: Any) -> None:
    await join(client(), owner)
    answer = await sign_in(client(), next="/sessions/1?tab=notes")
    assert answer.headers["location"] == "/sessions/1?tab=notes"
    typed = {"email": ADA["email"], "password": PASSWORD, "next": "/sessions?person=\u010capek"}
    answer = await submit(client(), "/sign-in", typed, headers={"hx-request": "true"})
    assert answer.headers["hx-redirect"] == "/sessions?person=%C4%8Capek"


async def test_names_are_words_everywhere(client: Any, owner: Any) -> None:
    """Stored script."""
    name = '<script>alert("x")</script><img src=x onerror=alert(1)>'
    mallory = await join(client(), owner, name=name)
    for path in ("/account", "/account/picture", "/account/sign-ins", "/account/keys", "/dashboard/client"):
        page = (await mallory.get(path)).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page


async def test_state_never_changes_by_get_nor_without_the_token(client: Any, owner: Any) -> None:
    ada = await join(client(), owner)
    for path in (
        "/sign-out",
        "/sign-in/demonstration",
        "/account/client",
        "/account/picture/removal",
        "/account/sign-ins/revocation",
    ):
        assert (await ada.get(path)).status_code == 405
        assert (await ada.post(path)).status_code == 403
    for path in ("/sign-in", "/sign-up", "/account", "/account/keys", "/account/password"):
        assert (await ada.post(path, data={"name": "x"})).status_code == 403
    assert await is_signed_in(ada)


async def test_an_api_key_does_not_open_the_account(client: Any, owner: Any) -> None:
    person = await make_person(owner)
    await owner.execute(
        "insert into api_key (account_id, name, hint, token_hash) values ($1, 'x', 'yyyy', $2)",
        person.id,
        digest("vv_key"),
    )
    program = client(headers={"authorization": "Bearer vv_key"})
    for path in ("/account", "/account/keys", "/account/sign-ins", "/account/password"):
        assert (await program.get(path)).status_code == 403
    assert (await program.post("/account/keys", data={"name": "another"})).status_code == 403
    assert (await program.post("/account/sign-ins/revocation")).status_code == 403
    assert (await program.get("/operator")).status_code == 403
