"""Making sessions only to see how they are refused (ASVS 6.3.8, 2.2.1)."""

from typing import Any

import pytest

from tests.booking.proposals import NEW
from tests.support.tabs import Meeting, now
from visavis.booking.creating import create_session
from visavis.booking.errors import SlotTakenError
from visavis.booking.plans import Plan
from visavis.kit.errors import InvalidInputError


@pytest.mark.parametrize("email", ["nobody@example.org", ""])
async def test_what_cannot_be_made_finds_nobody(meeting: Meeting, owner: Any, email: str) -> None:
    """Refused before anybody is looked up: no way to learn quietly who has an account here."""
    session = await meeting.booked()
    email = email or await owner.fetchval("select email from account where id = $1", session.client_id)
    at = {"offering_id": meeting.offering, "length_minutes": 60, "email": email}
    with pytest.raises(SlotTakenError, match="You have a session with"):
        await create_session(
            meeting.db, meeting.as_practitioner, Plan(starts_at=session.starts_at, **at), now()
        )
    with pytest.raises(InvalidInputError) as refused:
        await create_session(meeting.db, meeting.as_practitioner, Plan(price_minor=500, **at), now())
    assert set(refused.value.fields) == {"pay"}
    assert await owner.fetchval("select count(*) from introduction") == 0


@pytest.mark.parametrize("page", ["123x", "99999999999999999999", "-1", "1e9"])
async def test_a_page_that_is_none_is_the_first_or_last(meeting: Meeting, page: str) -> None:
    shown = await meeting.practitioner.get(f"{NEW}?client=new&page={page}")
    assert shown.status_code == 200
