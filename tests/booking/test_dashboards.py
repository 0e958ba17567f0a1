"""Both dashboards: each section on both sides, its colour, its count, what it offers, and in which order."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from tests.support.tabs import Meeting, Tab, now, words
from tests.support.world import make_person, move_to_past
from visavis.booking import actions
from visavis.payments.actions import reject_payment, verify_payment

ROW = '<li id="session-'


class Shown:
    """A section as it is shown."""

    def __init__(self, page: str, key: str) -> None:
        found = re.search(rf'<section class="section([^"]*)" id="{key}".*?</section>', page, re.S)
        assert found, f"no section {key}"
        self.classes, self.text = found[1].split(), found[0]
        counted = re.search(r'data-count="(\d+)"', self.text)
        self.count = int(counted[1]) if counted else None
        self.words = " ".join(re.sub(r"<[^>]+>", " ", self.text).split())

    @property
    def acting(self) -> bool:
        return "acting" in self.classes


def order(page: str) -> list[str]:
    return re.findall(r'<section class="section[^"]*" id="(\w+)"', page)


def offered(text: str) -> set[str]:
    """The steps that can be reached from here."""
    return set(re.findall(r'(?:href|action)="/sessions/[0-9a-f-]+/([a-z-]+)"', text))


async def client_sees(meeting: Meeting, key: str) -> Shown:
    page = await meeting.client.get("/dashboard/client/sections")
    assert page.status_code == 200
    return Shown(page.text, key)


async def practitioner_sees(meeting: Meeting, key: str) -> Shown:
    page = await meeting.practitioner.get("/dashboard/practitioner/sections")
    assert page.status_code == 200
    return Shown(page.text, key)


async def test_a_request_waits_on_both_sides(meeting: Meeting) -> None:
    await meeting.booked()
    mine, theirs = await client_sees(meeting, "pending"), await practitioner_sees(meeting, "pending")
    assert (mine.count, mine.acting, offered(mine.text)) == (1, False, {"cancellation"})
    assert "tone-approval" in mine.classes
    assert "Dr. Sarah Johnson" in mine.words
    assert "Dr. Johnson will answer by" in mine.words
    assert (theirs.count, theirs.acting) == (1, True)
    assert {"approval", "decline"} <= offered(theirs.text)
    assert "Emma Clarke" in theirs.words
    assert "£80.00" in theirs.words
    assert "tone-approval" in theirs.classes


async def test_times_are_in_the_viewers_zone_with_the_others_beside(meeting: Meeting) -> None:
    session = await meeting.booked()
    mine, theirs = await client_sees(meeting, "pending"), await practitioner_sees(meeting, "pending")
    there = session.starts_at.astimezone
    new_york = f"{there(ZoneInfo('America/New_York')):%H:%M}"
    london = f"{there(ZoneInfo('Europe/London')):%H:%M}"
    assert re.search(rf"{new_york}.*{london} in London", mine.words)
    assert re.search(rf"{london}.*{new_york} in New York", theirs.words)


async def test_an_approved_session_asks_for_its_payment(meeting: Meeting, owner: Any) -> None:
    words = "Account 12345678, sort code 00-00-00"
    await owner.execute(
        "insert into payment_instructions values ($1, $2)", meeting.practitioner.person.id, words
    )
    await meeting.approved()
    mine, theirs = await client_sees(meeting, "payment"), await practitioner_sees(meeting, "payment")
    assert (mine.count, mine.acting) == (1, True)
    assert {"payment", "cancellation"} <= offered(mine.text)
    assert "tone-payment" in mine.classes
    assert "Please pay £80.00 by" in mine.words
    assert words in mine.words
    assert (theirs.count, theirs.acting) == (1, False)
    assert "payment" not in offered(theirs.text)
    assert "Emma has until" in theirs.words


async def test_a_payment_waits_to_be_verified(meeting: Meeting) -> None:
    await meeting.paid()
    mine, theirs = await client_sees(meeting, "submitted"), await practitioner_sees(meeting, "verify")
    assert (mine.count, mine.acting) == (1, False)
    assert "tone-proof" in mine.classes
    assert "checking your payment" in mine.words
    assert (theirs.count, theirs.acting) == (1, True)
    assert "tone-payment" in theirs.classes
    assert "verification" in offered(theirs.text)


async def test_a_rejected_proof_is_asked_for_again_with_the_reason(meeting: Meeting) -> None:
    session = await meeting.paid()
    await reject_payment(meeting.db, meeting.as_practitioner, session.id, "Nothing arrived", now())
    mine = await client_sees(meeting, "payment")
    assert mine.acting
    assert "Please send a new proof by" in mine.words
    assert "Nothing arrived" in mine.words


async def test_a_confirmed_session_can_be_joined_when_its_time_comes(meeting: Meeting, owner: Any) -> None:
    session = await meeting.linked()
    mine, theirs = await client_sees(meeting, "confirmed"), await practitioner_sees(meeting, "confirmed")
    assert (mine.count, theirs.count) == (1, 1)
    assert not mine.acting
    assert not theirs.acting
    assert 'aria-disabled="true"' in mine.text
    assert "tone-ready" in mine.classes
    assert "meeting-link" in offered(theirs.text)

    await move_to_past(owner, session.id, hours=-0.1)  # in six minutes
    mine, theirs = await client_sees(meeting, "confirmed"), await practitioner_sees(meeting, "confirmed")
    assert mine.acting
    assert ' href="https://meet.example.org/room"' in mine.text
    assert theirs.acting
    assert "start" in offered(theirs.text)


async def test_a_session_in_progress_is_closed_after_its_end(meeting: Meeting, owner: Any) -> None:
    session = await meeting.linked()
    await move_to_past(owner, session.id, hours=0.5)
    await actions.start(meeting.db, meeting.as_practitioner, session.id, now())
    theirs = await practitioner_sees(meeting, "progress")
    assert (theirs.count, "You are meeting Emma until" in theirs.words) == (1, True)
    assert "completion" not in offered(theirs.text)
    assert "It has begun" in (await client_sees(meeting, "confirmed")).words

    await move_to_past(owner, session.id, hours=2)
    theirs = await practitioner_sees(meeting, "progress")
    assert theirs.acting
    assert {"completion", "no-show"} <= offered(theirs.text)
    assert "Did Emma come?" in theirs.words


async def test_history_offers_feedback_to_the_client_once(meeting: Meeting, owner: Any) -> None:
    session = await meeting.confirmed()
    await move_to_past(owner, session.id)
    await actions.start(meeting.db, meeting.as_practitioner, session.id, now())
    await actions.complete(meeting.db, meeting.as_practitioner, session.id, now())
    assert "feedback" in offered((await client_sees(meeting, "history")).text)
    assert "feedback" not in offered((await practitioner_sees(meeting, "history")).text)

    await actions.give_feedback(meeting.db, meeting.as_client, session.id, 4, "Clear", datetime.now(UTC))
    assert "feedback" not in offered((await client_sees(meeting, "history")).text)
    assert "Emma gave you 4 out of 5" in (await practitioner_sees(meeting, "history")).words


@pytest.mark.parametrize(
    ("how", "said"),
    [(actions.decline, "It did not work out"), (actions.cancel, "It was called off")],
)
async def test_what_came_to_nothing_is_history_with_its_reason(meeting: Meeting, how: Any, said: str) -> None:
    session = await meeting.booked()
    await how(meeting.db, meeting.as_practitioner, session.id, "I am ill", now())
    for shown in (await client_sees(meeting, "history"), await practitioner_sees(meeting, "history")):
        assert said in shown.words
        assert "I am ill" in shown.words
    assert (await client_sees(meeting, "pending")).count == 0


async def test_what_needs_the_reader_comes_first_and_is_counted_in_the_title(meeting: Meeting) -> None:
    await meeting.booked(hour=9)
    await meeting.approved(hour=11)
    await meeting.paid(hour=13)
    page = await meeting.client.get("/dashboard/client")
    assert order(page.text)[0] == "payment"
    assert order(page.text)[-1] == "history"
    assert "<title>(1) Sessions · Visavis</title>" in page.text

    page = await meeting.practitioner.get("/dashboard/practitioner/sections")
    assert order(page.text)[:2] == ["pending", "verify"]
    assert page.text.startswith("<title>(2) Sessions · Visavis</title>")
    assert "<html" not in page.text


async def test_the_live_part_answers_the_element_that_asks(meeting: Meeting) -> None:
    await meeting.booked()
    page = (await meeting.client.get("/dashboard/client")).text
    assert re.search(r'<div id="board" data-live="dashboard" hx-get="/dashboard/client/sections"', page)
    fragment = (await meeting.client.get("/dashboard/client/sections")).text
    assert fragment.count('<div id="board" data-live="dashboard"') == 1


async def test_an_empty_dashboard_says_the_next_step(meeting: Meeting, owner: Any, client: Any) -> None:
    page = await meeting.client.get("/dashboard/client")
    assert "Nothing arranged yet" in words(page)
    assert 'href="/practitioners"' in page.text
    assert "Each request appears here" in words(await meeting.practitioner.get("/dashboard/practitioner"))

    newcomer = await make_person(owner, "Nora New")
    await owner.execute("update account set is_practitioner = true where id = $1", newcomer.id)
    tab = Tab(newcomer, client())
    assert "Open your practice" in words(await tab.get("/dashboard/practitioner"))
    await owner.execute("insert into practice (practitioner_id, time_zone) values ($1, 'UTC')", newcomer.id)
    shown = words(await tab.get("/dashboard/practitioner"))
    for step in ("Set your rate", "Set your weekly hours", "Add what can be booked", "Publish your practice"):
        assert step in shown


async def test_history_has_pages(meeting: Meeting, owner: Any) -> None:
    await _many_past(owner, meeting, 45)
    board = await meeting.client.get("/dashboard/client")
    assert 'href="/dashboard/client/history"' in board.text
    first = await meeting.client.get("/dashboard/client/history")
    third = await meeting.client.get("/dashboard/client/history?page=3")
    assert (first.text.count(ROW), third.text.count(ROW)) == (20, 5)
    assert 'href="/dashboard/client/history?page=2"' in first.text
    assert 'href="/dashboard/client/history?page=2"' in third.text
    assert "page=4" not in third.text
    beyond = await meeting.client.get("/dashboard/client/history?page=99")
    assert (beyond.status_code, "Nothing here" in words(beyond)) == (200, True)
    fragment = await meeting.client.get("/dashboard/client/history/sessions?page=2")
    assert fragment.text.count(ROW) == 20
    assert "<html" not in fragment.text


async def _many_past(owner: Any, meeting: Meeting, count: int) -> None:
    midday = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
    for day in range(1, count + 1):
        start = midday - timedelta(days=day)
        await owner.execute(
            """
            insert into session (practitioner_id, client_id, offering_id, offering_name, created_by, status,
                during, blocked, price_minor, currency, policy)
            select $1, $2, id, name, 'client', 'cancelled',
                tstzrange($3, $4), tstzrange($3, $4), 8000, 'GBP', policy
            from offering where id = $5""",
            meeting.practitioner.person.id,
            meeting.client.person.id,
            start,
            start + timedelta(hours=1),
            meeting.offering,
        )


async def test_the_dashboard_leads_to_the_side_where_one_works(meeting: Meeting, client: Any) -> None:
    async def place(tab: httpx.AsyncClient) -> str:
        return (await tab.get("/dashboard")).headers["location"]

    assert await place(meeting.client.client) == "/dashboard/client"
    assert await place(meeting.practitioner.client) == "/dashboard/practitioner"
    assert (await meeting.client.get("/dashboard/practitioner")).status_code == 403
    assert (await meeting.client.get("/dashboard/system")).status_code == 404
    assert (await meeting.practitioner.get("/dashboard/client")).status_code == 200
    for path in (
        "/dashboard",
        "/dashboard/client",
        "/dashboard/client/sections",
        "/dashboard/client/history",
    ):
        assert (await client().get(path, headers={"hx-request": "true"})).status_code == 401


async def test_a_dashboard_takes_at_most_eight_statements(meeting: Meeting, db: Any, statements: Any) -> None:
    await meeting.booked(hour=9)
    await meeting.approved(hour=11)
    await meeting.confirmed(hour=13)
    for tab, side in ((meeting.client, "client"), (meeting.practitioner, "practitioner")):
        with statements() as made:
            await tab.get(f"/dashboard/{side}")
        assert len(made) <= 8, made


async def test_verified_payment_moves_the_card(meeting: Meeting) -> None:
    session = await meeting.paid()
    await verify_payment(meeting.db, meeting.as_practitioner, session.id, now())
    assert (await client_sees(meeting, "submitted")).count == 0
    assert (await client_sees(meeting, "confirmed")).count == 1


async def test_the_navigation_of_every_page_counts_what_waits(meeting: Meeting) -> None:
    session = await meeting.approved()
    badge = re.compile(r'<span class="waiting" id="waiting-(\w+)"([^>]*)>(\d+)<')
    page = (await meeting.client.get(f"/sessions/{session.id}")).text
    assert 'hx-get="/dashboard/client/waiting"' in page
    fragment = badge.findall((await meeting.client.get("/dashboard/client/waiting")).text)
    assert [(at, count, "hidden" in rest) for at, rest, count in fragment] == [
        ("top", "1", False),
        ("bottom", "1", False),
    ]
    assert 'hx-swap-oob="true"' in fragment[1][1]
    theirs = badge.findall((await meeting.practitioner.get("/dashboard/practitioner")).text)
    assert [(count, "hidden" in rest, "hx-get" in rest) for _, rest, count in theirs] == [
        ("0", True, False),
        ("0", True, False),
    ]
    assert (
        "/dashboard/practitioner/waiting" in (await meeting.practitioner.get(f"/sessions/{session.id}")).text
    )
