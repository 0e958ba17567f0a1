"""The JSON interface: the same actions as the pages, for programs. Documented at /api/docs."""

from collections.abc import Sequence

from litestar import Router, get
from litestar.exceptions import ValidationException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, HeaderParameter
from litestar.response import Redirect

from visavis.api.idempotency import HEADER, KEY, LONGEST, IdempotencyGate
from visavis.api.openapi import PATH
from visavis.api.problems import answer_invalid, signed_in
from visavis.api.routes import (
    availability,
    availability_slots,
    chat,
    chat_writing,
    client_sessions,
    creating,
    credit_refunds,
    me,
    money,
    notifications,
    papers,
    practitioners,
    requests,
    reschedule,
    selling,
    sessions,
    steps,
)
from visavis.api.routes import credits as credit_routes

_KEY = HeaderParameter(
    annotation=str,
    name=HEADER,
    required=False,
    min_length=1,
    max_length=LONGEST,
    pattern=KEY,
    description="Any unique text, such as a UUID. Sent again within 24 hours with the same request, "
    "nothing is done twice and the first answer comes back; with another request: 422.",
)


def _own(changes: Sequence[HTTPRouteHandler], reads: Sequence[HTTPRouteHandler] = ()) -> Router:
    """Routes for who is known; changes can carry a key."""
    keyed = Router(
        "/",
        route_handlers=changes,
        middleware=[IdempotencyGate],
        parameters={"idempotency_key": _KEY},
    )
    return Router(
        "/", route_handlers=[*reads, keyed], guards=[signed_in], security=[{"key": []}, {"signIn": []}]
    )


_READS = [
    sessions.list_mine,
    sessions.read,
    sessions.read_proof,
    me.read,
    *notifications.READS,
    availability.read,
    *chat.READS,
    *chat_writing.READS,
    *credit_routes.READS,
    *credit_refunds.READS,
    *money.READS,
    *papers.READS,
    *selling.READS,
    *client_sessions.READS,
    *creating.READS,
]
_CHANGES = [
    sessions.book,
    *requests.ROUTES,
    *steps.ROUTES,
    *reschedule.ROUTES,
    *availability.CHANGES,
    *availability_slots.CHANGES,
    *client_sessions.CHANGES,
    *chat_writing.CHANGES,
    *credit_routes.CHANGES,
    *credit_refunds.CHANGES,
    *money.CHANGES,
    *selling.CHANGES,
    *notifications.CHANGES,
    *creating.CHANGES,
]


@get("/problems/{slug:str}", include_in_schema=False)
async def problem_type(slug: FromPath[str]) -> Redirect:
    """The `type` of a problem is an address: what it means."""
    return Redirect(f"{PATH}#{slug}" if slug.isascii() and slug.replace("-", "").isalnum() else PATH)


ROUTES = [
    Router(
        "/api",
        route_handlers=[_own(_CHANGES, _READS), availability_slots.list_all, *practitioners.ROUTES],
        exception_handlers={ValidationException: answer_invalid},
        include_in_schema=True,
    ),
    Router(  # the same once more, at addresses that other programs of this kind use
        "/",
        route_handlers=[
            _own([*availability_slots.CHANGES, *client_sessions.CHANGES], client_sessions.READS),
            availability_slots.list_all,
        ],
        exception_handlers={ValidationException: answer_invalid},
    ),
    problem_type,
]
