"""Pages of availability: choosing a time, and the practitioner's hours."""

from visavis.availability.routes import book, hours

ROUTES = [*book.ROUTES, *hours.ROUTES]
