"""What every answer carries, and what every changing request from a browser must carry."""

from typing import Any

from litestar import Request, Response
from litestar.config.csrf import CSRFConfig
from litestar.middleware.csrf import CSRFMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

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
_HEADERS = {
    "content-security-policy": _CONTENT_POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "strict-origin-when-cross-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(self), microphone=(self), geolocation=()",
}
_HTTPS_ONLY = "max-age=31536000; includeSubDomains"


async def secure_response(request: Request[Any, Any, Any], response: Response[Any]) -> Response[Any]:
    """Add the headers; pages are never kept by caches unless the route said so."""
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("cache-control", "no-store")
    if request.app.state.settings.secure:
        response.headers["strict-transport-security"] = _HTTPS_ONLY
    return response


class CsrfMiddleware(CSRFMiddleware):
    """The framework's signed double-submit token; requests with an API key carry no cookie and need none."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if bearer(scope) is not None:
            await self.app(scope, receive, send)
            return
        await super().__call__(scope, receive, send)

    def _decode_csrf_token(self, token: Any) -> str | None:
        # A token that is a file or not ASCII must be refused, not crash the comparison.
        if not isinstance(token, str) or not token.isascii():
            return None
        return super()._decode_csrf_token(token)


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
