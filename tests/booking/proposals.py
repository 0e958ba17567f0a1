"""What tests of sessions that the practitioner makes share."""

from typing import Any
from uuid import UUID

from tests.support.tabs import Meeting, now
from tests.support.world import tomorrow_at
from visavis.booking.access import SessionRow
from visavis.booking.creating import create_session
from visavis.booking.plans import Plan

NEW = "/sessions/new"
NOON = tomorrow_at(12, 3)


async def met(meeting: Meeting) -> UUID:
    """The two have had to do with each other; the client's id."""
    await meeting.booked(hour=7, days=9)
    return meeting.client.person.id


async def make(meeting: Meeting, **more: Any) -> SessionRow:
    given: dict[str, Any] = {"offering_id": meeting.offering, "length_minutes": 60, "starts_at": NOON} | more
    if not more.get("email"):
        given = {"client_id": meeting.client.person.id} | given
    return (await create_session(meeting.db, meeting.as_practitioner, Plan(**given), now())).session


def form(meeting: Meeting, **more: str) -> dict[str, str]:
    client = str(meeting.client.person.id)
    chosen = {"kind": "regular", "client": client, "offering": str(meeting.offering), "length": "60"}
    return chosen | {"starts_at": f"{NOON:%Y-%m-%dT%H:%M:%SZ}", "message": "As we said"} | more


async def verify(owner: Any, meeting: Meeting) -> str:
    """The practice has the verified mark; the client's address."""
    await owner.execute("update practice set verified_at = now()")
    address: str = await owner.fetchval("select email from account where id = $1", meeting.client.person.id)
    return address
