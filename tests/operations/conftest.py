"""What tests of operations share."""

import signal
from collections.abc import Iterator

import pytest


@pytest.fixture
def own_signals() -> Iterator[None]:
    """For who runs a supervisor in the process of the tests: it takes the signals, here they come back."""
    obeyed = {sign: signal.getsignal(sign) for sign in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)}
    yield
    for sign, before in obeyed.items():
        signal.signal(sign, before)
