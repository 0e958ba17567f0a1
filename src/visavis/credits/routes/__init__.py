"""Pages of credits: one's own, a purchase, and what practitioners and operators sell and give."""

from visavis.credits.routes import granting, mine, purchases, selling

ROUTES = [*mine.ROUTES, *purchases.ROUTES, *selling.ROUTES, *granting.ROUTES]
