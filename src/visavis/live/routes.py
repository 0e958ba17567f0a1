"""GET /live: the stream of events of whoever is signed in. It holds no database connection."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from litestar import Litestar, asgi
from litestar.connection import ASGIConnection
from litestar.datastructures import Headers
from litestar.exceptions import MethodNotAllowedException
from litestar.types import Receive, Scope, Send

from visavis.accounts.authentication import cookie_name, digest, require_account
from visavis.kit.actor import Actor
from visavis.kit.as_of import AsOf, opened
from visavis.kit.errors import UnavailableError
from visavis.kit.security import bearer
from visavis.live.hub import Hub
from visavis.live.stopping import before_stopping
from visavis.live.streams import Stream
from visavis.operations.roles import WEB, url_for


@asynccontextmanager
async def listening(app: Litestar) -> AsyncIterator[None]:
    """The hub of this process, in `app.state.live`."""
    url = url_for(app.state.database_url, WEB, app.state.settings.secret_key)
    hub = app.state.live = Hub(url)
    async with hub.open():
        with before_stopping(hub.close):
            yield


@asgi("/live", copy_scope=False)
async def live(scope: Scope, receive: Receive, send: Send) -> None:
    """Stay open until either side ends it. 401 when nobody is signed in, 503 while changes are not heard."""
    if scope.get("method") != "GET":
        raise MethodNotAllowedException
    stream = _stream(scope, send)
    hub: Hub = scope["litestar_app"].state.live
    if hub.stopping or not hub.hears:
        raise UnavailableError(headers={"Retry-After": "1"})
    hub.streams.add(stream)  # first: what is heard from here on comes through it
    try:
        await stream.open(missed=hub.memory.missed(stream.account, _known(scope, stream)))
        while (await receive())["type"] != "http.disconnect":
            pass
    except asyncio.CancelledError:
        if not stream.given_up:
            raise
    finally:
        hub.streams.remove(stream)


def _stream(scope: Scope, send: Send) -> Stream:
    connection: ASGIConnection[Any, Actor, Any, Any] = ASGIConnection(scope)
    actor = require_account(connection.user)
    sign_in = None if actor.sign_in_id is None else str(actor.sign_in_id)
    name = cookie_name(connection.app.state.settings.secure)
    credential = digest(bearer(scope) or connection.cookies.get(name, ""))
    return Stream(send, str(actor.known_id), sign_in, credential)


def _known(scope: Scope, stream: Stream) -> AsOf | None:
    """What the page that asks says to know."""
    mark = Headers.from_scope(scope).get("visavis-known")
    return opened(scope["litestar_app"].state.settings.page_keys, stream.account, mark) if mark else None


ROUTES = [live]
LIFESPANS = [listening]
