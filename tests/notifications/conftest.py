"""Notifications are looked at by two people."""

from tests.support.meetings import meeting, stranger

__all__ = ["meeting", "stranger"]
