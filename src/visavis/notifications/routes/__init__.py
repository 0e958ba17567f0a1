"""Pages of notifications."""

from litestar.types import ControllerRouterHandler

ROUTES: list[ControllerRouterHandler] = []
