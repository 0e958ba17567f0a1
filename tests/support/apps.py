"""The application inside the test process, with everything that starts and ends with it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx


@asynccontextmanager
async def running(app: Any) -> AsyncIterator[Any]:
    """Hold an application's lifespan open. In one task: fixtures begin and end in different ones."""
    ready, done = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        async with app.lifespan():
            ready.set()
            await done.wait()

    task = asyncio.create_task(hold())
    waiting = asyncio.create_task(ready.wait())
    await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if task.done():
        task.result()
    try:
        yield app
    finally:
        done.set()
        await task


def visitor(app: Any, base_url: str, **options: Any) -> httpx.AsyncClient:
    """A browser-like client of an application: own cookies, redirects not followed."""
    transport = httpx.ASGITransport(app=app, client=("192.0.2.1", 40000))
    return httpx.AsyncClient(transport=transport, base_url=base_url, **options)
