"""Hearing in time that the process must stop: servers wait for open answers first, and streams never end."""

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

_SIGNALS = (signal.SIGTERM, signal.SIGINT)


@contextmanager
def before_stopping(then: Callable[[], None]) -> Iterator[None]:
    """Call `then` in the running loop at SIGTERM or SIGINT, and pass the signal on to who had it before.

    asyncio and uvloop get signals through their wake-up file descriptor, which this leaves alone.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # signals belong to the main thread's application
        return
    loop = asyncio.get_running_loop()
    before: dict[int, Any] = {number: signal.getsignal(number) for number in _SIGNALS}

    def pass_on(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(then)
        if callable(before[number]):
            before[number](number, frame)

    for number in _SIGNALS:
        signal.signal(number, pass_on)
        signal.siginterrupt(number, False)
    try:
        yield
    finally:
        for number in _SIGNALS:
            if signal.getsignal(number) is pass_on:
                signal.signal(number, before[number])
