"""The only place with SQL of booking."""

from visavis.booking.queries.history import EventRow, ReviewRow, history, reviews
from visavis.booking.queries.holding import (
    HoldRow,
    delete_own_hold,
    held_by_others_until,
    insert_hold,
    own_hold,
    release_hold,
)
from visavis.booking.queries.proposals import (
    close_open_proposal,
    find_blocked,
    insert_proposal,
    lapse_proposal,
    lapsed_proposals,
    lock_calendars,
    lock_session,
    move_session,
)
from visavis.booking.queries.sessions import (
    SessionRow,
    find_session,
    insert_feedback,
    mine,
    move,
    open_of_client,
    open_of_practitioner,
    overdue,
    set_meeting_url,
    to_start,
)
from visavis.booking.queries.taking import OfferRow, find_offer, insert_session, own_overlap

__all__ = [
    "EventRow",
    "HoldRow",
    "OfferRow",
    "ReviewRow",
    "SessionRow",
    "close_open_proposal",
    "delete_own_hold",
    "find_blocked",
    "find_offer",
    "find_session",
    "held_by_others_until",
    "history",
    "insert_feedback",
    "insert_hold",
    "insert_proposal",
    "insert_session",
    "lapse_proposal",
    "lapsed_proposals",
    "lock_calendars",
    "lock_session",
    "mine",
    "move",
    "move_session",
    "open_of_client",
    "open_of_practitioner",
    "overdue",
    "own_hold",
    "own_overlap",
    "release_hold",
    "reviews",
    "set_meeting_url",
    "to_start",
]
