"""Fixtures of the live tests: browsers that watch, of the application in this process or of real servers."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest

from tests.support.servers import Server
from tests.support.streams import AppStream, LiveStream
from tests.support.world import Somebody

Watch = Callable[[Any, Somebody], Awaitable[AppStream | LiveStream]]


@pytest.fixture
async def watch() -> AsyncIterator[Watch]:
    """Opens streams past their `ready`, and closes them all at the end."""
    async with AsyncExitStack() as stack:

        async def watch(site: Any, person: Somebody) -> AppStream | LiveStream:
            real = isinstance(site, Server)
            opened = LiveStream(site.url, person.token) if real else AppStream(site, person.token)
            stream = await stack.enter_async_context(opened)
            assert stream.status == 200
            assert await stream.event() == ("ready", {})
            return stream

        yield watch
