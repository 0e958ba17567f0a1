"""In which order tests run beside each other: what is long first, so that nobody waits for one at the end."""

import os
import re

import pytest

# One process of the tests begins with these, one with those, one with the rest.
_FIRST = (
    "journeys/test_accessibility|web/test_gallery|access/|api/test_schema",
    "journeys/",
    "operations/test_supervisor|fire/|live/|attacks/test_[ps]|booking/test_machine",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """xdist deals everybody an equal part, and lets who has done it take from the end of another's."""
    processes = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    if processes == 1:
        return
    long: list[list[pytest.Item]] = [[] for _process in range(processes)]
    short: list[pytest.Item] = []
    for item in items:
        kind = next((n for n, those in enumerate(_FIRST) if re.search(those, item.nodeid)), None)
        (short if kind is None else long[kind % processes]).append(item)
    dealt: list[pytest.Item] = []
    for nth, begins in enumerate(long, 1):
        room = max(0, nth * len(items) // processes - len(dealt) - len(begins))
        dealt += begins + short[:room]
        del short[:room]
    items[:] = dealt + short
