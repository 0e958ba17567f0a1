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


async def test_an_address_is_no_letter_written_in_advance(meeting: Meeting, owner: Any) -> None:
    """Who writes to Emma would send a copy to somebody whom she chose when she signed up."""
    await meeting.approved()
    evil = "emma?bcc=spy%40evil.example&body=hello@example.net"
    await owner.execute("update account set email = $2 where id = $1", meeting.client.person.id, evil)
    page = (await meeting.practitioner.get("/sessions?side=practitioner")).text
    assert 'href="mailto:emma%3Fbcc%3Dspy%2540evil.example%26body%3Dhello@example.net"' in page
