"""Many who want the same at once."""

import asyncio

import pytest

from visavis.kit import turns
from visavis.kit.turns import after_the_first


async def test_the_others_wait_for_the_first_and_go_together() -> None:
    seen: list[str] = []
    go, all_in = asyncio.Event(), asyncio.Barrier(3)

    async def first() -> None:
        async with after_the_first("a slot"):
            await go.wait()
            seen.append("first is done")

    async def other() -> None:
        async with after_the_first("a slot"):
            await all_in.wait()  # none of them waits for another one of them
            seen.append("other")

    async def elsewhere() -> None:
        async with after_the_first("another slot"):
            seen.append("elsewhere")
            go.set()

    async with asyncio.timeout(5):
        await asyncio.gather(first(), other(), other(), other(), elsewhere())
    assert seen == ["elsewhere", "first is done", "other", "other", "other"]
    assert not turns._first, "nothing is left behind"


async def test_a_first_one_that_fails_or_hangs_stops_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "_PATIENCE", 0.05)

    async def first(forever: asyncio.Event) -> None:
        async with after_the_first("a slot"):
            await forever.wait()
            raise ValueError("in vain")

    async def other() -> bool:
        async with after_the_first("a slot"):
            return True

    event = asyncio.Event()
    failing = asyncio.create_task(first(event))
    await asyncio.sleep(0)
    hanging = await other()
    waiting = asyncio.create_task(other())
    given_up = asyncio.create_task(other())
    await asyncio.sleep(0)
    given_up.cancel()
    event.set()
    with pytest.raises(ValueError, match="in vain"):
        await failing
    assert hanging
    assert await waiting
    assert await other()
    assert not turns._first
