"""Sending a proof, checking it, seeing it, and saying how to be paid."""

import re
from typing import Any

import pytest

from tests.support.tabs import DIALOG, Meeting, Tab, picture, words
from visavis.booking.access import load_session
from visavis.booking.rules import Status

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


async def status(meeting: Meeting, session: Any) -> Status:
    async with meeting.db.transaction(meeting.as_client) as tx:
        return (await load_session(tx, meeting.as_client, session.id)).session.status


def proof(data: bytes, name: str = "slip.png", kind: str = "image/png") -> dict[str, Any]:
    return {"proof": (name, data, kind)}


async def proof_address(tab: Tab, session: Any) -> str:
    page = await tab.get(f"/sessions/{session.id}")
    found = re.search(rf'"(/sessions/{session.id}/proof/[0-9a-f-]+)"', page.text)
    assert found
    return found[1]


async def test_the_form_says_how_much_and_how(meeting: Meeting) -> None:
    session = await meeting.approved()
    path = f"/sessions/{session.id}/payment"
    form = await meeting.client.get(path)
    assert "has not said here how to pay" in words(form)
    assert f'href="/sessions/{session.id}/chat" data-talk>Ask ' in form.text
    await meeting.practitioner.post("/practice/payment", {"words": "Account 12345678\nReference: your name"})
    form = await meeting.client.get(path)
    assert re.search(r"Please transfer by .{5,20} £80.00", words(form))
    assert "Account 12345678 Reference: your name" in words(form)
    assert 'enctype="multipart/form-data"' in form.text


@pytest.mark.parametrize(
    ("data", "kind", "shown"),
    [
        (picture("PNG"), "image/jpeg", "inline"),
        (picture("JPEG"), "image/jpeg", "inline"),
        (picture("WEBP"), "image/jpeg", "inline"),
        (PDF, "application/pdf", "attachment"),
    ],
    ids=["png", "jpeg", "webp", "pdf"],
)
async def test_a_proof_is_sent_and_seen_by_both(
    meeting: Meeting, stranger: Tab, client: Any, data: bytes, kind: str, shown: str
) -> None:
    session = await meeting.approved()
    path = f"/sessions/{session.id}/payment"
    sent = await meeting.client.post(path, {"reference": "R-1", "note": "Today"}, files=proof(data))
    assert (sent.status_code, await status(meeting, session)) == (303, Status.PAYMENT_SUBMITTED)

    for tab in (meeting.client, meeting.practitioner):
        file = await tab.get(await proof_address(tab, session))
        assert file.status_code == 200
        assert file.headers["content-disposition"].startswith(shown)
        assert file.headers["x-content-type-options"] == "nosniff"
        assert file.headers["cache-control"] == "private, no-store"
        assert "sandbox" in file.headers["content-security-policy"]
        assert file.headers["content-type"] == kind
    address = await proof_address(meeting.client, session)
    assert (await stranger.get(address)).status_code == 404
    assert (await client().get(address, headers={"hx-request": "true"})).status_code == 401


async def test_a_proof_belongs_to_its_session_only(meeting: Meeting) -> None:
    paid, other = await meeting.paid(hour=9), await meeting.paid(hour=12)
    address = await proof_address(meeting.client, paid)
    crossed = address.replace(str(paid.id), str(other.id))
    assert (await meeting.client.get(crossed)).status_code == 404


async def test_other_files_are_refused_and_words_are_kept(meeting: Meeting, owner: Any) -> None:
    session = await meeting.approved()
    svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
    gif, broken = b"GIF89a" + b"\x00" * 40, b"\x89PNG\r\n\x1a\nbroken"
    for data in (b"", b"plain words", svg, gif, broken, picture()[:40]):
        sent = {"reference": "R & 1", "note": "My note"}
        refused = await meeting.client.post(f"/sessions/{session.id}/payment", sent, files=proof(data))
        assert refused.status_code == 422
        assert "R &amp; 1" in refused.text
        assert "My note" in refused.text
        assert 'id="proof-error"' in refused.text
    assert await status(meeting, session) is Status.APPROVED
    assert await owner.fetchval("select count(*) from payment_proof") == 0


async def test_a_file_is_needed_even_when_a_word_stands_in_its_place(meeting: Meeting) -> None:
    session = await meeting.approved()
    path = f"/sessions/{session.id}/payment"
    for files in (None, {"other": ("a.png", picture(), "image/png")}):
        refused = await meeting.client.post(path, {"proof": "a.png", "note": "Hm"}, files=files)
        assert (refused.status_code, "Please choose a picture or a PDF" in words(refused)) == (422, True)


async def test_a_large_file_is_refused_next_to_its_field(meeting: Meeting) -> None:
    session = await meeting.approved()
    path = f"/sessions/{session.id}/payment"
    large = PDF + b" " * (10 * 1024 * 1024) + b"%%EOF"
    refused = await meeting.client.post(path, {"note": "My note"}, files=proof(large), **DIALOG)
    assert (refused.status_code, "larger than 10 MB" in words(refused)) == (422, True)
    assert "My note" in refused.text
    huge = await meeting.client.post(path, files=proof(large + b" " * (3 * 1024 * 1024)))
    assert huge.status_code == 413
    assert await status(meeting, session) is Status.APPROVED


