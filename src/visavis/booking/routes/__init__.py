"""Pages of booking: dashboards, sessions, and each step as a resource of its own."""

from visavis.booking.routes import (
    booking,
    dashboards,
    feedback,
    holding,
    manager,
    meeting_link,
    new_time,
    notes,
    sessions,
    steps,
    takeaway,
)

ROUTES = [
    *dashboards.ROUTES,
    *manager.ROUTES,
    *booking.ROUTES,
    *holding.ROUTES,
    *sessions.ROUTES,
    *steps.ROUTES,
    *takeaway.ROUTES,
    *new_time.ROUTES,
    *notes.ROUTES,
    *feedback.ROUTES,
    *meeting_link.ROUTES,
]
