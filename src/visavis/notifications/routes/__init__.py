"""Pages of notifications."""

from litestar.types import ControllerRouterHandler

from visavis.notifications.routes import unsubscribing

ROUTES: list[ControllerRouterHandler] = [*unsubscribing.ROUTES]
