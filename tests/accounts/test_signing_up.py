"""Sign-up and the confirmation of the address."""

from typing import Any

import pytest

from tests.accounts.visits import (
    ADA,
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


async def test_from_sign_up_to_a_confirmed_account(client: Any, owner: Any) -> None:
    ada = client()
    answer = await sign_up(ada)
    assert answer.status_code == 200
    assert "Please look into your mail" in answer.text
    assert not await is_signed_in(ada)
    token = await token_sent_to(owner, ADA["email"])
    page = await ada.get(f"/confirm-email?token={token}")
    assert page.status_code == 200
    assert not await owner.fetchval("select email_confirmed_at from account")
    answer = await submit(ada, "/confirm-email", {"token": token, "password": PASSWORD})
    assert (answer.status_code, answer.headers["location"]) == (303, "/dashboard")
    assert await owner.fetchval("select email_confirmed_at from account")
    assert await is_signed_in(ada)


async def test_mails_link_to_the_public_address_whatever_the_request_says(client: Any, owner: Any) -> None:
    await sign_up(client(headers={"x-forwarded-host": "evil.example", "host": "evil.example"}))
    [mail] = await mails_to(owner, ADA["email"])
    assert "http://127.0.0.1:8000/confirm-email?token=" in mail["text_body"]
    assert "http://127.0.0.1:8000/confirm-email?token=" in mail["html_body"]
    assert "evil" not in mail["text_body"] + mail["html_body"]
    assert "Ada" not in mail["text_body"] + mail["html_body"]


async def test_a_practitioner_has_a_practice_at_once(client: Any, owner: Any) -> None:
    sarah = await join(client(), owner, role="practitioner", time_zone="Asia/Tokyo")
    assert await owner.fetchval("select time_zone from practice") == "Asia/Tokyo"
    assert (await owner.fetchrow("select is_client, is_practitioner from account")) == (False, True)
    assert (await sarah.get("/practice")).status_code == 200


async def test_one_account_is_both(client: Any, owner: Any) -> None:
    sarah = await join(client(), owner, role="practitioner")
    assert "Book as a client, too" in (await sarah.get("/account")).text
    assert (await submit(sarah, "/account/client")).status_code == 303
    ada = await join(client(), owner, email="other@example.net")
    assert "Open a practice" in (await ada.get("/account")).text
    assert (await submit(ada, "/practice")).status_code == 303
    both = await owner.fetch("select 1 from account where is_client and is_practitioner")
    assert len(both) == 2


async def test_a_known_address_gets_the_same_answer_and_its_owner_a_mail(client: Any, owner: Any) -> None:
    first = await sign_up(client())
    second = await sign_up(client(), name="Mallory", email="ADA@example.net", password="another good secret")
    assert second.status_code == first.status_code
    assert shown(second).replace("ADA@", "ada@") == shown(first)
    assert await owner.fetchval("select count(*) from account") == 1
    assert [mail["subject"] for mail in await mails_to(owner, ADA["email"])] == [
        "You already have an account",
        "Please confirm your e-mail address",
    ]
    assert await owner.fetchval("select name from person") == "Ada Client"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", " "),
        ("name", "\u202eevil"),
        ("name", "x" * 101),
        ("name", "\u200b\u200b"),
        ("email", "nobody"),
        ("email", "a@b.co\nBcc: c@d.ef"),
        ("password", "short"),
        ("password", "password1234"),
        ("password", "ada client 12"),
        ("password", "x" * 201),
        ("time_zone", "Mars/Olympus"),
        ("role", "operator"),
    ],
)
async def test_what_is_wrong_is_said_next_to_it_and_nothing_typed_is_lost(
    client: Any, owner: Any, field: str, value: str
) -> None:
    answer = await sign_up(client(), **{field: value})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    if field != "email":
        assert 'value="ada@example.net"' in answer.text
    assert PASSWORD not in answer.text
    assert await owner.fetchval("select count(*) from account") == 0


async def test_nobody_signs_up_as_operator_or_confirmed(client: Any, owner: Any) -> None:
    await sign_up(client(), is_operator="true", demonstration="true", email_confirmed_at="2020-01-01")
    found = await owner.fetchrow("select is_operator, demonstration, email_confirmed_at from account")
    assert found == (False, False, None)


