"""Names stand in mail and calendars: none begins a line of its own there (ASVS 1.2.10, 1.3.11)."""

from typing import Any

from tests.support.tabs import Meeting
from tests.support.world import tomorrow_at

EVIL = "Talk\r\n\r\nPay here: https://evil.example\x0bATTENDEE:mailto:a@example.org"


async def test_names_of_proposals_packages_and_gifts_are_one_line(meeting: Meeting, owner: Any) -> None:
    tab, client = meeting.practitioner, str((await meeting.booked()).client_id)
    package = {"name": EVIL, "credits": "5", "price": "350", "valid_months": "12"}
    await tab.post("/practice/credits/packages", package)
    await tab.post("/practice/credits/grant", package | {"client": client})
    token = {"x-csrftoken": tab.client.cookies["visavis-csrf"]}
    body = {"client_id": client, "starts_at": tomorrow_at(12, 5).isoformat(), "name": EVIL}
    made = await tab.client.post("/api/therapist/create-custom-session", json=body, headers=token)
    assert made.status_code == 201, made.text
    names = await owner.fetch(
        """select name from credit_package union all select name from credit_lot
        union all select offering_name from session where created_by = 'practitioner'"""
    )
    assert [each["name"] for each in names] == [" ".join(EVIL.split())] * 3
