"""What every answer carries, and what every changing request from a browser must carry."""

import secrets
from collections.abc import Sequence
from typing import Any

from litestar.config.csrf import CSRFConfig
from litestar.datastructures import MutableScopeHeaders
from litestar.exceptions import PermissionDeniedException
from litestar.middleware.csrf import CSRFMiddleware
from litestar.routes import HTTPRoute
from litestar.types import ASGIApp, Message, Receive, Scope, Send

_CONTENT_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "media-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
_HEADERS = [
    (b"content-security-policy", _CONTENT_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), display-capture=(), geolocation=()"),
    (b"cache-control", b"no-store"),
]
_PARTS_HEADERS = [
    (b"content-security-policy", b"default-src 'none'"),
    (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-resource-policy", b"same-origin"),
]
"""Of scripts, style sheets and drawings: the page's policy holds for them, and a first visit has thirty."""
WITH_CAMERA = {
    "permissions-policy": "camera=(self), microphone=(self), display-capture=(self), geolocation=()"
}
"""For the one page that shows people to each other."""
PROGRAMS = ("/api/", "/availability_slots", "/client_sessions")
"""Where the addresses begin that programs call."""
_HTTPS_ONLY = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")


def policy_for_styles() -> tuple[str, dict[str, str]]:
    """A nonce, and the header for the one page whose script makes a style element that carries it."""
    nonce = secrets.token_urlsafe(16)
    policy = _CONTENT_POLICY.replace("style-src 'self'", f"style-src 'self' 'nonce-{nonce}'")
    return nonce, {"content-security-policy": policy}


def policy_for_forms(source: str) -> dict[str, str]:
    """The header for a page with a form that is answered by a redirect to `source`, another origin."""
    policy = _CONTENT_POLICY.replace("form-action 'self'", f"form-action 'self' {source}")
    return {"content-security-policy": policy}


def policy_for_scripts(
    scripts: Sequence[str], frames: Sequence[str], connections: Sequence[str]
) -> dict[str, str]:
    """The header for a page that runs a script from elsewhere, which shows frames and asks servers."""
    policy = _CONTENT_POLICY.replace("script-src 'self'", " ".join(("script-src 'self'", *scripts)))
    policy = policy.replace("connect-src 'self'", " ".join(("connect-src 'self'", *connections)))
    return {"content-security-policy": f"{policy}; frame-src {' '.join(frames)}"}


async def secure_response(message: Message, scope: Scope) -> None:
    """Add the headers to every answer, refusals and files included; a header that the route set stays.

    Pages are never kept by caches unless the route said so.
    """
    if message["type"] != "http.response.start":
        return
    given = list(message["headers"])
    names = {name.lower() for name, _ in given}
    part = scope["path"].startswith("/static/") and message["status"] in (200, 304)
    given += [each for each in (_PARTS_HEADERS if part else _HEADERS) if each[0] not in names]
    if scope["litestar_app"].state.settings.secure:
        given.append(_HTTPS_ONLY)
    message["headers"] = given


async def allow_every_method(message: Message, scope: Scope) -> None:
    """Where routers share a path, Litestar answers OPTIONS with the methods of the first of them alone."""
    if message["type"] != "http.response.start" or scope.get("method") != "OPTIONS":
        return
    place = scope.get("path_template")
    taken = {name for route in scope["litestar_app"].routes if place in (route.path, route.path_format)
             if isinstance(route, HTTPRoute) for name in route.methods}  # fmt: skip
    if taken:
        MutableScopeHeaders.from_message(message)["allow"] = ", ".join(sorted(taken))


def by_program(path: str) -> bool:
    """Whether an address is one for programs: JSON in, JSON out."""
    return path.startswith(PROGRAMS)


class CsrfMiddleware(CSRFMiddleware):
    """The framework's signed double-submit token, for every change that a cookie alone would allow."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if bearer(scope) is not None or _api_without_sign_in(scope):
            await self.app(scope, receive, send)
            return
        if _by_api(scope) and scope.get("method") not in self.config.safe_methods and not self._header(scope):
            # Programs send no forms: their bodies are not read, let alone stored, to look for a token.
            raise PermissionDeniedException(f"Send the CSRF token in the header {self.config.header_name}.")
        await super().__call__(scope, receive, send)

    def _header(self, scope: Scope) -> bool:
        return any(name.decode("latin-1") == self.config.header_name for name, _ in scope["headers"])

    def _decode_csrf_token(self, token: Any) -> str | None:
        # A token that is a file or not ASCII must be refused, not crash the comparison.
        if not isinstance(token, str) or not token.isascii():
            return None
        return super()._decode_csrf_token(token)


def _api_without_sign_in(scope: Scope) -> bool:
    """There is no sign-in to abuse; the API answers 401, which tells a program more than a missing token."""
    user = scope.get("user")
    return _by_api(scope) and user is not None and user.account_id is None


def _by_api(scope: Scope) -> bool:
    return by_program(scope["path"])


class CsrfGate:
    """Middleware factory that binds the configuration."""

    def __init__(self, config: CSRFConfig) -> None:
        self.config = config

    def __call__(self, app: ASGIApp, **_: Any) -> ASGIApp:
        return CsrfMiddleware(app, self.config)


def bearer(scope: Scope) -> str | None:
    """The API key of the Authorization header; when there is one, cookies do not count."""
    for name, value in scope["headers"]:
        if name == b"authorization":
            scheme, _, token = value.decode("latin-1").partition(" ")
            if scheme.lower() == "bearer":
                return token.strip()
    return None