async def test_the_link_alone_confirms_nothing(client: Any, owner: Any) -> None:
    await sign_up(client())
    token, victim = await token_sent_to(owner, ADA["email"]), client()
    for password in ("", "not the password"):
        answer = await submit(victim, "/confirm-email", {"token": token, "password": password})
        assert answer.status_code == 422
    assert not await owner.fetchval("select email_confirmed_at from account")
    assert not await is_signed_in(victim)


async def test_who_is_signed_in_confirms_without_a_password(client: Any, owner: Any) -> None:
    ada = client()
    await sign_up(ada)
    answer = await sign_in(ada)
    assert answer.headers["location"] == "/account/confirmation?next=%2Fdashboard"
    assert "Please confirm your e-mail address" in (await ada.get(answer.headers["location"])).text
    token = await token_sent_to(owner, ADA["email"])
    assert 'type="password"' not in (await ada.get(f"/confirm-email?token={token}")).text
    assert (await submit(ada, "/confirm-email", {"token": token})).status_code == 303
    assert (await ada.get("/account/confirmation")).headers["location"] == "/dashboard"


async def test_somebody_elses_sign_in_confirms_nothing(client: Any, owner: Any) -> None:
    mallory = await join(client(), owner, email="mallory@example.net")
    await sign_up(client())
    token = await token_sent_to(owner, ADA["email"])
    assert (await submit(mallory, "/confirm-email", {"token": token})).status_code == 422
    assert await owner.fetchval("select count(*) from account where email_confirmed_at is null") == 1


@pytest.mark.parametrize("state", ["wrong", "used", "expired", "other purpose"])
async def test_links_that_do_not_work(client: Any, owner: Any, state: str) -> None:
    ada = client()
    await sign_up(ada)
    token = await token_sent_to(owner, ADA["email"])
    if state == "wrong":
        token = token[:-1] + ("A" if token[-1] != "A" else "B")
    elif state == "used":
        assert (
            await submit(ada, "/confirm-email", {"token": token, "password": PASSWORD})
        ).status_code == 303
    elif state == "expired":
        await owner.execute("update account_token set expires_at = now() - interval '1 second'")
    else:
        await submit(ada, "/forgot-password", {"email": ADA["email"]})
        token = await token_sent_to(owner, ADA["email"])
    other = client()
    assert (await other.get(f"/confirm-email?token={token}")).status_code == 409
    answer = await submit(other, "/confirm-email", {"token": token, "password": PASSWORD})
    assert answer.status_code == 409
    assert "This link does not work any more" in answer.text
    assert not await is_signed_in(other)


async def test_the_link_is_sent_again(client: Any, owner: Any) -> None:
    ada = client()
    await sign_up(ada)
    await sign_in(ada)
    assert "not confirmed yet" in (await ada.get("/account")).text
    first = await token_sent_to(owner, ADA["email"])
    answer = await submit(ada, "/account/confirmation", {"next": "//evil.example"})
    assert "on its way once more" in answer.text
    assert "evil" not in answer.text
    assert await token_sent_to(owner, ADA["email"]) != first
    assert (await submit(ada, "/confirm-email", {"token": first})).status_code == 303


async def test_tokens_and_passwords_are_kept_as_digests_only(client: Any, owner: Any) -> None:
    ada = await join(client(), owner)
    token = ada.cookies["visavis"]
    for table in ("account", "person", "sign_in", "account_token", "audit_event", "rate_limit"):
        kept = str([tuple(row) for row in await owner.fetch(f"select * from {table}")])
        assert PASSWORD not in kept
        assert token not in kept
    assert (await owner.fetchval("select password_hash from account")).startswith("$argon2id$")


async def test_every_step_is_kept(client: Any, owner: Any) -> None:
    ada = await join(client(), owner)
    await submit(ada, "/sign-out")
    verbs = [row["verb"] for row in await owner.fetch("select verb from audit_event order by id")]
    assert verbs == ["sign_up", "confirm_email", "sign_in", "sign_out"]
    assert await owner.fetchval("select bool_and(address = '192.0.2.1') from audit_event")
