"""In which order tests run beside each other: what is long first, so that nobody waits for one at the end."""

import os
import re

import pytest

# Of two processes one begins with these, the other with those.
_THESE = "journeys/test_accessibility|web/test_gallery|access/|attacks/test_[ps]"
_THOSE = "journeys/|operations/test_supervisor|fire/|live/|api/test_schema|booking/test_machine"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """xdist deals a half to each of two, and lets who has done his half take from the end of the other's."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        return
    these = [each for each in items if re.search(_THESE, each.nodeid)]
    those = [each for each in items if re.search(_THOSE, each.nodeid) and each not in these]
    long = {*these, *those}
    short = [each for each in items if each not in long]
    room = max(0, len(items) // 2 - len(these))
    items[:] = [*these, *short[:room], *those, *short[room:]]
