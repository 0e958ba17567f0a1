"""Locks between processes of one machine: flock on a file, freed by the kernel however its holder ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class FileLock:
    """A lock on `path` that this object holds from `take` or `share` until `free`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    def take(self, *, wait: bool) -> bool:
        """Hold it alone; without `wait`, False when somebody holds it."""
        return self._lock(fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))

    def share(self) -> None:
        """Hold it together with others."""
        self._lock(fcntl.LOCK_SH)

    def free(self) -> None:
        """Let go; without effect when not held."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _lock(self, how: int) -> bool:
        if self._descriptor is None:
            self._descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._descriptor, how)
        except BlockingIOError:
            self.free()
            return False
        return True


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Run a block while nobody else on this machine runs one with the same `path`."""
    lock = FileLock(path)
    lock.take(wait=True)
    try:
        yield
    finally:
        lock.free()
