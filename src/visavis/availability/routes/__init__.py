"""Pages of availability: choosing a time, and the practitioner's manager."""

from visavis.availability.routes import book, settings, undo, week

ROUTES = [*book.ROUTES, *settings.ROUTES, *undo.ROUTES, *week.ROUTES]
