"""What is sent with a change: whole before anybody looks at the clock, and in a bounded time."""

import asyncio
import time
from typing import Any, ClassVar, cast

from litestar.datastructures import FormMultiDict
from litestar.enums import RequestEncodingType
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp, HTTPReceiveMessage, Receive, Scope, Send
from litestar.types.empty import Empty
from litestar.utils.scope.state import ScopeState

from visavis.kit.errors import SignInRequiredError, VisavisError
from visavis.kit.security import by_program
from visavis.kit.words import _

SMALL = 256 * 1024  # bytes; routes that take files say more
WITHIN, FILES_WITHIN = 60.0, 600.0
"""Seconds from the first byte to the last: 50 MB take ten minutes at 0.7 Mbit/s."""
_AT_ONCE = 2.0  # seconds in which nothing happens between knowing who asks and acting for them
_FORMS = frozenset({RequestEncodingType.URL_ENCODED, RequestEncodingType.MULTI_PART})
_CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_SLOW = "visavis_slow_body"


class TooSlowError(VisavisError):
    status: ClassVar[int] = 408
    type: ClassVar[str] = "too-slow"
    title: ClassVar[str] = _("What you sent took too long to arrive. Please try again")


class BodyGate:
    """Middleware between who asks and what is done: deadlines are measured by a clock that is read when the
    last byte has come, so that nobody begins in time and decides later what to say.

    Who is not signed in sends no files. Raises SignInRequiredError, TooSlowError.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        handler = scope["route_handler"]
        if scope.get("method") not in _CHANGING or not isinstance(handler, HTTPRouteHandler):
            await self.app(scope, receive, send)
            return
        request: Any = scope
        most, user = handler.resolve_request_max_body_size() or SMALL, scope.get("user")
        if most > SMALL and (user is None or user.account_id is None):
            raise SignInRequiredError
        began = time.monotonic()
        receive = _Within(receive, FILES_WITHIN if most > SMALL else WITHIN)
        try:
            await _read(scope, receive)
            request[_SLOW] = time.monotonic() - began > _AT_ONCE
            await self.app(scope, receive, send)
        finally:
            await _close_uploads(scope)


def was_slow(scope: Scope) -> bool:
    """Whether the body took so long that who sent it has to be looked up again."""
    return bool(scope.get(_SLOW))


class _Within:
    """Gives the parts of a body until its time is over; what comes after the body may take as long as it
    likes."""

    def __init__(self, receive: Receive, seconds: float) -> None:
        self._receive, self._until = receive, asyncio.get_running_loop().time() + seconds
        self._whole = False

    async def __call__(self) -> HTTPReceiveMessage:
        if self._whole:
            return await self._receive()  # type: ignore[return-value]
        try:
            async with asyncio.timeout_at(self._until):
                message: Any = await self._receive()
        except TimeoutError:
            raise TooSlowError from None
        self._whole = not message.get("more_body", False)
        return message  # type: ignore[no-any-return]


async def _close_uploads(scope: Scope) -> None:
    """Files of a form that was refused before its route looked at them."""
    form = ScopeState.from_scope(scope).form
    if form is not Empty:
        await FormMultiDict.from_form_data(cast("dict[str, Any]", form)).close()


async def _read(scope: Scope, receive: Receive) -> None:
    """Kept with the request. Files for programs are read by the framework, before it asks for the time: they
    are wanted as they came where there is an Idempotency-Key."""
    request = scope["litestar_app"].request_class(scope=scope, receive=receive)
    kind = request.content_type[0]
    if not by_program(scope["path"]):
        if kind in _FORMS:
            await request.form()
    elif kind != RequestEncodingType.MULTI_PART:
        await request.body()
