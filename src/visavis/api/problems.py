"""Refusals of the API: RFC 9457 problem details, and how they are documented."""

import re
from typing import Annotated, Any

import msgspec
from litestar import Request, Response
from litestar.connection import ASGIConnection
from litestar.exceptions import ValidationException
from litestar.handlers import BaseRouteHandler
from litestar.openapi.datastructures import ResponseSpec
from msgspec import UNSET, Meta, UnsetType

from visavis.kit.errors import InvalidInputError, SignInRequiredError
from visavis.kit.problems import problem
from visavis.kit.words import _


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """RFC 9457 problem details. Programs read `type`, which never changes; people read `detail`."""

    type: Annotated[str, Meta(examples=["/problems/slot-taken"])]
    title: str
    status: Annotated[int, Meta(description="The HTTP status again", ge=400, le=599)]
    detail: str
    errors: Annotated[dict[str, str], Meta(description="A sentence for each wrong field")] | UnsetType = UNSET
    session_status: Annotated[str, Meta(description="Where the session stands")] | UnsetType = UNSET
    alternatives: (
        Annotated[list[str], Meta(description="The nearest free starts, when the wanted one is taken")]
        | UnsetType
    ) = UNSET
    credits: (
        Annotated[int, Meta(description="What it costs in credits, when it is not what was shown")]
        | UnsetType
    ) = UNSET
    missing: Annotated[int, Meta(description="How many credits are too few")] | UnsetType = UNSET
    balance: Annotated[int, Meta(description="How many credits there are")] | UnsetType = UNSET
    get_more: Annotated[str, Meta(description="The page where you get more credits")] | UnsetType = UNSET
    retry_after: Annotated[int, Meta(description="Seconds to wait")] | UnsetType = UNSET


_NAMED = re.compile(r"field `(\w+)`")
_MEANINGS = {
    400: "The request cannot be read.",
    401: "Nobody is signed in, or the API key is not valid.",
    403: "Yours to see, but not yours to do; or the CSRF token is missing.",
    404: "There is no such thing, or it belongs to others.",
    409: "Not possible any more: the session has moved on, or the time was taken.",
    413: "The request is too large.",
    422: "Something in the request is wrong; or the Idempotency-Key was used for another request.",
    429: "Too often: wait the seconds that `Retry-After` says.",
    503: "We cannot do that right now; try again in a moment.",
}
_ALWAYS = (400, 401, 422, 429, 503)


def problems(*statuses: int) -> dict[int, ResponseSpec]:
    """The documented refusals of a route: `statuses` and those of every route."""
    return {
        status: ResponseSpec(
            Problem,
            generate_examples=False,
            description=_MEANINGS[status],
            media_type="application/problem+json",
        )
        for status in sorted({*_ALWAYS, *statuses})
    }


async def signed_in(connection: ASGIConnection[Any, Any, Any, Any], _handler: BaseRouteHandler) -> None:
    """Guard: before anything else is looked at; which methods there are (OPTIONS) is no secret."""
    # Awaits nothing, but what is not async is run in a thread, at each request.
    if connection.scope.get("method") != "OPTIONS" and connection.user.account_id is None:
        raise SignInRequiredError(_("Send an API key (Authorization: Bearer …) or sign in."))


def answer_invalid(_request: Request[Any, Any, Any], error: ValidationException) -> Response[Any]:
    """A body or parameter of the wrong shape: 422, with a sentence for each field."""
    found = error.extra if isinstance(error.extra, list) else []
    fields = dict(_field(each) for each in found)
    return problem(InvalidInputError(fields=fields or {"body": str(error.detail)}))


def _field(each: dict[str, Any]) -> tuple[str, str]:
    """Which field, and what is wrong with it; of a missing or unknown one, the message holds the name."""
    message = str(each.get("message", ""))
    named = _NAMED.search(message)
    return (named[1] if named else str(each.get("key") or "body")), message
