"""Pages of availability are looked at by two people."""

from tests.booking.conftest import statements
from tests.support.hints import hints
from tests.support.meetings import meeting, stranger

__all__ = ["hints", "meeting", "statements", "stranger"]
