"""Both dashboards: each section on both sides, its colour, its count, what it offers, and in which order."""

import re
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.support.tabs import Meeting, now
from tests.support.world import move_to_past
from visavis.booking import actions, feedback
from visavis.payments.actions import reject_payment, verify_payment


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
    assert (mine.count, mine.acting, offered(mine.text)) == (
        1,
        False,
        {"cancellation", "chat", "new-time"},
    )
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

    await feedback.give_feedback(meeting.db, meeting.as_client, session.id, 4, "Clear", datetime.now(UTC))
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


async def test_verified_payment_moves_the_card(meeting: Meeting) -> None:
    session = await meeting.paid()
    await verify_payment(meeting.db, meeting.as_practitioner, session.id, now())
    assert (await client_sees(meeting, "submitted")).count == 0
    assert (await client_sees(meeting, "confirmed")).count == 1
