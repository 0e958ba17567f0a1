"""Credits are given, bought and spent between two people."""

from tests.support.meetings import meeting, stranger

__all__ = ["meeting", "stranger"]
