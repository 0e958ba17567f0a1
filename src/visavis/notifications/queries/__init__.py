"""The only place with SQL of notifications."""

from visavis.notifications.queries.choices import find_choice, put_choice
from visavis.notifications.queries.reading import (
    NotificationRow,
    after,
    forget_before,
    mark_read,
    newest,
)
from visavis.notifications.queries.telling import tell

__all__ = [
    "NotificationRow",
    "after",
    "find_choice",
    "forget_before",
    "mark_read",
    "newest",
    "put_choice",
    "tell",
]
