"""The JSON interface: the same actions as the pages, for programs. Documented at /api/docs."""

from litestar import Router
from litestar.exceptions import ValidationException
from litestar.params import HeaderParameter

from visavis.api.idempotency import HEADER, IdempotencyGate
from visavis.api.problems import answer_invalid
from visavis.api.routes import me, practitioners, sessions, steps

_CHANGES = Router(
    "/",
    route_handlers=[sessions.book, *steps.ROUTES],
    middleware=[IdempotencyGate],
    parameters={
        "idempotency_key": HeaderParameter(
            name=HEADER,
            required=False,
            min_length=1,
            max_length=255,
            description="Any unique text, such as a UUID. Sent again within 24 hours with the same request, "
            "nothing is done twice and the first answer comes back; with another request: 422.",
        )
    },
)

ROUTES = [
    Router(
        "/api",
        route_handlers=[
            sessions.list_mine,
            sessions.read,
            sessions.read_proof,
            *practitioners.ROUTES,
            me.read,
            _CHANGES,
        ],
        exception_handlers={ValidationException: answer_invalid},
        include_in_schema=True,
    )
]
