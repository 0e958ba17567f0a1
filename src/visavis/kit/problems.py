"""Refusals as answers: RFC 9457 problem details for programs, a kind page for people."""

from traceback import walk_tb
from typing import Any, ClassVar

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import ClientException, HTTPException

from visavis.kit.errors import InvalidInputError, VisavisError
from visavis.kit.pages import Page, render
from visavis.kit.security import by_program

_log = structlog.get_logger(__name__)
_READERS = {"litestar._multipart", "litestar.serialization.msgspec_hooks"}
_TITLES = {404: "We could not find that page", 405: "That is not possible here", 413: "That is too large"}


class ErrorPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "web/error.html"
    status: int
    title: str
    message: str


def for_program(request: Request[Any, Any, Any]) -> bool:
    """Whether the asker reads JSON."""
    return by_program(request.url.path) or "application/json" in request.headers.get("accept", "")


def answer_refusal(request: Request[Any, Any, Any], error: VisavisError) -> Response[Any]:
    """The answer to an expected refusal."""
    if for_program(request):
        return problem(error)
    page = ErrorPage(status=error.status, title=error.title, message=error.message)
    return render(request, page, error.status, error.headers)


def problem(error: VisavisError) -> Response[Any]:
    """RFC 9457: `type` is stable, `detail` is for people, `errors` names fields."""
    body = {
        "type": f"/problems/{error.type}",
        "title": error.title,
        "status": error.status,
        "detail": error.message,
    }
    if error.fields:
        body["errors"] = error.fields
    return Response(
        msgspec.json.encode(error.extra | body),
        status_code=error.status,
        media_type="application/problem+json",
        headers=error.headers,
    )


def answer_http(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    """The framework's own refusals (unknown path, wrong method, bad body), in the same two forms."""
    refusal = VisavisError(_TITLES.get(error.status_code, str(error.detail)))
    if for_program(request):
        body = {
            "type": f"/problems/http-{error.status_code}",
            "title": _TITLES.get(error.status_code, "The request was not understood"),
            "status": error.status_code,
            "detail": error.detail,
        }
        if error.extra:
            body["errors"] = error.extra
        return Response(
            msgspec.json.encode(body),
            status_code=error.status_code,
            media_type="application/problem+json",
            headers=error.headers,
        )
    page = ErrorPage(
        status=error.status_code, title=_TITLES.get(error.status_code, refusal.title), message=refusal.message
    )
    return render(request, page, error.status_code, error.headers)


def answer_unstorable(request: Request[Any, Any, Any], _: Exception) -> Response[Any]:
    """Text that PostgreSQL cannot hold (NUL), wherever it was sent: nobody types it."""
    return answer_refusal(
        request, InvalidInputError("Please remove the invisible characters from what you sent.")
    )


def answer_unreadable(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """A body in an unknown alphabet or nested without end, at which the framework's readers fail."""
    if not _READERS & {frame.f_globals.get("__name__") for frame, _ in walk_tb(error.__traceback__)}:
        return answer_bug(request, error)
    return answer_http(request, ClientException("What was sent cannot be read."))


def answer_bug(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """A 500 means a bug: logged with its trace, told without it."""
    _log.exception("unexpected_error", path=request.url.path, method=request.method, exc_info=error)
    title, message = (
        "Something went wrong on our side",
        "Nothing you did was lost on purpose. Please try again.",
    )
    if for_program(request):
        body = {"type": "/problems/internal", "title": title, "status": 500, "detail": message}
        return Response(msgspec.json.encode(body), status_code=500, media_type="application/problem+json")
    return render(request, ErrorPage(status=500, title=title, message=message), 500)
