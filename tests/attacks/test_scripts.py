"""HTML and `javascript:` in every text that a person can leave (ASVS 1.2.1, 3.2.2)."""

from html import escape
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import httpx
import pytest

from tests.access.asking import filled
from tests.access.cast import Cast, make_session
from tests.access.test_matrix import rows
from tests.attacks.conftest import Assemble, Open
from tests.attacks.evil import EVIL, Reader, read
from tests.support.tabs import Meeting
from visavis.kit.clock import utc_now

TEXTS = {
    "person": {"name": 100},
    "api_key": {"name": 100, "hint": 100},
    "sign_in": {"user_agent": 500},
    "practice": {"title": 60, "headline": 160, "about": 500, "location": 120},
    "offering": {"name": 80, "description": 500},
    "session": {"offering_name": 500, "notes": 500, "reason": 500, "topic": 200, "answer": 500},
    "feedback": {"text": 500},
    "payment_proof": {"reference": 100, "note": 500},
    "outbox_mail": {"to_address": 500, "subject": 500, "text_body": 500},
}


async def poisoned(owner: Any, cast: Cast) -> None:
    """Every text that any person can write, behind every check that might have stopped it."""
    for table, columns in TEXTS.items():
        for column, most in columns.items():
            await owner.execute(f"update {table} set {column} = $1", _short(most))
    await owner.execute("update practice set languages = $1, specialities = $1", [_short(40)])
    await owner.execute("update audit_event set details = $1", {"reason": EVIL, "from": EVIL, "to": EVIL})
    asked = {"key": "aaaa1111", "label": EVIL, "kind": "choice", "required": False, "choices": [EVIL, "b"]}
    await owner.execute("update offering set questions = $1", [asked, asked | {"kind": "text"}])
    await owner.execute("update session set answers = $1", [{"label": EVIL, "kind": "text", "answer": EVIL}])
    practitioner = cast.people["own practitioner"].id
    await owner.execute("insert into payment_instructions values ($1, $2)", practitioner, EVIL)


def _short(most: int) -> str:
    """As much as fits, and still something that breaks out."""
    return EVIL if len(EVIL) <= most else "'\"><evil-mark onclick=evil() x"[:most]


@pytest.mark.parametrize(
    ("status", "people"),
    [
        ("pending_approval", ("own client", "own practitioner")),
        ("payment_submitted", ("own client", "own practitioner")),
        ("completed", ("nobody", "own client", "own practitioner", "operator")),
    ],
)
async def test_no_words_come_alive_on_any_page(
    owner: Any, assembled: Assemble, opened: Open, status: str, people: tuple[str, ...]
) -> None:
    cast = await assembled(status)
    pair = cast.people["own practitioner"], cast.people["own client"]
    await make_session(owner, *pair, UUID(cast.ids["offering_id"]), "declined")
    if status == "completed":
        await owner.execute(
            """insert into feedback (session_id, practitioner_id, rating)
            select id, practitioner_id, 1 from session where status = 'completed'"""
        )
    await poisoned(owner, cast)
    seen = 0
    for person in people:
        browser = opened(cast, person)
        for row in rows():
            if row.method == "GET" and row.path != "/live" and (status == "completed" or _by_state(row.path)):
                in_dialog = {"hx-request": "true", "hx-target": "dialog"} if row.path.count("/") > 2 else {}
                answer = await browser.get(filled(row.path, cast), headers=in_dialog)
                assert read(answer) == [], (row.path, person)
                seen += "evil-mark" in answer.text
    assert seen >= 3 * len(people), "the words have to be shown, or the test shows nothing"


def _by_state(path: str) -> bool:
    """Whether the page says something else while the session is in another state."""
    return any(word in path for word in ("session", "dashboard", "credits", "papers"))


async def test_questions_come_back_as_words(assembled: Assemble, opened: Open) -> None:
    cast = await assembled("confirmed")
    names = ("next", "token", "as", "page", "offering", "length", "day", "start", "booked", "q", "from")
    query = urlencode(dict.fromkeys(names, EVIL))  # once: a client that is given the names does it each time
    for person in ("nobody", "own practitioner"):
        browser = opened(cast, person)
        for row in rows():
            if row.method == "GET" and row.path != "/live":
                answer = await browser.get(f"{filled(row.path, cast)}?{query}")
                assert read(answer) == [], (row.path, person)


@pytest.mark.parametrize("at", ["/", "/sessions/'\">", "/api/"])
async def test_an_address_that_is_not_there_is_not_repeated(opened: Open, at: str) -> None:
    answer = await opened().get(f"{at}<evil-mark onclick=evil()>")
    assert answer.status_code == 404
    assert "evil-mark" not in answer.text


async def test_words_typed_wrong_come_back_as_words(meeting: Meeting) -> None:
    """Forms are shown again with what was typed."""
    booked = await meeting.booked()
    meeting.practitioner.client.headers["accept"] = "text/html"
    for path, data in (
        (f"/sessions/{booked.id}/decline", {"reason": EVIL + "x" * 1000}),
        (f"/sessions/{booked.id}/meeting-link", {"meeting_url": EVIL}),
        ("/practice/profile", {"title": EVIL, "about": EVIL, "languages": EVIL, "time_zone": EVIL}),
        ("/practice/rate", {"rate": EVIL, "currency": EVIL}),
        ("/practice/meeting-place", {"meeting_url": EVIL}),
        (
            "/practice/offerings",
            {"name": EVIL, "description": EVIL, "lengths": EVIL, "price": EVIL, "preset": EVIL},
        ),
        ("/practice/hours", {"from-1-0": EVIL, "to-1-0": EVIL, "rows": EVIL}),
        ("/practice/payment", {"words": EVIL + "x" * 1000}),
        ("/account", {"name": EVIL + "x" * 100, "time_zone": EVIL}),
        ("/account/keys", {"name": EVIL + "x" * 100}),
        ("/sign-in", {"email": EVIL, "next": EVIL}),
        ("/forgot-password", {"email": EVIL}),
        ("/reset-password", {"token": EVIL}),
        ("/confirm-email", {"token": EVIL}),
        (
            "/sessions",
            {
                "notes": EVIL,
                "offering_id": str(meeting.offering),
                "starts_at": utc_now().isoformat(),
                "length": "60",
            },
        ),
    ):
        answer = await meeting.practitioner.post(path, data=data)
        assert answer.status_code < 500, path
        assert read(answer) == [], path


def test_the_reader_finds_what_is_alive() -> None:
    for alive in ("<evil-mark>", "<p onclick=x>", '<a href=" javascript:x">', "<form action='data:x'>"):
        assert Reader(alive).found, alive


@pytest.mark.parametrize(
    "around", ["<p>{}</p>", '<p title="{}">', "<p title='{}'>", "<p title={}>", "<!--{}-->"]
)
def test_what_breaks_out_of_its_place_is_found(around: str) -> None:
    for words, alive in ((EVIL, True), (escape(EVIL), "={}" in around)):
        page = """<a title="it's">y</a>""" + around.format(words) + """<a title="it's">y</a>"""
        assert bool(read(httpx.Response(200, html=page))) == alive
