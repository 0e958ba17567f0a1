"""The only place with SQL of notifications."""

from visavis.notifications.queries.choices import find_choice, put_choice
from visavis.notifications.queries.mailing import ReaderRow, ToMailRow, find_reader, to_mail, turn_mail_off
from visavis.notifications.queries.reading import (
    NotificationRow,
    after,
    forget_before,
    mark_read,
    newest,
)
from visavis.notifications.queries.telling import tell, withdraw

__all__ = [
    "NotificationRow",
    "ReaderRow",
    "ToMailRow",
    "after",
    "find_choice",
    "find_reader",
    "forget_before",
    "mark_read",
    "newest",
    "put_choice",
    "tell",
    "to_mail",
    "turn_mail_off",
    "withdraw",
]
