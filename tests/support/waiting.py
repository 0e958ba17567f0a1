"""Waiting for what has to come, as long as a slow machine may take."""

import asyncio
import inspect
import time
from collections.abc import Callable
from typing import Any


async def eventually(what: Callable[[], Any], within: float = 30) -> Any:
    """The first true answer of a question, which may be async; AssertionError after so many seconds."""
    end = time.monotonic() + within
    while True:
        found = what()
        if inspect.isawaitable(found):
            found = await found
        if found:
            return found
        assert time.monotonic() < end, f"it did not happen within {within} s"
        await asyncio.sleep(0.01)
