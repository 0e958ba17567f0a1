"""Pages of notifications."""

from visavis.notifications.routes import centre, choices, unsubscribing

ROUTES = [*centre.ROUTES, *choices.ROUTES, *unsubscribing.ROUTES]
