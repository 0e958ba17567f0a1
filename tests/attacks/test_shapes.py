"""Bodies that are too big, too deep, or not what they say they are: refused with a sentence, never a 500."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.attacks.conftest import Assemble, Open
from tests.support.tabs import Meeting

MEGABYTE = 1024 * 1024


@pytest.mark.parametrize("path", ["/sign-in", "/account", "/practice/profile", "/sessions", "/api/sessions"])
async def test_a_body_too_big_is_refused_before_it_is_read(
    assembled: Assemble, opened: Open, path: str
) -> None:
    """ASVS 4.1.3, 5.2.1: small forms take small bodies."""
    browser = opened(await assembled("confirmed"), "own practitioner")
    big = b"name=" + b"x" * MEGABYTE
    kind = "application/json" if path.startswith("/api/") else "application/x-www-form-urlencoded"
    answer = await browser.post(path, content=big, headers={"content-type": kind})
    assert answer.status_code == 413, answer.text


@pytest.mark.parametrize("opening", ["[", '{"a":'])
async def test_json_too_deep_is_refused(assembled: Assemble, opened: Open, opening: str) -> None:
    browser = opened(await assembled("confirmed"), "own client")
    deep = opening * 20_000
    answer = await browser.post(
        "/api/sessions", content=deep.encode(), headers={"content-type": "application/json"}
    )
    assert answer.status_code in (400, 422), answer.text


_PART = (
    b'--edge\r\nContent-Disposition: form-data; name="reference"\r\n'
    b"Content-Type: text/plain; charset=%b\r\n\r\n%b\r\n--edge--\r\n"
)


async def send_parts(meeting: Meeting, session_id: UUID, body: bytes) -> httpx.Response:
    """A payment form whose body was made by hand."""
    client = meeting.client.client
    await client.get("/dashboard/client")
    return await client.post(
        f"/sessions/{session_id}/payment",
        content=body,
        headers={
            "content-type": "multipart/form-data; boundary=edge",
            "x-csrftoken": client.cookies["visavis-csrf"],
        },
    )


@pytest.mark.parametrize(
    ("charset", "words"),
    [
        (b"klingon", b"nuqneH"),
        (b"utf-8", b"\xff\xfe\x80"),
        (b"utf-16", b"\xd8"),
        (b"zip", b"x"),
        (b"hex", b"zz"),
    ],
)
async def test_a_part_in_an_unknown_alphabet_is_refused(
    meeting: Meeting, charset: bytes, words: bytes
) -> None:
    session = await meeting.approved()
    answer = await send_parts(meeting, session.id, _PART % (charset, words))
    assert answer.status_code in (400, 422), answer.text


@pytest.mark.parametrize(
    "body",
    [b"", b"--edge", b"--edge\r\n\r\n", b"--edge\r\nContent-Disposition: form-data\r\n\r\nx\r\n--edge--\r\n"],
)
async def test_half_a_multipart_body_is_refused(meeting: Meeting, body: bytes) -> None:
    session = await meeting.approved()
    answer = await send_parts(meeting, session.id, body)
    assert answer.status_code in (400, 422), answer.text


async def test_a_number_that_fits_nowhere_is_refused(meeting: Meeting, owner: Any) -> None:
    for length in ("9" * 400, "-1", "1e9", "60.5", "٦٠"):
        wish = {"offering_id": str(meeting.offering), "starts_at": "2030-01-01T10:00:00Z", "length": length}
        answer = await meeting.client.post("/sessions", wish)
        assert answer.status_code == 422, (length, answer.status_code)
    assert await owner.fetchval("select count(*) from session") == 0
