"""Calls are between two people; a third one knocks."""

from tests.support.meetings import meeting, stranger

__all__ = ["meeting", "stranger"]
