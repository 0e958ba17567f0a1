"""A child process that must not outlive its parent, also when the parent is killed."""

import os
import signal
import threading
import time

_LOOK_EVERY = 0.5  # seconds


def end_with_parent(parent: int, sign: signal.Signals) -> None:
    """From now on send `sign` to this process as soon as its parent is not process `parent` any more."""
    threading.Thread(target=_watch, args=(parent, sign), daemon=True, name="watch-parent").start()


def _watch(parent: int, sign: signal.Signals) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOK_EVERY)
    os.kill(os.getpid(), sign)
