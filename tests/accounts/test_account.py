"""One's own account: name and zone, devices, API keys."""

from typing import Any
from uuid import uuid4

import pytest

from tests.accounts.visits import ADA, is_signed_in, join, mails_to, sign_in, sign_up, submit
from tests.support.world import make_person


async def test_another_name_and_zone(client: Any, owner: Any) -> None:
    ada = await join(client(), owner)
    answer = await submit(ada, "/account", {"name": "  Ada   Lovelace ", "time_zone": "Asia/Kolkata"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/account")
    assert await owner.fetchrow("select name, time_zone from person") == ("Ada Lovelace", "Asia/Kolkata")
    assert "Kolkata" in (await ada.get("/account")).text


async def test_what_is_wrong_is_shown_and_nothing_changes(client: Any, owner: Any) -> None:
    ada = await join(client(), owner)
    answer = await submit(ada, "/account", {"name": "", "time_zone": "nowhere"})
    assert answer.status_code == 422
    assert 'id="name-error"' in answer.text
    assert 'id="time_zone-error"' in answer.text
    assert await owner.fetchrow("select name, time_zone from person") == ("Ada Client", "Europe/London")


async def test_the_form_changes_name_and_zone_only(client: Any, owner: Any) -> None:
    """An address changed through a profile form opened accounts elsewhere (CVE-2026-23478)."""
    ada = await join(client(), owner)
    extra = {"email": "mallory@example.net", "is_operator": "true", "id": str(uuid4()), "picture_key": "x"}
    await submit(ada, "/account", {"name": "Ada", "time_zone": "UTC"} | extra)
    assert await owner.fetchrow("select email, is_operator from account") == (ADA["email"], False)
    assert await owner.fetchval("select picture_key from person") is None


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/summary",
        "/password",
        "/picture",
        "/sign-ins",
        "/sign-ins/list",
        "/keys",
        "/keys/list",
        "/confirmation",
    ],
)
async def test_nobody_has_no_account(client: Any, path: str) -> None:
    stranger = client()
    answer = await stranger.get(f"/account{path}")
    assert answer.status_code == 401
    assert "/sign-in" in answer.text


async def test_devices_are_listed_and_ended_one_by_one(client: Any, owner: Any) -> None:
    ada = await join(client(headers={"user-agent": "Mozilla/5.0 (X11; Linux) Firefox/140.0"}), owner)
    phone = client(headers={"user-agent": "Mozilla/5.0 (iPhone; CPU) Version/18 Mobile Safari/605"})
    await sign_in(phone)
    page = (await ada.get("/account/sign-ins")).text
    assert "Firefox on Linux" in page
    assert "Safari on iPhone" in page
    assert "192.0.2.1" in page
    phones = await owner.fetchval("select id from sign_in where user_agent like '%iPhone%'")
    answer = await submit(ada, f"/account/sign-ins/{phones}/revocation")
    assert (answer.status_code, answer.headers["location"]) == (303, "/account/sign-ins")
    assert not await is_signed_in(phone)
    assert await is_signed_in(ada)
    assert (await submit(ada, f"/account/sign-ins/{phones}/revocation")).status_code == 404


async def test_all_others_are_ended_at_once_with_their_streams(client: Any, owner: Any) -> None:
    ada = await join(client(), owner)
    others = [client() for _ in range(3)]
    for each in others:
        await sign_in(each)
    heard: list[str] = []
    await owner.add_listener("visavis", lambda *said: heard.append(said[-1]))
    await submit(ada, "/account/sign-ins/revocation")
    assert await is_signed_in(ada)
    assert [await is_signed_in(each) for each in others] == [False] * 3
    assert '{"end":[' in heard[-1]
    assert heard[-1].count("-") == 3 * 4


async def test_ending_this_one_is_a_sign_out(client: Any, owner: Any) -> None:
    ada = await join(client(), owner)
    own = await owner.fetchval("select id from sign_in")
    answer = await submit(ada, f"/account/sign-ins/{own}/revocation")
    assert answer.headers["location"] == "/"
    assert not await is_signed_in(ada)


