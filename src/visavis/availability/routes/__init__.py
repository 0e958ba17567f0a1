"""Pages of availability: choosing a time, and the practitioner's manager."""

from visavis.availability.routes import book, calendar, days, plans, settings, undo, week

ROUTES = [
    *book.ROUTES,
    *calendar.ROUTES,
    *days.ROUTES,
    *plans.ROUTES,
    *settings.ROUTES,
    *undo.ROUTES,
    *week.ROUTES,
]
