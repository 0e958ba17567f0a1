"""No test and no run waits for ever, and a run that is cut short has told what failed.

pyproject.toml has the limit of one test (a failure by its name, with the stack) and of a run (it ends after
the test at hand). Here is what these two cannot end: a test that waits once more while it is taken down, one
that no signal reaches, and a run whose process for tests is lost.
"""

import asyncio
import faulthandler
import io
import os
import signal
import sys
from collections.abc import Iterator
from types import FrameType
from typing import Any

import pytest

from tests.support import trials

_HOURS = 8 * 3600 if os.environ.keys() & trials.SETTINGS else 0  # a trial that somebody asks for
_TEARDOWN = 60  # seconds
_ONCE_MORE = 15  # seconds that a test has for the end that it was asked for
_TEST = 510 + _HOURS  # seconds; then its process ends with all stacks, and another takes up the rest
_RUN = 2520 + _HOURS  # seconds; then nobody waits for the processes of the tests any more

if _HOURS:
    os.environ.setdefault("PYTEST_TIMEOUT", str(_HOURS))

_TOO_LONG = "It waited too long."

_going: dict[str, None] = {}
_terminal: list[Any] = []


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """The limits of pyproject.toml hold for runs as they usually are."""
    if _HOURS:
        config.option.session_timeout = _HOURS


@pytest.hookimpl(trylast=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Where other processes run the tests, this one keeps the clock, and has the terminal."""
    _terminal[:] = filter(None, [session.config.pluginmanager.getplugin("terminalreporter")])
    if session.config.pluginmanager.hasplugin("dsession"):
        signal.signal(signal.SIGALRM, _time_is_over)
        signal.setitimer(signal.ITIMER_REAL, _RUN)


def _time_is_over(_number: int, _frame: FrameType | None) -> None:
    pytest.exit(f"{_RUN} seconds are over; still going: {', '.join(_going) or 'nothing'}", returncode=1)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol() -> Iterator[None]:
    """The end of a test that nothing else ends."""
    _arm()
    try:
        return (yield)
    finally:
        faulthandler.cancel_dump_traceback_later()


@pytest.hookimpl(trylast=True)
def pytest_exception_interact() -> None:
    """pytest takes the clock of faulthandler away with the first failure."""
    _arm()


def _arm() -> None:
    stderr = sys.__stderr__
    faulthandler.dump_traceback_later(_TEST, exit=True, file=stderr if stderr is not None else 2)


@pytest.hookimpl(wrapper=True)
def pytest_timeout_set_timer() -> Iterator[bool]:
    """Say where the test waits: the stack of a loop is always the same."""
    result = yield
    signal.signal(signal.SIGALRM, _waited_too_long)
    return result


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    """Taking down has time of its own: the test's may be used up, and its clock strikes once only."""
    signal.signal(signal.SIGALRM, _waited_too_long)
    signal.setitimer(signal.ITIMER_REAL, _TEARDOWN)
    try:
        return (yield)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _waited_too_long(_number: int, _frame: FrameType | None) -> None:
    """Ask what runs to end, and say where it waited; what does not end like that is ended where it stands.

    An exception raised here strikes whatever runs at that instant: it would end the connection to the
    browser, and with it every test after this one.
    """
    running = _tasks()
    said = io.StringIO()
    for task in running:
        task.print_stack(file=said)
    asked = [task for task in running if _is_whole(task)] or running  # a loop that the test has for itself
    once_more = any(task.cancelling() for task in asked)
    for task in asked:
        task.cancel(_TOO_LONG)
    signal.setitimer(signal.ITIMER_REAL, _ONCE_MORE)
    if once_more or not asked:
        pytest.fail(f"{_TOO_LONG}\n{said.getvalue()}")
    print(said.getvalue(), file=sys.stderr)


def _is_whole(task: asyncio.Task[Any]) -> bool:
    """A test, or what makes or takes down something for it (pytest-asyncio's names)."""
    return getattr(task.get_coro(), "__name__", "").startswith(("test_", "setup", "async_finalizer"))


def _tasks() -> list[asyncio.Task[Any]]:
    try:
        return [*asyncio.all_tasks()]
    except RuntimeError:
        return []


def pytest_runtest_logstart(nodeid: str) -> None:
    _going[nodeid] = None


def pytest_runtest_logfinish(nodeid: str) -> None:
    _going.pop(nodeid, None)


@pytest.hookimpl(trylast=True)
def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Say what fails when it fails."""
    if not report.failed:
        return
    crash = getattr(report.longrepr, "reprcrash", None)
    reason = str(crash.message if crash else report.longrepr).strip().partition("\n")[0]
    for terminal in _terminal:
        terminal.write(f"\n{report.nodeid} failed ({report.when}): {reason[:200]}\n", flush=True)
