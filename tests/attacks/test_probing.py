"""Making sessions only to see how they are refused (ASVS 6.3.8, 2.2.1)."""

from typing import Any

import pytest

from tests.booking.proposals import NEW, NOON, form, verify
from tests.support.tabs import Meeting, now, words
from tests.support.world import make_offering, make_practitioner
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


async def test_an_address_is_answered_alike_whether_its_owner_is_busy_or_nobody(
    meeting: Meeting, owner: Any
) -> None:
    """ASVS 6.3.8: who only knows an address learns nothing of an account or its calendar, and it counts."""
    address = await verify(owner, meeting)
    other = await make_practitioner(owner, "Dr. Else Where")
    elsewhere = Meeting(
        meeting.db, meeting.store, meeting.practitioner, meeting.client, await make_offering(owner, other)
    )
    await elsewhere.booked(hour=NOON.hour, days=3)
    answers = set()
    for email in (address, "nobody@example.org"):
        page = await meeting.practitioner.post(NEW, form(meeting, client="new", email=email))
        answers.add((page.status_code, words(page).replace(email, "…")))
    assert len(answers) == 1
    status, said = answers.pop()
    assert status == 422
    assert "Nobody can be reached" in said
    assert await owner.fetchval("select count(*) from introduction") == 0
    assert await owner.fetchval("select max(count) from rate_limit") == 2


@pytest.mark.parametrize("page", ["123x", "99999999999999999999", "-1", "1e9"])
async def test_a_page_that_is_none_is_the_first_or_last(meeting: Meeting, page: str) -> None:
    shown = await meeting.practitioner.get(f"{NEW}?client=new&page={page}")
    assert shown.status_code == 200
