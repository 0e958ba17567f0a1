"""Papers between two people and the platform."""

from tests.money.conftest import till
from tests.support.meetings import meeting, stranger

__all__ = ["meeting", "stranger", "till"]
