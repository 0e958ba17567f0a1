"""Pages of credits: one's own, a purchase, and what practitioners and operators sell and give."""

from visavis.credits.routes import granting, mine, purchases, refunding, selling

ROUTES = [*mine.ROUTES, *purchases.ROUTES, *refunding.ROUTES, *selling.ROUTES, *granting.ROUTES]
