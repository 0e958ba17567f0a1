"""Health, for load balancers and service managers: /health/live and /health/ready."""

import asyncio

import asyncpg
from litestar import Response, get

from visavis.kit.db import Db
from visavis.kit.errors import UnavailableError

_PATIENCE = 2.0  # seconds; a balancer asks again soon


@get("/health/live", include_in_schema=False)
async def live() -> dict[str, str]:
    """This process answers."""
    return {"status": "live"}


@get("/health/ready", include_in_schema=False)
async def ready(db: Db) -> Response[dict[str, str]]:
    """This process reaches its database, so it can serve people; 503 while it cannot."""
    try:
        async with asyncio.timeout(_PATIENCE):
            await db.call("select 1")
    except (UnavailableError, TimeoutError, asyncpg.PostgresError):
        return Response({"status": "waiting for the database"}, status_code=503)
    return Response({"status": "ready"})


ROUTES = [live, ready]
