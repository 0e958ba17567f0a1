"""Attempts are counted, also when the exchange is refused."""

import asyncio
from typing import Any

import pytest

from visavis.kit import throttle
from visavis.kit.actor import NOBODY
from visavis.kit.errors import TooManyRequestsError


async def refused(db: Any, who: str = "192.0.2.1", most: int = 3, seconds: int = 60) -> bool:
    try:
        await throttle.count(db.handle(), "test", who, most=most, seconds=seconds)
    except TooManyRequestsError:
        return True
    return False


async def test_the_fourth_of_three_is_refused_until_the_window_ends(db: Any, owner: Any) -> None:
    assert [await refused(db) for _ in range(5)] == [False, False, False, True, True]
    assert not await refused(db, "192.0.2.2")
    await owner.execute("update rate_limit set window_ends_at = now()")
    assert [await refused(db) for _ in range(4)] == [False, False, False, True]


async def test_the_answer_says_when(db: Any) -> None:
    with pytest.raises(TooManyRequestsError) as caught:
        await throttle.count(db.handle(), "test", "x", most=0, seconds=60)
    assert caught.value.headers == {"retry-after": "60"}
    assert "60 seconds" in caught.value.message
    with pytest.raises(TooManyRequestsError) as caught:
        await throttle.count(db.handle(), "test", "y", most=0, seconds=3600)
    assert "60 minutes" in caught.value.message


async def test_of_forty_at_once_exactly_three_pass(db: Any) -> None:
    answers = await asyncio.gather(*(refused(db) for _ in range(40)))
    assert answers.count(False) == 3


async def test_a_count_outlives_the_transaction_around_it(db: Any) -> None:
    handle = db.handle()

    async def try_and_fail() -> None:
        async with handle.transaction(NOBODY):
            await throttle.count(handle, "test", "192.0.2.1", most=3, seconds=60)
            raise RuntimeError

    for _ in range(3):
        with pytest.raises(RuntimeError):
            await try_and_fail()
    assert await refused(db)


async def test_what_was_no_misuse_is_given_back(db: Any) -> None:
    for _ in range(10):
        assert not await refused(db)
        await throttle.give_back(db.handle(), "test", "192.0.2.1")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),  # one home has a whole /64
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("Ada@example.org", "ada@EXAMPLE.org", True),
    ],
)
async def test_who_counts_as_one(db: Any, one: str, other: str, same: bool) -> None:
    assert not await refused(db, one, most=1)
    assert await refused(db, other, most=1) is same


async def test_nothing_personal_is_kept(db: Any, owner: Any) -> None:
    await refused(db, "ada@example.org")
    assert "ada" not in str(await owner.fetch("select * from rate_limit"))
