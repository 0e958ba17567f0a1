"""Forgotten and changed passwords."""

import asyncio
from typing import Any

import pytest

from tests.accounts.visits import (
    ADA,
    NEW_PASSWORD,
    PASSWORD,
    is_signed_in,
    join,
    mails_to,
    shown,
    sign_in,
    sign_up,
    submit,
    token_sent_to,
)
from visavis.accounts import limits, passwords
from visavis.accounts.authentication import digest


async def ask(browser: Any, owner: Any) -> str:
    await submit(browser, "/forgot-password", {"email": ADA["email"].upper()})
    return await token_sent_to(owner, ADA["email"])


async def test_a_forgotten_password(client: Any, owner: Any) -> None:
    ada, other = await join(client(), owner), client()
    account_id = await owner.fetchval("select id from account")
    await owner.execute(
        "insert into api_key (account_id, name, hint, token_hash) values ($1, 'x', 'yyyy', $2)",
        account_id,
        digest("vv_key"),
    )
    token = await ask(other, owner)
    assert (await other.get(f"/reset-password?token={token}")).status_code == 200
    answer = await submit(other, "/reset-password", {"token": token, "password": NEW_PASSWORD})
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?password-changed")
    assert "Your new password is saved." in (await other.get("/sign-in?password-changed")).text
    assert not await is_signed_in(ada)
    assert await owner.fetchval("select bool_and(revoked_at is not null) from api_key")
    assert (await sign_in(other)).status_code == 422
    assert (await sign_in(other, password=NEW_PASSWORD)).status_code == 303
    assert (await mails_to(owner, ADA["email"]))[0]["subject"] == "Your password was changed"


@pytest.mark.parametrize("stays", [False, True])
async def test_who_was_just_coming_in_is_out_as_well(
    client: Any, owner: Any, monkeypatch: Any, stays: bool
) -> None:
    """ASVS 7.4.3: the password was right when a thief's was looked at, and is another a moment later."""
    ada, thief = await join(client(), owner), client()
    token, typed = await ask(ada, owner), {"current": PASSWORD, "password": "the thief's own words"}
    await sign_in(thief if stays else client())
    real, looked, go_on = passwords.matches, asyncio.Event(), asyncio.Event()

    async def look(stored: str | None, password: str) -> bool:
        right = await real(stored, password)
        looked.set()
        await go_on.wait()
        return right

    with monkeypatch.context() as slow:
        slow.setattr(passwords, "matches", look)
        coming = asyncio.create_task(submit(thief, "/account/password", typed) if stays else sign_in(thief))
        await looked.wait()
        await submit(ada, "/reset-password", {"token": token, "password": NEW_PASSWORD})
        go_on.set()
        assert (await coming).status_code == 422
    assert not await is_signed_in(thief)
    assert await owner.fetchval("select count(*) from sign_in") == 0
    assert (await sign_in(ada, password=NEW_PASSWORD)).status_code == 303


async def test_a_key_that_was_just_being_made_opens_nothing(
    client: Any, owner: Any, monkeypatch: Any
) -> None:
    ada, thief = await join(client(), owner), client()
    await sign_in(thief)
    token, real = await ask(ada, owner), limits.count_change

    async def count(*of: Any) -> None:
        await real(*of)
        await submit(ada, "/reset-password", {"token": token, "password": NEW_PASSWORD})

    monkeypatch.setattr(limits, "count_change", count)
    assert (await submit(thief, "/account/keys", {"name": "a way back"})).status_code == 401
    assert await owner.fetchval("select count(*) from api_key where revoked_at is null") == 0


async def test_who_confirms_with_a_password_of_before_stays_out(
    client: Any, owner: Any, monkeypatch: Any
) -> None:
    stranger = client()
    await sign_up(stranger)
    link = {"token": await token_sent_to(owner, ADA["email"]), "password": PASSWORD}

    async def forgive(*_of: Any) -> None:
        await owner.execute("update account set password_hash = $1", await passwords.hashed(NEW_PASSWORD))

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(limits, "forgive_password", forgive)
        assert (await submit(stranger, "/confirm-email", link)).status_code == 422
    assert await owner.fetchval("select count(*) from sign_in") == 0
    link["password"] = NEW_PASSWORD  # the link was not used up
    assert (await submit(stranger, "/confirm-email", link)).status_code == 303


async def test_the_answer_does_not_tell_whether_there_is_an_account(client: Any, owner: Any) -> None:
    await join(client(), owner)
    known = await submit(client(), "/forgot-password", {"email": ADA["email"]})
    unknown = await submit(client(), "/forgot-password", {"email": "bob@example.net"})
    assert known.status_code == unknown.status_code == 200
    assert shown(known).replace("ada@", "bob@") == shown(unknown)
    assert await mails_to(owner, "bob@example.net") == []


