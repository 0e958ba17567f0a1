"""Pages of booking: dashboards, sessions, and each step as a resource of its own."""

from visavis.booking.routes import (
    asking,
    booking,
    creating,
    dashboards,
    feedback,
    holding,
    manager,
    meeting_link,
    new_time,
    notes,
    response,
    sessions,
    steps,
    takeaway,
)

ROUTES = [
    *dashboards.ROUTES,
    *manager.ROUTES,
    *booking.ROUTES,
    *asking.ROUTES,
    *holding.ROUTES,
    *creating.ROUTES,
    *sessions.ROUTES,
    *steps.ROUTES,
    *response.ROUTES,
    *takeaway.ROUTES,
    *new_time.ROUTES,
    *notes.ROUTES,
    *feedback.ROUTES,
    *meeting_link.ROUTES,
]
