"""The only place with SQL of booking."""

from visavis.booking.queries.history import EventRow, ReviewRow, history, reviews
from visavis.booking.queries.sessions import (
    SessionRow,
    find_session,
    insert_feedback,
    mine,
    move,
    open_of_client,
    open_of_practitioner,
    overdue,
    past_of_client,
    past_of_practitioner,
    set_meeting_url,
    to_start,
)
from visavis.booking.queries.taking import OfferRow, find_offer, insert_session, own_overlap

__all__ = [
    "EventRow",
    "OfferRow",
    "ReviewRow",
    "SessionRow",
    "find_offer",
    "find_session",
    "history",
    "insert_feedback",
    "insert_session",
    "mine",
    "move",
    "open_of_client",
    "open_of_practitioner",
    "overdue",
    "own_overlap",
    "past_of_client",
    "past_of_practitioner",
    "reviews",
    "set_meeting_url",
    "to_start",
]
