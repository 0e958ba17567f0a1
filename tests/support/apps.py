"""The application inside the test process, with everything that starts and ends with it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple, cast

import httpx
from litestar import Litestar

from tests.support.visitors import Visitor
from visavis.main import create_app
from visavis.settings import Settings

_END_WITHIN = 40  # seconds


class _Making(NamedTuple):
    """The settings that an application is made from. It fails when it is made from any other."""

    secret_key: bytes
    public_url: str
    secure: bool


_made: dict[_Making, Litestar] = {}


def application(settings: Settings, database_url: str) -> Litestar:
    """The application on a database. A second in the making, so tests share one, each with its own settings.

    What differs between them an application knows by its state alone.
    """
    making = _Making(settings.secret_key, settings.public_url, settings.secure)
    if making not in _made:
        _made[making] = create_app(cast("Settings", making), database_url)
    app = _made[making]
    app.state.settings, app.state.database_url = settings, database_url
    return app


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
        _ended, going = await asyncio.wait({task}, timeout=_END_WITHIN)
        if going:
            task.cancel()
            raise AssertionError(f"the application did not end within {_END_WITHIN} s")
        task.result()


def visitor(app: Any, base_url: str, **options: Any) -> httpx.AsyncClient:
    """A browser-like client of an application: own cookies, redirects not followed."""
    return Visitor(app, base_url, ("192.0.2.1", 40000), **options)
