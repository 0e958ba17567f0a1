"""The web application: every domain's routes under one roof."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from importlib import import_module
from typing import Any

from asyncpg import CharacterNotInRepertoireError, UntranslatableCharacterError
from litestar import Litestar, Request
from litestar.config.csrf import CSRFConfig
from litestar.datastructures import State
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.middleware import DefineMiddleware
from litestar.types import ControllerRouterHandler

from visavis.accounts.middleware import Authentication, SecondLook
from visavis.api.openapi import openapi_config
from visavis.kit.actor import Actor
from visavis.kit.bodies import SMALL, BodyGate
from visavis.kit.clock import utc_now
from visavis.kit.db import Database, Db
from visavis.kit.errors import VisavisError
from visavis.kit.problems import answer_bug, answer_http, answer_refusal, answer_unreadable, answer_unstorable
from visavis.kit.security import CsrfGate, allow_every_method, secure_response
from visavis.operations.roles import WEB, url_for
from visavis.settings import Settings

ROUTES = (
    "web",
    "operations",
    "accounts",
    "practices",
    "availability",
    "booking",
    "payments",
    "credits",
    "money",
    "papers",
    "cards",
    "notifications",
    "chat",
    "video",
    "live",
    "api",
)
"""Each of these packages has a `routes` module (or package) with a list ROUTES."""


def create_app(settings: Settings, database_url: str) -> Litestar:
    """The application of one web process; `database_url` is the owner's, the process is visavis_web."""
    return Litestar(
        logging_config=None,  # operations.logs has configured it for the whole process
        route_handlers=_routes(),
        lifespan=[_resources, *_lifespans()],
        state=State({"settings": settings, "database_url": database_url}),
        dependencies={
            "db": Provide(_db, sync_to_thread=False),
            "actor": Provide(_actor, sync_to_thread=False),
            "now": Provide(_now, sync_to_thread=False),
        },
        middleware=[
            DefineMiddleware(Authentication, exclude=["^/static/", "^/health/"]),
            BodyGate,  # after it: files are taken from people whom we know
            SecondLook,
            CsrfGate(_csrf(settings)),  # after it: what must be proved depends on who asks, and how
        ],
        before_send=[secure_response, allow_every_method],
        exception_handlers={
            VisavisError: answer_refusal,
            HTTPException: answer_http,
            CharacterNotInRepertoireError: answer_unstorable,
            UntranslatableCharacterError: answer_unstorable,
            **dict.fromkeys((LookupError, RecursionError, UnicodeDecodeError), answer_unreadable),
            Exception: answer_bug,
        },
        request_max_body_size=SMALL,
        openapi_config=openapi_config(settings),
        include_in_schema=False,
        debug=False,
    )


@asynccontextmanager
async def _resources(app: Litestar) -> AsyncIterator[None]:
    """The pool of connections, for as long as the process serves."""
    url, key = app.state.database_url, app.state.settings.secret_key
    app.state.database = await Database.open(url_for(url, WEB, key))
    try:
        yield
    finally:
        await app.state.database.close()


def _routes() -> list[ControllerRouterHandler]:
    return [route for domain in ROUTES for route in import_module(f"visavis.{domain}.routes").ROUTES]


def _lifespans() -> list[Any]:
    """What runs as long as a web process: the LISTEN connection of live updates."""
    return list(import_module("visavis.live.routes").LIFESPANS)


def _csrf(settings: Settings) -> CSRFConfig:
    return CSRFConfig(
        secret=settings.secret_key.hex(),
        cookie_name="__Host-visavis-csrf" if settings.secure else "visavis-csrf",
        cookie_secure=settings.secure,
        cookie_httponly=True,
        cookie_samesite="lax",
        exclude=["^/static/", "^/health/", "^/live", "^/unsubscribe$", "^/webhooks/"],
    )


# Each of these waits for the one before. What could be made at once, the framework would make in tasks of
# their own: a fifth of what a small answer takes.
def _now() -> datetime:
    return utc_now()


def _db(request: Request[Any, Any, Any], now: datetime) -> Db:  # noqa: ARG001
    handle = request.scope.get("visavis_db")  # opened by the idempotency gate, when there is a key
    if isinstance(handle, Db):
        return handle
    database: Database = request.app.state.database
    return database.handle()


def _actor(request: Request[Any, Any, Any], db: Db) -> Actor:  # noqa: ARG001
    actor: Actor = request.user
    return actor
