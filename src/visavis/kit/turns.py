"""Many who want the same at once: while the first one tries, the others wait instead of trying in vain."""

import asyncio
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager

_PATIENCE = 1.0  # seconds
_first: dict[Hashable, asyncio.Future[None]] = {}


@asynccontextmanager
async def after_the_first(what: Hashable) -> AsyncIterator[None]:
    """Go on at once, or when whoever is at `what` in this process is done; then all the others go together.

    It only saves work: nobody may rely on being alone. Whoever has waited for a second goes on, too.
    """
    ahead = _first.get(what)
    if ahead is not None:
        await asyncio.wait([ahead], timeout=_PATIENCE)
        yield
        return
    done = _first[what] = asyncio.get_running_loop().create_future()
    try:
        yield
    finally:
        del _first[what]
        done.set_result(None)
