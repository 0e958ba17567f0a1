"""GET /api/me"""

from litestar import get

from visavis.api.problems import problems
from visavis.api.shapes.me import Me
from visavis.kit.actor import Actor


@get(
    "/me",
    operation_id="me",
    summary="Who you are",
    tags=["You"],
    responses=problems(),
)
async def read(actor: Actor) -> Me:
    """The account that the API key or the sign-in belongs to."""
    return Me(
        actor.known_id,
        actor.name,
        actor.time_zone,
        actor.locale,
        actor.is_client,
        actor.is_practitioner,
        actor.is_operator,
    )
