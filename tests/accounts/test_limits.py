"""Not too often, whoever asks and whatever is asked for."""

from typing import Any

import pytest

from tests.accounts.visits import join, sign_in, sign_up, submit
from visavis.accounts import limits
from visavis.kit.actor import Actor
from visavis.kit.errors import TooManyRequestsError


async def test_after_too_many_wrong_tries_even_the_right_one_waits(client: Any, owner: Any) -> None:
    await join(client(), owner)
    for _ in range(10):
        assert (await sign_in(client(), password="not the password")).status_code == 422
    answer = await sign_in(client())
    assert answer.status_code == 429
    assert 0 < int(answer.headers["retry-after"]) <= 900
    assert "Please wait" in answer.text
    assert "ada" not in str(await owner.fetch("select * from rate_limit"))
    await owner.execute("update rate_limit set window_ends_at = now() - interval '1 second'")
    assert (await sign_in(client())).status_code == 303


async def test_the_limit_is_the_same_for_addresses_without_an_account(client: Any, owner: Any) -> None:
    answers = [(await sign_in(client(), email="nobody@example.net")).status_code for _ in range(11)]
    assert answers == [422] * 10 + [429]


async def test_right_passwords_are_not_counted(client: Any, owner: Any) -> None:
    await join(client(), owner)
    for _ in range(12):
        assert (await sign_in(client())).status_code == 303


async def test_one_place_cannot_try_many_addresses(client: Any, db: Any) -> None:
    for number in range(60):
        await limits.count_password(db.handle(), Actor(address="192.0.2.1"), f"somebody{number}@example.net")
    with pytest.raises(TooManyRequestsError):
        await limits.count_password(db.handle(), Actor(address="192.0.2.1"), "one-more@example.net")
    assert (await sign_in(client())).status_code == 429


async def test_sign_ups_and_mails_are_limited_whether_the_address_is_known_or_not(
    client: Any, owner: Any
) -> None:
    for email in ("known@example.net", "unknown@example.net"):
        if email.startswith("known"):
            await sign_up(client(), email=email)
        answers = [
            (await submit(client(), "/forgot-password", {"email": email})).status_code for _ in range(6)
        ]
        assert answers[:4] == [200] * 4
        assert answers[-1] == 429
