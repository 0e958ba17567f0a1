"""The JSON interface: the same actions as the pages, for programs. Documented at /api/docs."""

from litestar import Router, get
from litestar.exceptions import ValidationException
from litestar.params import FromPath, HeaderParameter
from litestar.response import Redirect

from visavis.api.idempotency import HEADER, IdempotencyGate
from visavis.api.openapi import PATH
from visavis.api.problems import answer_invalid, signed_in
from visavis.api.routes import me, practitioners, sessions, steps

_CHANGES = Router(
    "/",
    route_handlers=[sessions.book, *steps.ROUTES],
    middleware=[IdempotencyGate],
    parameters={
        "idempotency_key": HeaderParameter(
            annotation=str,
            name=HEADER,
            required=False,
            min_length=1,
            max_length=255,
            pattern="^[!-~]+$",
            description="Any unique text, such as a UUID. Sent again within 24 hours with the same request, "
            "nothing is done twice and the first answer comes back; with another request: 422.",
        )
    },
)
_OWN = Router(
    "/",
    route_handlers=[sessions.list_mine, sessions.read, sessions.read_proof, me.read, _CHANGES],
    guards=[signed_in],
    security=[{"key": []}, {"signIn": []}],
)


@get("/problems/{slug:str}", include_in_schema=False)
async def problem_type(slug: FromPath[str]) -> Redirect:
    """The `type` of a problem is an address: what it means."""
    return Redirect(f"{PATH}#{slug}" if slug.isascii() and slug.replace("-", "").isalnum() else PATH)


ROUTES = [
    Router(
        "/api",
        route_handlers=[_OWN, *practitioners.ROUTES],
        exception_handlers={ValidationException: answer_invalid},
        include_in_schema=True,
    ),
    problem_type,
]