async def test_long_words_are_refused_next_to_their_fields(meeting: Meeting) -> None:
    session = await meeting.approved()
    sent = {"reference": "r" * 101, "note": "n" * 1001}
    refused = await meeting.client.post(f"/sessions/{session.id}/payment", sent, files=proof(picture()))
    assert refused.status_code == 422
    assert "100 characters" in words(refused)
    assert "1000 characters" in words(refused)


async def test_sending_twice_is_told_kindly(meeting: Meeting, owner: Any) -> None:
    session = await meeting.approved()
    path = f"/sessions/{session.id}/payment"
    await meeting.client.post(path, files=proof(picture()))
    again = await meeting.client.post(path, {"note": "Once more"}, files=proof(picture()))
    assert (again.status_code, "This is done already" in words(again)) == (409, True)
    assert "Once more" in words(again)
    assert await owner.fetchval("select count(*) from payment_proof") == 1


async def test_the_practitioner_sees_the_proof_and_verifies(meeting: Meeting) -> None:
    session = await meeting.paid()
    path = f"/sessions/{session.id}/verification"
    form = await meeting.practitioner.get(path)
    shown = words(form)
    for fact in ("Expected £80.00", "Ref 77", "Sent today"):
        assert fact in shown
    assert re.search(rf'<img src="/sessions/{session.id}/proof/', form.text)
    assert f'href="/sessions/{session.id}/rejection"' in form.text
    done = await meeting.practitioner.post(path, **DIALOG)
    assert (done.status_code, await status(meeting, session)) == (204, Status.CONFIRMED)
    again = await meeting.practitioner.post(path, **DIALOG)
    assert (again.status_code, "This is done already" in words(again)) == (409, True)
    assert "Verified" in words(await meeting.client.get(f"/sessions/{session.id}"))


async def test_a_rejected_proof_goes_back_with_the_reason(meeting: Meeting) -> None:
    session = await meeting.paid()
    path = f"/sessions/{session.id}/rejection"
    assert (await meeting.practitioner.post(path, {"reason": ""})).status_code == 422
    assert (await meeting.practitioner.post(path, {"reason": "Nothing arrived"})).status_code == 303
    assert await status(meeting, session) is Status.APPROVED
    assert "Nothing arrived" in words(await meeting.client.get(f"/sessions/{session.id}/payment"))
    sent = await meeting.client.post(f"/sessions/{session.id}/payment", files=proof(picture()))
    assert sent.status_code == 303
    page = words(await meeting.practitioner.get(f"/sessions/{session.id}"))
    assert "Not accepted" in page
    assert "Waits to be checked" in page


async def test_how_to_pay_is_for_who_has_to_pay_only(meeting: Meeting, stranger: Tab, client: Any) -> None:
    secret = "Account 12345678"
    saved = await meeting.practitioner.post("/practice/payment", {"words": secret})
    assert saved.status_code == 303
    assert secret in (await meeting.practitioner.get("/practice/payment")).text

    async def seen(tab: Tab, path: str) -> bool:
        return secret in (await tab.get(path)).text

    session = await meeting.booked()
    assert not await seen(meeting.client, f"/sessions/{session.id}")
    assert not await seen(stranger, f"/practitioners/{meeting.practitioner.person.id}")
    await meeting.practitioner.post(f"/sessions/{session.id}/approval")
    assert await seen(meeting.client, f"/sessions/{session.id}")
    assert await seen(meeting.client, "/dashboard/client")
    await meeting.client.post(f"/sessions/{session.id}/cancellation", {"reason": "A cold"})
    assert not await seen(meeting.client, f"/sessions/{session.id}")
    assert (await stranger.post("/practice/payment", {"words": "Mine"})).status_code == 303
    assert await seen(meeting.practitioner, "/practice/payment")
    assert (await client().get("/practice/payment", headers={"hx-request": "true"})).status_code == 401
    assert (await meeting.client.get("/practice/payment")).status_code == 403
    assert (await meeting.client.post("/practice/payment", {"words": "x"})).status_code == 403


async def test_how_to_pay_is_changed_and_taken_away(meeting: Meeting) -> None:
    path = "/practice/payment"
    await meeting.practitioner.post(path, {"words": "One"})
    await meeting.practitioner.post(path, {"words": "Two"})
    assert "Two</textarea>" in (await meeting.practitioner.get(path)).text
    refused = await meeting.practitioner.post(path, {"words": "x" * 1001})
    assert (refused.status_code, "x" * 1001 in refused.text) == (422, True)
    await meeting.practitioner.post(path, {"words": " "})
    assert "Two" not in (await meeting.practitioner.get(path)).text