async def test_devices_of_others_are_out_of_reach(client: Any, owner: Any) -> None:
    ada, other = await join(client(), owner), await make_person(owner)
    assert (await submit(ada, f"/account/sign-ins/{other.sign_in_id}/revocation")).status_code == 404
    await submit(ada, "/account/sign-ins/revocation")
    assert await owner.fetchval("select count(*) from sign_in where account_id = $1", other.id) == 1
    assert str(other.sign_in_id) not in (await ada.get("/account/sign-ins")).text


async def test_what_a_device_calls_itself_is_only_words(client: Any, owner: Any) -> None:
    ada = await join(client(headers={"user-agent": "<script>alert(1)</script>" * 50}), owner)
    page = (await ada.get("/account/sign-ins")).text
    assert "<script>alert" not in page
    assert "A device we do not know" in page


async def make_key(browser: Any, name: str = "Calendar at home") -> str:
    answer = await submit(browser, "/account/keys", {"name": name})
    assert answer.status_code == 200, answer.text
    key: str = answer.text.split("<code>")[1].split("</code>")[0]
    return key


async def test_a_key_is_shown_once_and_works_until_it_is_revoked(client: Any, owner: Any) -> None:
    ada = await join(client(), owner)
    key = await make_key(ada)
    assert key.startswith("vv_")
    assert len(key) == 46
    program = client(headers={"authorization": f"Bearer {key}"})
    assert (await program.get("/api/sessions")).status_code == 200
    page = (await ada.get("/account/keys")).text
    assert "Calendar at home" in page
    assert f"vv_…{key[-4:]}" in page
    assert key not in page
    assert key not in str(await owner.fetch("select * from api_key"))
    key_id = await owner.fetchval("select id from api_key")
    assert (await submit(ada, f"/account/keys/{key_id}/revocation")).status_code == 303
    assert (await program.get("/api/sessions")).status_code == 401
    assert (await submit(ada, f"/account/keys/{key_id}/revocation")).status_code == 404


async def test_keys_of_others_are_out_of_reach(client: Any, owner: Any) -> None:
    ada = await join(client(), owner)
    bob = await join(client(), owner, email="bob@example.net")
    await make_key(bob, "Bobs key")
    key_id = await owner.fetchval("select id from api_key")
    assert (await submit(ada, f"/account/keys/{key_id}/revocation")).status_code == 404
    assert "Bobs key" not in (await ada.get("/account/keys")).text
    assert await owner.fetchval("select revoked_at from api_key") is None


async def test_a_key_needs_a_name_a_confirmed_address_and_measure(client: Any, owner: Any) -> None:
    ada = await join(client(), owner)
    assert (await submit(ada, "/account/keys", {"name": " "})).status_code == 422
    for number in range(20):
        await make_key(ada, f"Key {number}")
    assert "You have 20 keys" in (await submit(ada, "/account/keys", {"name": "one more"})).text
    bob = client()
    await sign_up(bob, email="bob@example.net")
    await sign_in(bob, email="bob@example.net")
    answer = await submit(bob, "/account/keys", {"name": "too early"})
    assert answer.status_code == 422
    assert "confirm your e-mail address" in answer.text
    assert await owner.fetchval("select count(*) from api_key") == 20


async def test_nothing_is_changed_by_a_refused_act(client: Any, owner: Any) -> None:
    ada = await join(client(), owner)
    before = await owner.fetchval("select count(*) from audit_event")
    await submit(ada, "/account", {"name": "", "time_zone": "UTC"})
    await submit(ada, "/account/keys", {"name": ""})
    await submit(ada, f"/account/keys/{uuid4()}/revocation")
    await submit(ada, f"/account/sign-ins/{uuid4()}/revocation")
    await submit(ada, "/account/password", {"current": "wrong", "password": "copper lantern drift"})
    assert await owner.fetchval("select count(*) from audit_event") == before
    assert len(await mails_to(owner, ADA["email"])) == 1
