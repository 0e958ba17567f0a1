"""Money between two people and the platform."""

from typing import Any

import pytest

from tests.money.world import Till, make_till
from tests.support.meetings import meeting, stranger

__all__ = ["meeting", "stranger"]


@pytest.fixture
async def till(owner: Any, db: Any) -> Till:
    return await make_till(owner, db)
