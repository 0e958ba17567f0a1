"""Fixtures of the live tests: a real server, and browsers that watch."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest

from tests.support.servers import Server
from tests.support.streams import LiveStream
from tests.support.world import Somebody

Watch = Callable[[Server, Somebody], Awaitable[LiveStream]]


@pytest.fixture
def site(server: Callable[..., Server]) -> Server:
    """One web process."""
    return server()


@pytest.fixture
async def watch() -> AsyncIterator[Watch]:
    """Opens streams past their `ready`, and closes them all at the end."""
    async with AsyncExitStack() as stack:

        async def watch(site: Server, person: Somebody) -> LiveStream:
            stream = await stack.enter_async_context(LiveStream(site.url, person.token))
            assert stream.status == 200
            assert await stream.event() == ("ready", {})
            return stream

        yield watch