async def test_mail_goes_to_the_address_of_the_account_not_to_one_that_looks_alike(
    client: Any, owner: Any
) -> None:
    await join(client(), owner, email="kim@example.net")
    for alike in ("\u212aim@example.net", "kim@example.net\u200b", "kim@ex\u0430mple.net"):
        await submit(client(), "/forgot-password", {"email": alike})
    links = [row["to_address"] for row in await owner.fetch("select to_address from outbox_mail")]
    assert set(links) == {"kim@example.net"}


async def test_a_new_password_by_mail_confirms_the_address_and_puts_a_squatter_out(
    client: Any, owner: Any
) -> None:
    """Somebody signed up with Ada's address and waits for her to confirm it."""
    squatter, ada = client(), client()
    await sign_up(squatter)
    await sign_in(squatter)
    token = await ask(ada, owner)
    await submit(ada, "/reset-password", {"token": token, "password": NEW_PASSWORD})
    assert not await is_signed_in(squatter)
    assert (await sign_in(squatter)).status_code == 422
    assert (await sign_in(ada, password=NEW_PASSWORD)).headers["location"] == "/dashboard"


@pytest.mark.parametrize("state", ["wrong", "used", "expired", "other purpose", "another was used"])
async def test_links_that_do_not_work(client: Any, owner: Any, state: str) -> None:
    browser = client()
    await sign_up(browser)
    token = (
        await token_sent_to(owner, ADA["email"]) if state == "other purpose" else await ask(browser, owner)
    )
    if state == "wrong":
        token = "A" * len(token)
    elif state == "used":
        await submit(browser, "/reset-password", {"token": token, "password": NEW_PASSWORD})
    elif state == "expired":
        await owner.execute("update account_token set expires_at = now()")
    elif state == "another was used":
        newer = await ask(browser, owner)
        await submit(browser, "/reset-password", {"token": newer, "password": NEW_PASSWORD})
    before = await owner.fetchval("select password_hash from account")
    assert (await browser.get(f"/reset-password?token={token}")).status_code == 409
    answer = await submit(browser, "/reset-password", {"token": token, "password": "and another one now"})
    assert answer.status_code == 409
    assert await owner.fetchval("select password_hash from account") == before


async def test_a_weak_password_does_not_use_the_link_up(client: Any, owner: Any) -> None:
    browser = client()
    await sign_up(browser)
    token = await ask(browser, owner)
    answer = await submit(browser, "/reset-password", {"token": token, "password": "qwertyuiop"})
    assert answer.status_code == 422
    assert 'id="password-error"' in answer.text
    answer = await submit(browser, "/reset-password", {"token": token, "password": NEW_PASSWORD})
    assert answer.status_code == 303


async def test_a_change_ends_every_other_sign_in(client: Any, owner: Any) -> None:
    ada, phone = await join(client(), owner), client()
    await sign_in(phone)
    before = ada.cookies["visavis"]
    answer = await submit(ada, "/account/password", {"current": PASSWORD, "password": NEW_PASSWORD})
    assert answer.status_code == 303
    assert await is_signed_in(ada)
    assert ada.cookies["visavis"] != before
    assert not await is_signed_in(phone)
    assert (await sign_in(phone)).status_code == 422
    assert (await sign_in(phone, password=NEW_PASSWORD)).status_code == 303
    assert (await mails_to(owner, ADA["email"]))[0]["subject"] == "Your password was changed"


async def test_a_change_asks_for_the_present_password(client: Any, owner: Any) -> None:
    ada, phone = await join(client(), owner), client()
    await sign_in(phone)
    for current in ("", "not the password"):
        answer = await submit(ada, "/account/password", {"current": current, "password": NEW_PASSWORD})
        assert answer.status_code == 422
        assert 'id="current-error"' in answer.text
    weak = await submit(ada, "/account/password", {"current": PASSWORD, "password": "1234567890"})
    assert 'id="password-error"' in weak.text
    assert await is_signed_in(phone)
    assert (await sign_in(client())).status_code == 303


async def test_guessing_the_present_password_is_limited(client: Any, owner: Any) -> None:
    ada = await join(client(), owner)
    answers = [
        (await submit(ada, "/account/password", {"current": "wrong", "password": NEW_PASSWORD})).status_code
        for _ in range(11)
    ]
    assert answers == [422] * 10 + [429]


async def test_a_hash_of_older_settings_is_renewed_by_the_next_sign_in(
    client: Any, owner: Any, in_earnest: None
) -> None:
    from argon2 import PasswordHasher

    await join(client(), owner)
    old = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    await owner.execute("update account set password_hash = $1", old)
    assert (await sign_in(client())).status_code == 303
    assert "m=47104" in await owner.fetchval("select password_hash from account")
    assert (await sign_in(client())).status_code == 303


async def test_a_password_is_the_same_however_it_is_composed(client: Any, owner: Any) -> None:
    await join(client(), owner, password="caf\u00e9 lantern drift")
    assert (await sign_in(client(), password="cafe\u0301 lantern drift")).status_code == 303
