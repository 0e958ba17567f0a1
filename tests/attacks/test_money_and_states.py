"""Prices, payers and states come from the database; a refused act leaves nothing behind."""

from io import BytesIO
from typing import Any

import pytest

from tests.support.tabs import BUTTON, Meeting, Tab, picture
from tests.support.world import tomorrow_at

TABLES = ("session", "payment_proof", "audit_event", "feedback")


async def rows(owner: Any) -> dict[str, int]:
    return {table: await owner.fetchval(f"select count(*) from {table}") for table in TABLES}


async def test_a_price_or_status_in_the_form_is_not_believed(meeting: Meeting, owner: Any) -> None:
    """ASVS 8.2.2, 15.3.3; CVE-2026-105256: amount set by the client."""
    wish = {
        "offering_id": str(meeting.offering),
        "starts_at": tomorrow_at(10, 3).isoformat(),
        "length": "60",
        "price_minor": "1",
        "price": "0.01",
        "status": "confirmed",
        "created_by": "practitioner",
        "credits": "0",
        "instant": "true",
        "needs_approval": "false",
        "client_id": str(meeting.practitioner.person.id),
        "policy": '{"approval": "automatic", "payment": "none"}',
    }
    answer = await meeting.client.post("/sessions", wish)
    assert answer.status_code == 303, answer.text
    row = await owner.fetchrow("select * from session")
    assert (row["price_minor"], row["status"], row["created_by"]) == (8000, "pending_approval", "client")
    assert row["client_id"] == meeting.client.person.id
    assert (row["instant"], row["needs_approval"]) == (False, True)
    assert row["policy"]["approval"] == "required"


@pytest.mark.parametrize("resource", ["approval", "verification"])
async def test_a_client_never_takes_the_practitioners_step(
    meeting: Meeting, owner: Any, resource: str
) -> None:
    """ASVS 8.2.1, 8.3.1; CVE-2026-8840: "mark paid" open to all."""
    session = await (meeting.booked() if resource == "approval" else meeting.paid())
    before = await rows(owner)
    answer = await meeting.client.post(
        f"/sessions/{session.id}/{resource}", {"status": "confirmed"}, **BUTTON
    )
    assert answer.status_code in (403, 409)
    assert await owner.fetchval("select status from session") == session.status.value
    assert await rows(owner) == before


async def test_a_slip_cannot_be_put_on_anothers_booking(meeting: Meeting, stranger: Tab, owner: Any) -> None:
    """CVE-2026-13146: payment slip put on another's booking."""
    session = await meeting.approved()
    before = await rows(owner)
    files = {"proof": ("slip.png", picture(), "image/png")}
    for intruder in (stranger, meeting.practitioner):
        answer = await intruder.post(f"/sessions/{session.id}/payment", {"reference": "mine"}, files)
        assert answer.status_code in (403, 404)
    assert await rows(owner) == before


async def test_a_proof_is_read_by_its_two_people_only(meeting: Meeting, stranger: Tab, owner: Any) -> None:
    session = await meeting.paid()
    proof = await owner.fetchval("select id from payment_proof")
    path = f"/sessions/{session.id}/proof/{proof}"
    assert (await meeting.client.get(path)).status_code == 200
    assert (await meeting.practitioner.get(path)).status_code == 200
    assert (await stranger.get(path)).status_code == 404
    other = await meeting.booked(hour=15)
    assert (await meeting.client.get(f"/sessions/{other.id}/proof/{proof}")).status_code == 404


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("slip.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
        ("slip.png", b"<html><script>alert(1)</script></html>"),
        ("slip.pdf", b"<script>alert(1)</script>%PDF-1.7\n%%EOF"),
        ("slip.html.png", b"GIF89a/*<svg/onload=alert(1)>*/"),
        ("slip.exe", b"MZ\x90\x00"),
    ],
)
async def test_a_file_is_what_it_holds(meeting: Meeting, owner: Any, name: str, content: bytes) -> None:
    """ASVS 5.2.2: the name and the sender's word for the type count for nothing."""
    session = await meeting.approved()
    before = await rows(owner)
    answer = await meeting.client.post(
        f"/sessions/{session.id}/payment", {"reference": "x"}, {"proof": (name, content, "image/png")}
    )
    assert answer.status_code == 422
    assert "JPEG, PNG or WebP" in answer.text
    assert await rows(owner) == before


async def test_nothing_hidden_in_a_picture_survives(meeting: Meeting, owner: Any) -> None:
    """A picture that is a page as well is only a picture afterwards (ASVS 5.2.2, 5.4.2)."""
    session = await meeting.approved()
    polyglot = picture() + b"<script>alert(document.domain)</script>"
    name = "../../../etc/passwd\r\nX-Evil: 1"
    answer = await meeting.client.post(
        f"/sessions/{session.id}/payment",
        {"reference": "x"},
        {"proof": (name, BytesIO(polyglot), "text/html")},
    )
    assert answer.status_code in (204, 303)
    proof = await owner.fetchrow("select id, file_key from payment_proof")
    assert ".." not in proof["file_key"]
    served = await meeting.practitioner.get(f"/sessions/{session.id}/proof/{proof['id']}")
    assert b"script" not in served.content
    assert served.headers["content-type"].startswith("image/")
    assert served.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "evil",
    [
        "javascript:alert(1)",
        "http://plain.example.org/room",
        "https://user:secret@example.org/",
        "data:text/html,<script>alert(1)</script>",
        "https://example.org/ javascript:alert(1)",
        "//example.org/room",
    ],
)
async def test_a_meeting_link_is_a_plain_https_link(meeting: Meeting, owner: Any, evil: str) -> None:
    """ASVS 1.2.2: no other scheme reaches an address that people click."""
    session = await meeting.confirmed()
    path = f"/sessions/{session.id}/meeting-link"
    answer = await meeting.practitioner.post(path, {"meeting_url": evil})
    assert answer.status_code == 422
    assert await owner.fetchval("select meeting_url from session") is None


async def test_words_stay_words(meeting: Meeting) -> None:
    """ASVS 1.2.1; CVE-2024-58355: script in notes, reasons and references."""
    script = "<img src=x onerror=alert(1)>\"'><script>alert(1)</script>{{7*7}}"
    session = await meeting.booked(notes=script)
    await meeting.practitioner.post(f"/sessions/{session.id}/decline", {"reason": script})
    for tab in (meeting.client, meeting.practitioner):
        for path in (f"/sessions/{session.id}", "/dashboard/client", "/dashboard/practitioner"):
            text = (await tab.get(path)).text
            assert "<script>alert" not in text
            assert "<img src=x" not in text
    assert "{{7*7}}" in (await meeting.client.get(f"/sessions/{session.id}")).text
