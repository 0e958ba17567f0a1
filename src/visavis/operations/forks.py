"""Copies of a process that has threads and handles signals: what it takes for them to live and obey.

A copy has one of its parent's threads, the one that forked. What the others held then is held for ever.
"""

import logging
import os
import signal
from typing import Any

_OBEYED: dict[signal.Signals, Any] = {  # as in a process that has just begun
    signal.SIGINT: signal.default_int_handler,
    signal.SIGTERM: signal.SIG_DFL,
    signal.SIGHUP: signal.SIG_DFL,
}


def calm_forks() -> None:
    """From now on no other thread writes a log while this process forks, and copies obey from the first."""
    os.register_at_fork(before=_hold, after_in_parent=_go_on, after_in_child=_begin)


def _hold() -> None:
    # A copy that is told to end before it can obey would leave it to its parent's handlers, and live on.
    signal.pthread_sigmask(signal.SIG_BLOCK, _OBEYED)
    for handler in logging.getLogger().handlers:
        handler.acquire()


def _go_on() -> None:
    for handler in logging.getLogger().handlers:
        handler.release()
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _OBEYED)


def _begin() -> None:
    # The handlers' locks were made anew for the copy, by `logging`.
    for sign, obey in _OBEYED.items():
        signal.signal(sign, obey)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _OBEYED)
