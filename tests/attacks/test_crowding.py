"""What others propose to somebody is not held against them (ASVS 2.4.1)."""

from datetime import timedelta
from typing import Any

from tests.support.tabs import Meeting, now
from visavis.booking.taking import MOST_AN_HOUR


async def test_proposals_of_others_keep_nobody_from_booking(meeting: Meeting, owner: Any) -> None:
    first = await meeting.booked(hour=8)
    await owner.execute(
        """insert into session (practitioner_id, client_id, offering_id, offering_name, created_by, status,
            length_minutes, price_minor, currency, policy, due_at)
        select practitioner_id, client_id, offering_id, offering_name, 'practitioner', 'cancelled', 60, 0,
            currency, policy, $2 from session, generate_series(1, $1)""",
        MOST_AN_HOUR,
        now() + timedelta(hours=1),
    )
    assert (await meeting.booked(hour=9)).client_id == first.client_id
