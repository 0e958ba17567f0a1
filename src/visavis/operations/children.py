"""Child processes of the supervisor: started, restarted when they end, stopped."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping

import structlog

_log = structlog.get_logger(__name__)

_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 5.0  # seconds between restarts
_STEADY_AFTER = 10.0  # seconds; a process that ran so long failed anew, not again


class Child:
    """One `visavis <command>` that is meant to run for ever."""

    def __init__(self, command: str, environment: Mapping[str, str]) -> None:
        self.command = command
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._pause = 0.0
        self.restarts = 0

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def start(self) -> None:
        arguments = [sys.executable, "-m", "visavis", self.command, "--parent", str(os.getpid())]
        # A session of its own: Ctrl-C in a terminal reaches the supervisor only, which ends all in order.
        self._process = subprocess.Popen(arguments, env=self._environment, start_new_session=True)  # noqa: S603
        self._started_at = time.monotonic()

    def keep_running(self) -> None:
        """Start it again when it has ended: at once, then after growing pauses while it keeps failing."""
        if self._process is None or self._process.poll() is None:
            return
        now = time.monotonic()
        if now - self._started_at > self._pause + _STEADY_AFTER:
            self._pause = 0.0
        if now - self._started_at < self._pause:
            return
        _log.warning(
            "a process ended and is started again", process=self.command, status=self._process.returncode
        )
        self.restarts += 1
        self._pause = min(max(self._pause * 2, _FIRST_PAUSE), _LONGEST_PAUSE)
        self.start()

    def ask_to_stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def wait_or_kill(self, deadline: float) -> None:
        """Wait until `deadline` (monotonic seconds), then kill."""
        if self._process is None:
            return
        try:
            self._process.wait(max(deadline - time.monotonic(), 0.01))
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
